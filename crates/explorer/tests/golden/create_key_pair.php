<?php
// CreateKeyPair with the official PHP SDK.
// Install: composer require tencentcloud/tencentcloud-sdk-php
// Run:     php create_key_pair.php
// The private key goes to the standard output: it is shown this once.
require_once __DIR__ . '/vendor/autoload.php';

use TencentCloud\Common\Credential;
use TencentCloud\Common\Exception\TencentCloudSDKException;
use TencentCloud\Common\Profile\ClientProfile;
use TencentCloud\Common\Profile\HttpProfile;
use TencentCloud\Lighthouse\V20200324\LighthouseClient;
use TencentCloud\Lighthouse\V20200324\Models\CreateKeyPairRequest;
use TencentCloud\Lighthouse\V20200324\Models\Tag;

$credential = new Credential(getenv('TENCENTCLOUD_SECRET_ID'), getenv('TENCENTCLOUD_SECRET_KEY'));
$httpProfile = new HttpProfile('http://', '127.0.0.1:8324');
$profile = new ClientProfile();
$profile->setHttpProfile($httpProfile);
$client = new LighthouseClient($credential, 'ap-guangzhou', $profile);

$tag1 = new Tag();
$tag1->setKey('team');
$tag1->setValue('night shift');
$tag2 = new Tag();
$tag2->setKey('说明');
$tag2->setValue('"$HOME" \\ #{x}');
$request = new CreateKeyPairRequest();
$request->setKeyName('my_first_key');
$request->setTags([$tag1, $tag2]);

try {
    $response = $client->CreateKeyPair($request);
    fwrite(STDERR, $response->getKeyPair()->getKeyId() . PHP_EOL);
    echo $response->getKeyPair()->getPrivateKey(), PHP_EOL;
} catch (TencentCloudSDKException $error) {
    // Without a code the API has not answered.
    fwrite(STDERR, $error->getErrorCode()
        ? "{$error->getErrorCode()}: {$error->getMessage()} (RequestId {$error->getRequestId()})\n"
        : "{$error->getMessage()}\n");
    exit(1);
}

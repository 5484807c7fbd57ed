# CreateKeyPair with the official Python SDK.
# Install: pip install tencentcloud-sdk-python-lighthouse
# Run:     python3 create_key_pair.py
# The private key goes to the standard output: it is shown this once.
import os
import sys

from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.lighthouse.v20200324 import lighthouse_client, models

client = lighthouse_client.LighthouseClient(
    credential.Credential(
        os.environ["TENCENTCLOUD_SECRET_ID"],
        os.environ["TENCENTCLOUD_SECRET_KEY"],
    ),
    "ap-guangzhou",
    ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint="127.0.0.1:8324")),
)

tag_1 = models.Tag()
tag_1.Key = "team"
tag_1.Value = "night shift"
tag_2 = models.Tag()
tag_2.Key = "说明"
tag_2.Value = "\"$HOME\" \\ #{x}"
request = models.CreateKeyPairRequest()
request.KeyName = "my_first_key"
request.Tags = [tag_1, tag_2]

try:
    response = client.CreateKeyPair(request)
except TencentCloudSDKException as error:
    sys.exit(f"{error.get_code()}: {error.get_message()} (RequestId {error.get_request_id()})")

print(response.KeyPair.KeyId, file=sys.stderr)
print(response.KeyPair.PrivateKey)

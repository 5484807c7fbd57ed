"""The official Python SDK, set up to call a server of ours."""

import threading

import pytest
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.lighthouse.v20200324 import models
from tencentcloud.lighthouse.v20200324.lighthouse_client import LighthouseClient

REGION = "ap-guangzhou"
REQUEST_SECONDS_MAX = 20
SDK_DEFAULT = object()
# Nobody kept its private key.
PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICjjtchErT1P5J7MkPxjTXdfQvmOUFmcqJeqOKjOeY1+ ci"


def profile(endpoint, method="POST", language=SDK_DEFAULT, keep_alive=False):
    """A profile with nothing changed but what is asked for. The SDK's language is zh-CN."""
    http = HttpProfile(protocol="http", endpoint=endpoint, reqMethod=method)
    http.reqTimeout = REQUEST_SECONDS_MAX
    http.keepAlive = keep_alive
    made = ClientProfile(httpProfile=http)
    if language is not SDK_DEFAULT:
        made.language = language
    return made


def credential(server, secret_id=None, secret_key=None, token=None):
    return Credential(secret_id or server.secret_id, secret_key or server.secret_key, token)


def lighthouse(server, region=REGION, *, endpoint=None, secret=None, **settings):
    """The SDK's Lighthouse client."""
    secret = secret or credential(server)
    return LighthouseClient(secret, region, profile(endpoint or server.endpoint, **settings))


def common(server, service, version, region=REGION, **settings):
    """The SDK's client for any product."""
    return CommonClient(
        service, version, credential(server), region, profile(server.endpoint, **settings)
    )


def request(key_name, tags=None):
    made = models.CreateKeyPairRequest()
    made.KeyName = key_name
    if tags is not None:
        made.Tags = []
        for key, value in tags.items():
            tag = models.Tag()
            tag.Key, tag.Value = key, value
            made.Tags.append(tag)
    return made


def create(server, key_name, tags=None, client=None):
    """Creates a key pair with the SDK; the scan learns of its private key."""
    client = client or lighthouse(server)
    key_pair = client.CreateKeyPair(request(key_name, tags)).KeyPair
    server.remember(key_pair.PrivateKey)
    return key_pair


def description(key_ids=None, filters=None, offset=None, limit=None):
    """A request for DescribeKeyPairs; filters are a dictionary of lists."""
    made = models.DescribeKeyPairsRequest()
    made.KeyIds, made.Offset, made.Limit = key_ids, offset, limit
    if filters is not None:
        made.Filters = []
        for name, values in filters.items():
            one = models.Filter()
            one.Name, one.Values = name, values
            made.Filters.append(one)
    return made


def deletion(key_ids):
    made = models.DeleteKeyPairsRequest()
    made.KeyIds = key_ids
    return made


def describe(client, **parameters):
    return client.DescribeKeyPairs(description(**parameters))


def delete(client, key_ids):
    return client.DeleteKeyPairs(deletion(key_ids))


def refusal(call):
    """The SDK's exception that `call` ends with."""
    with pytest.raises(TencentCloudSDKException) as refused:
        call()
    return refused.value


def at_once(calls):
    """Makes all the calls at the same moment; answers their replies and exceptions, in order."""
    outcomes = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def make(index):
        start.wait()
        try:
            outcomes[index] = calls[index]()
        except TencentCloudSDKException as refused:
            outcomes[index] = refused

    threads = [threading.Thread(target=make, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * REQUEST_SECONDS_MAX)
        assert not thread.is_alive(), "a call did not end"
    return outcomes

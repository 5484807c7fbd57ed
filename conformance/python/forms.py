"""The Python SDK, synchronous and asynchronous, in every form that it can sign."""

import asyncio
import itertools
from dataclasses import dataclass

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.lighthouse.v20200324.lighthouse_client import LighthouseClient
from tencentcloud.lighthouse.v20200324.lighthouse_client_async import (
    LighthouseClient as AsyncLighthouseClient,
)

import clients
import sentences


@dataclass(frozen=True)
class Form:
    """One of the ways in which the SDK sends a request."""

    is_async: bool
    signature: str
    method: str

    def __str__(self):
        kind = "async" if self.is_async else "sync"
        return f"{kind}-{self.signature}-{self.method}"

    def call(self, server, action, parameters, *, region=clients.REGION, language, **credential):
        """What the SDK hands over of the reply of an action; its exception is raised."""
        profile = clients.profile(server.endpoint, method=self.method, language=language)
        profile.signMethod = self.signature
        secret = clients.credential(server, **credential)
        if not self.is_async:
            client = LighthouseClient(secret, region, profile)
            return client.call_json(action, parameters)["Response"]

        async def call():
            async with AsyncLighthouseClient(secret, region, profile) as client:
                return await client.call_and_deserialize(action, parameters)

        return asyncio.run(call())["Response"]

    def is_refused(self, server, action, parameters, code, names, *, language, **changes):
        """The SDK's exception has the code, and a sentence in the language that names what is wrong."""
        with pytest.raises(TencentCloudSDKException) as refused:
            self.call(server, action, parameters, language=language, **changes)
        assert refused.value.get_code() == code, refused.value
        message = refused.value.get_message()
        assert names in message
        sentences.check(message, language)


FORMS = [
    Form(is_async, signature, method)
    for is_async, signature, method in itertools.product(
        [False, True], ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"], ["POST", "GET"]
    )
]

each_form = pytest.mark.parametrize("form", FORMS, ids=str)

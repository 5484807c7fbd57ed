"""Every error reaches the official Python SDK as its own exception, in the language asked for."""

import asyncio
import re
import time
from dataclasses import dataclass, field

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.lighthouse.v20200324.lighthouse_client_async import (
    LighthouseClient as AsyncLighthouseClient,
)

import clients
import sentences

ACTION = "CreateKeyPair"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The SDK asks for Chinese unless it is told otherwise.
LANGUAGES = [
    pytest.param(clients.SDK_DEFAULT, id="zh-CN-by-default"),
    pytest.param("en-US", id="en-US"),
]
METHODS = ["POST", "GET"]
MEGABYTE = 1024 * 1024


def check(refused, code, part, language):
    """The code, a helpful sentence that has `part` in the right language, and a RequestId."""
    assert isinstance(refused, TencentCloudSDKException), refused
    assert refused.get_code() == code, refused
    message = refused.get_message()
    sentences.check(message, language)
    assert part in message
    assert UUID.fullmatch(refused.get_request_id())


@dataclass
class Bad:
    """Parameters that are refused whatever the server holds."""

    title: str
    code: str
    parameters: dict
    # What the message names, in either language.
    names: str
    methods: list = field(default_factory=lambda: METHODS)
    action: str = ACTION


def tags(count):
    return [{"Key": f"key{number}", "Value": "value"} for number in range(count)]


ILLEGAL = "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar"
TOO_LONG = "InvalidParameterValue.InvalidKeyPairNameTooLong"
MALFORMED = "InvalidParameterValue.KeyPairIdMalformed"
TWICE = "InvalidParameterValue.Duplicated"
TOO_MANY = "InvalidParameterValue.LimitExceeded"
NEGATIVE = "InvalidParameterValue.Negative"
OUT_OF_RANGE = "InvalidParameterValue.OutOfRange"
NO_FILTER = "InvalidParameter.InvalidFilter"
NOT_FOUND = "ResourceNotFound.KeyIdNotFound"
# In a query everything is text, and an empty list is no parameter at all.
JSON_ONLY = ["POST"]

BAD_PARAMETERS = [
    Bad(
        "an empty name",
        "InvalidParameterValue.InvalidKeyPairNameEmpty",
        {"KeyName": ""},
        "1",
    ),
    Bad("a name with a hyphen", ILLEGAL, {"KeyName": "a-b"}, "`-`"),
    Bad("a name with a space", ILLEGAL, {"KeyName": "a b"}, "` `"),
    Bad("a name in Chinese", ILLEGAL, {"KeyName": "钥匙"}, "`钥`"),
    Bad("a name with a NUL", ILLEGAL, {"KeyName": "a\0b"}, "`\\u{0}`"),
    Bad("a name of 26 characters", TOO_LONG, {"KeyName": "k" * 26}, "26"),
    Bad("a name of 26 Chinese characters", TOO_LONG, {"KeyName": "钥" * 26}, "26"),
    Bad("no name", "MissingParameter", {}, "`KeyName`"),
    Bad("a name that is null", "MissingParameter", {"KeyName": None}, "`KeyName`", JSON_ONLY),
    Bad("a parameter too many", "UnknownParameter", {"KeyName": "a", "Keyname": "a"}, "`Keyname`"),
    Bad(
        "a field too many in a tag",
        "UnknownParameter",
        {"KeyName": "a", "Tags": [{"Key": "a", "Value": "b", "Colour": "c"}]},
        "`Tags.0.Colour`",
    ),
    Bad(
        "a tag without its value",
        "MissingParameter",
        {"KeyName": "a", "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c"}]},
        "`Tags.1.Value`",
    ),
    Bad("a name that is a number", "InvalidParameter", {"KeyName": 7}, "`KeyName`", JSON_ONLY),
    Bad("a name that is a list", "InvalidParameter", {"KeyName": ["a"]}, "`KeyName", JSON_ONLY),
    Bad(
        "a tag whose key is a number",
        "InvalidParameter",
        {"KeyName": "a", "Tags": [{"Key": 7, "Value": "b"}]},
        "`Tags.0.Key`",
        JSON_ONLY,
    ),
    Bad("tags that are text", "InvalidParameter", {"KeyName": "a", "Tags": "b"}, "`Tags`"),
    Bad(
        "a tag that is text",
        "InvalidParameter",
        {"KeyName": "a", "Tags": ["b"]},
        "`Tags.0`",
    ),
    Bad(
        "11 tags",
        "InvalidParameterValue",
        {"KeyName": "a", "Tags": tags(11)},
        "`Tags`",
    ),
    Bad(
        "a tag key that stands twice",
        "InvalidParameterValue",
        {"KeyName": "a", "Tags": [*tags(2), {"Key": "key1", "Value": "c"}]},
        "`Tags.2.Key`",
    ),
]


def bad_lists(action, key_ids_max):
    """What is wrong with ids, whatever is to be done with them."""
    one = "lhkp-00000001"
    return [
        Bad(title, code, {"KeyIds": key_ids}, names, methods, action)
        for title, code, key_ids, names, methods in [
            ("no id", MALFORMED, [one, "lhkp-1"], "`KeyIds.1`", METHODS),
            ("an id in upper case", MALFORMED, ["LHKP-00000001"], "`LHKP-00000001`", METHODS),
            ("an empty id", MALFORMED, [""], "`KeyIds.0`", METHODS),
            ("an id twice", TWICE, [one, "lhkp-00000002", one], "`KeyIds.2`", METHODS),
            (
                "ids too many",
                TOO_MANY,
                [f"lhkp-{number:08}" for number in range(key_ids_max + 1)],
                str(key_ids_max),
                METHODS,
            ),
            ("an id that is a number", "InvalidParameter", [7], "`KeyIds.0`", JSON_ONLY),
            ("ids that are text", "InvalidParameter", one, "`KeyIds`", METHODS),
        ]
    ]


def bad_description(title, code, parameters, names, methods=METHODS):
    return Bad(title, code, parameters, names, methods, "DescribeKeyPairs")


def bad_filter(title, code, name, values, names, methods=METHODS):
    parameters = {"Filters": [{"Name": name, "Values": values}]}
    return bad_description(title, code, parameters, names, methods)


def bad_deletion(title, code, parameters, names):
    return Bad(title, code, parameters, names, action="DeleteKeyPairs")


def filters(count):
    return [{"Name": "key-name", "Values": [f"name{number}"]} for number in range(count)]


BAD_PARAMETERS += [
    *bad_lists("DescribeKeyPairs", 100),
    bad_description("a negative Offset", NEGATIVE, {"Offset": -1}, "`Offset`"),
    bad_description("a negative Limit", NEGATIVE, {"Limit": -1}, "`Limit`"),
    bad_description("a Limit of 0", OUT_OF_RANGE, {"Limit": 0}, "`Limit`"),
    bad_description("a Limit of 101", OUT_OF_RANGE, {"Limit": 101}, "100"),
    bad_description("a Limit that is text", "InvalidParameter", {"Limit": "many"}, "`Limit`"),
    bad_description(
        "ids and filters",
        "InvalidParameter.ParameterConflict",
        {"KeyIds": ["lhkp-00000001"], "Filters": filters(1)},
        "`Filters`",
    ),
    bad_description("11 filters", TOO_MANY, {"Filters": filters(11)}, "`Filters`"),
    bad_filter("an unknown filter", NO_FILTER, "colour", ["red"], "`colour`"),
    bad_filter("no value", NO_FILTER, "key-name", [], "`Filters.0.Values`", JSON_ONLY),
    bad_filter("6 values", TOO_MANY, "key-name", list("abcdef"), "`Filters.0.Values`"),
    bad_filter("a filter of no id", MALFORMED, "key-id", ["lhkp-1"], "`Filters.0.Values.0`"),
    bad_description(
        "a filter without its values",
        "MissingParameter",
        {"Filters": [{"Name": "key-name"}]},
        "`Filters.0.Values`",
    ),
    *bad_lists("DeleteKeyPairs", 10),
    bad_deletion("no ids", "MissingParameter", {}, "`KeyIds`"),
    bad_deletion("an empty list of ids", "MissingParameter", {"KeyIds": []}, "`KeyIds`"),
    bad_deletion("an unknown id", NOT_FOUND, {"KeyIds": ["lhkp-00000000"]}, "`lhkp-00000000`"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("bad", "method"),
    [
        pytest.param(bad, method, id=f"{bad.action}-{bad.title}-{method}")
        for bad in BAD_PARAMETERS
        for method in bad.methods
    ],
)
def test_bad_parameters_are_refused(server, bad, method, language):
    client = clients.lighthouse(server, method=method, language=language)
    refused = clients.refusal(lambda: client.call_json(bad.action, bad.parameters))
    check(refused, bad.code, bad.names, language)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_that_is_taken_is_refused(server, language, method):
    clients.create(server, "taken")
    client = clients.lighthouse(server, method=method, language=language)
    refused = clients.refusal(lambda: client.CreateKeyPair(clients.request("taken")))
    check(refused, "InvalidParameterValue.DuplicateParameterValue", "`taken`", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_eleventh_key_pair_of_a_region_is_refused(server, language):
    for number in range(10):
        clients.create(server, f"key_{number}")
    client = clients.lighthouse(server, language=language)
    refused = clients.refusal(lambda: client.CreateKeyPair(clients.request("key_10")))
    check(refused, "LimitExceeded.KeyPairLimitExceeded", "10", language)
    assert clients.REGION in refused.get_message()
    clients.create(server, "elsewhere", client=clients.lighthouse(server, "ap-tokyo"))


def test_the_operator_may_set_another_quota(start_server):
    server = start_server(config="key_pair_quota = 1\n")
    clients.create(server, "only")
    client = clients.lighthouse(server)
    refused = clients.refusal(lambda: client.CreateKeyPair(clients.request("second")))
    check(refused, "LimitExceeded.KeyPairLimitExceeded", "1", clients.SDK_DEFAULT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_twenty_first_call_of_a_second_is_refused(server, language):
    def call():
        return clients.lighthouse(server, language=language).call_json(ACTION, {"KeyName": ""})

    began = time.monotonic()
    outcomes = clients.at_once([call] * 40)
    took = time.monotonic() - began
    limited = [one for one in outcomes if one.get_code() == "RequestLimitExceeded"]
    admitted = [one for one in outcomes if one not in limited]
    assert {one.get_code() for one in admitted} == {
        "InvalidParameterValue.InvalidKeyPairNameEmpty"
    }
    for refused in limited:
        check(refused, "RequestLimitExceeded", "`21`", language)
        assert "`20`" in refused.get_message()
    if took < 1:
        assert len(admitted) == 20
    assert limited, f"40 calls in {took:.1f} s were all admitted"
    # Another region has a limit of its own.
    other = clients.lighthouse(server, "ap-tokyo", language=language)
    refused = clients.refusal(lambda: other.call_json(ACTION, {"KeyName": ""}))
    assert refused.get_code() == "InvalidParameterValue.InvalidKeyPairNameEmpty"


def test_of_twenty_simultaneous_creates_of_one_name_one_succeeds(server):
    def call():
        return clients.create(server, "same")

    outcomes = clients.at_once([call] * 20)
    refused = [one for one in outcomes if isinstance(one, TencentCloudSDKException)]
    assert len(refused) == 19
    for one in refused:
        check(one, "InvalidParameterValue.DuplicateParameterValue", "`same`", None)


def test_of_twenty_simultaneous_creates_ten_fill_the_quota(server):
    calls = [lambda name=f"key_{number}": clients.create(server, name) for number in range(20)]
    outcomes = clients.at_once(calls)
    refused = [one for one in outcomes if isinstance(one, TencentCloudSDKException)]
    assert len(refused) == 10
    for one in refused:
        check(one, "LimitExceeded.KeyPairLimitExceeded", "10", None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_store_that_fails_leaves_nothing_behind(server, language):
    server.may_log_errors = True
    clients.create(server, "before")
    server.refuse_writes()
    client = clients.lighthouse(server, language=language)
    refused = clients.refusal(lambda: client.CreateKeyPair(clients.request("unlucky")))
    check(refused, "FailedOperation.CreateKeyPairFailed", "`unlucky`", language)
    server.allow_writes()
    assert clients.create(server, "unlucky").KeyName == "unlucky"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_key_pairs_of_which_one_is_unknown_are_not_deleted(server, language, method):
    here = clients.create(server, "here")
    client = clients.lighthouse(server, method=method, language=language)
    refused = clients.refusal(lambda: clients.delete(client, [here.KeyId, "lhkp-00000000"]))
    check(refused, NOT_FOUND, "`lhkp-00000000`", language)
    assert [key_pair.KeyName for key_pair in clients.describe(client).KeyPairSet] == ["here"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_store_that_fails_deletes_nothing(server, language):
    server.may_log_errors = True
    here = clients.create(server, "here")
    server.refuse_writes()
    client = clients.lighthouse(server, language=language)
    refused = clients.refusal(lambda: clients.delete(client, [here.KeyId]))
    check(refused, "FailedOperation.DeleteKeyPairFailed", "", language)
    server.allow_writes()
    assert [key_pair.KeyName for key_pair in clients.describe(client).KeyPairSet] == ["here"]
    clients.delete(client, [here.KeyId])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("region", "code", "part"),
    [
        pytest.param(None, "MissingParameter", "`Region`", id="missing"),
        pytest.param("mars-1", "InvalidParameterValue", "`mars-1`", id="unknown"),
        pytest.param("AP-GUANGZHOU", "InvalidParameterValue", "`AP-GUANGZHOU`", id="upper-case"),
        pytest.param("ap-bangkok", "UnsupportedRegion", "`ap-bangkok`", id="without-Lighthouse"),
    ],
)
def test_a_bad_region_is_refused(server, region, code, part, language, method):
    client = clients.lighthouse(server, region, method=method, language=language)
    refused = clients.refusal(lambda: client.CreateKeyPair(clients.request("a")))
    check(refused, code, part, language)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("secret", "code", "part"),
    [
        pytest.param(
            {"secret_key": "another-secret-key-entirely"},
            "AuthFailure.SignatureFailure",
            "",
            id="a wrong SecretKey",
        ),
        pytest.param(
            {"secret_id": "AKIDwhoIsThis"},
            "AuthFailure.SecretIdNotFound",
            "SecretId",
            id="an unknown SecretId",
        ),
        pytest.param(
            {"token": "no-such-token"},
            "AuthFailure.TokenFailure",
            "Token",
            id="a wrong token",
        ),
    ],
)
def test_bad_credentials_are_refused(server, secret, code, part, language, method):
    secret = clients.credential(server, **secret)
    client = clients.lighthouse(server, secret=secret, method=method, language=language)
    refused = clients.refusal(lambda: client.CreateKeyPair(clients.request("a")))
    check(refused, code, part, language)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("seconds", "direction"),
    [(-400, ("behind", "慢")), (400, ("ahead", "快"))],
    ids=["too-old", "from-the-future"],
)
def test_a_clock_that_is_too_far_off_is_told_so(
    server, seconds, direction, language, method, clock
):
    clock.shift(seconds)
    client = clients.lighthouse(server, method=method, language=language)
    refused = clients.refusal(lambda: client.CreateKeyPair(clients.request("a")))
    word = direction[0] if language == "en-US" else direction[1]
    check(refused, "AuthFailure.SignatureExpire", word, language)
    assert re.search(r"(399|400|401)", refused.get_message()), "it says by how much"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_action_is_refused(server, language, method):
    client = clients.lighthouse(server, method=method, language=language)
    refused = clients.refusal(lambda: client.call_json("CreateKeyPairs", {"KeyName": "a"}))
    check(refused, "InvalidAction", "`CreateKeyPairs`", language)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_version_is_refused(server, language, method):
    client = clients.common(server, "lighthouse", "2019-01-01", method=method, language=language)
    refused = clients.refusal(lambda: client.call_json(ACTION, {"KeyName": "a"}))
    check(refused, "NoSuchVersion", "`2019-01-01`", language)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_product_is_refused(server, language, method):
    client = clients.common(server, "cvm", "2017-03-12", method=method, language=language)
    refused = clients.refusal(lambda: client.call_json("DescribeInstances", {"Limit": 1}))
    check(refused, "NoSuchProduct", "`cvm`", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_body_of_another_content_type_is_refused(server, language):
    client = clients.lighthouse(server, language=language)
    refused = clients.refusal(lambda: client.call_octet_stream(ACTION, {}, b"KeyName"))
    check(refused, "UnsupportedProtocol", "application/octet-stream", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("megabytes", [10, 11, 25])
def test_a_body_beyond_10_megabytes_is_refused_by_its_code(server, megabytes, language):
    # The client is still sending when the server knows: the code must arrive all the same.
    client = clients.lighthouse(server, language=language)
    parameters = {"KeyName": "k" * megabytes * MEGABYTE}
    refused = clients.refusal(lambda: client.call_json(ACTION, parameters))
    check(refused, "RequestSizeLimitExceeded", "10240 KB", language)


def test_a_body_of_nearly_10_megabytes_is_read(server):
    client = clients.lighthouse(server)
    parameters = {"KeyName": "k" * (10 * MEGABYTE - 100)}
    refused = clients.refusal(lambda: client.call_json(ACTION, parameters))
    check(refused, TOO_LONG, str(10 * MEGABYTE - 100), clients.SDK_DEFAULT)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kilobytes", [33, 60, 100])
def test_a_query_beyond_32_kilobytes_is_refused_by_its_code(server, kilobytes, language):
    client = clients.lighthouse(server, method="GET", language=language)
    refused = clients.refusal(lambda: client.call_json(ACTION, {"KeyName": "k" * kilobytes * 1024}))
    check(refused, "RequestSizeLimitExceeded", "32 KB", language)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_asynchronous_client_gets_the_same_exceptions(server, language, method):
    clients.create(server, "taken")

    async def create():
        profile = clients.profile(server.endpoint, method=method, language=language)
        secret = clients.credential(server)
        async with AsyncLighthouseClient(secret, clients.REGION, profile) as client:
            await client.CreateKeyPair(clients.request("taken"))

    refused = clients.refusal(lambda: asyncio.run(create()))
    check(refused, "InvalidParameterValue.DuplicateParameterValue", "`taken`", language)


def test_a_refusal_costs_nothing(server):
    for name in ["", "a-b", "k" * 26]:
        clients.refusal(lambda: clients.create(server, name))
    for number in range(10):
        clients.create(server, f"key_{number}")

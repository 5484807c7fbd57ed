"""The Python SDK, synchronous and asynchronous, in every form that it can sign: it creates,
lists and deletes key pairs, and meets each error as its own exception."""

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

import clients
from forms import each_form

TAGS = {"团队": "平台 A/B & C=1+2*(3);'\"<é😀>", "env": "test"}


@each_form
def test_a_key_pair_is_created_with_its_tags(server, form):
    tags = [{"Key": key, "Value": value} for key, value in TAGS.items()]
    parameters = {"KeyName": "tagged", "Tags": tags}
    reply = form.call(server, "CreateKeyPair", parameters, language="en-US")
    key_pair = reply["KeyPair"]
    server.remember(key_pair["PrivateKey"])
    assert (key_pair["KeyName"], key_pair["Tags"]) == ("tagged", tags)


@each_form
def test_key_pairs_are_listed_and_deleted(server, form):
    tags = {"one": {"team": "blue"}, "two": {"team": "red"}, "three": TAGS}
    made = {name: clients.create(server, name, of_it).KeyId for name, of_it in tags.items()}

    def listed(**parameters):
        reply = form.call(server, "DescribeKeyPairs", parameters, language="en-US")
        assert all(key_pair["PrivateKey"] is None for key_pair in reply["KeyPairSet"])
        return reply["TotalCount"], {key_pair["KeyName"] for key_pair in reply["KeyPairSet"]}

    def filtered(*filters):
        return listed(Filters=[{"Name": name, "Values": values} for name, values in filters])

    assert listed() == (3, {"one", "two", "three"})
    assert listed(KeyIds=[made["one"], "lhkp-00000000", made["two"]]) == (2, {"one", "two"})
    assert listed(KeyIds=["lhkp-00000000"]) == (0, set())
    assert filtered(("key-id", [made["two"], made["three"]])) == (2, {"two", "three"})
    assert filtered(("key-name", ["ON", "thr"])) == (2, {"one", "three"})
    assert filtered(("tag-key", ["团队", "team"]), ("tag-value", ["blue"])) == (1, {"one"})
    assert filtered(("tag:团队", [TAGS["团队"]])) == (1, {"three"})
    pages = [listed(Offset=offset, Limit=2) for offset in [0, 2]]
    assert [(total, len(names)) for total, names in pages] == [(3, 2), (3, 1)]
    assert pages[0][1] | pages[1][1] == set(made)

    key_ids = {"KeyIds": [made["one"], made["three"]]}
    deleted = form.call(server, "DeleteKeyPairs", key_ids, language="en-US")
    assert set(deleted) == {"RequestId"}
    assert listed() == (1, {"two"})


@each_form
def test_regions_are_listed_without_one_being_named(server, form):
    reply = form.call(server, "DescribeRegions", {}, region=None, language="en-US")
    regions = [region["Region"] for region in reply["RegionSet"]]
    assert clients.REGION in regions
    assert reply["TotalCount"] == len(regions)


ILLEGAL = "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar"

# What is wrong, the code, and what the message names in either language.
BAD = [
    ({"KeyName": "k" * 26}, {}, "InvalidParameterValue.InvalidKeyPairNameTooLong", "26"),
    ({"KeyName": "a b"}, {}, ILLEGAL, "` `"),
    ({"KeyName": "钥匙"}, {}, ILLEGAL, "`钥`"),
    ({"KeyName": "a", "Keyname": "a"}, {}, "UnknownParameter", "`Keyname`"),
    ({"KeyName": "a", "Tags": [{"Key": "b"}]}, {}, "MissingParameter", "`Tags.0.Value`"),
    ({"KeyName": "a"}, {"region": "mars-1"}, "InvalidParameterValue", "`mars-1`"),
    ({"KeyName": "a"}, {"region": "ap-bangkok"}, "UnsupportedRegion", "`ap-bangkok`"),
    ({"KeyName": "a"}, {"secret_key": "another-secret"}, "AuthFailure.SignatureFailure", ""),
    ({"KeyName": "a"}, {"secret_id": "AKIDwho"}, "AuthFailure.SecretIdNotFound", "SecretId"),
    ({"KeyName": "a"}, {"token": "no-such-token"}, "AuthFailure.TokenFailure", "Token"),
]


@each_form
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_bad_call_is_refused_by_its_code(server, form, language):
    for parameters, changes, code, names in BAD:
        bad = ("CreateKeyPair", parameters, code, names)
        form.is_refused(server, *bad, language=language, **changes)
    with pytest.raises(TencentCloudSDKException) as refused:
        form.call(server, "CreateKeyPairs", {"KeyName": "a"}, language=language)
    assert refused.value.get_code() == "InvalidAction"


ID = "lhkp-00000001"
IDS = [f"lhkp-{number:08}" for number in range(101)]

# The action, what is wrong, the code, and what the message names in either language.
BAD_LISTS = [
    ("DescribeKeyPairs", {"KeyIds": [ID, ID]}, "InvalidParameterValue.Duplicated", "`KeyIds.1`"),
    ("DescribeKeyPairs", {"KeyIds": [ID, "a"]}, "InvalidParameterValue.KeyPairIdMalformed", "`a`"),
    ("DescribeKeyPairs", {"KeyIds": IDS}, "InvalidParameterValue.LimitExceeded", "101"),
    ("DescribeKeyPairs", {"Offset": -1}, "InvalidParameterValue.Negative", "`Offset`"),
    ("DescribeKeyPairs", {"Limit": 0}, "InvalidParameterValue.OutOfRange", "`Limit`"),
    (
        "DescribeKeyPairs",
        {"Filters": [{"Name": "colour", "Values": ["red"]}]},
        "InvalidParameter.InvalidFilter",
        "`Filters.0.Name`",
    ),
    (
        "DescribeKeyPairs",
        {"KeyIds": [ID], "Filters": [{"Name": "key-name", "Values": ["a"]}]},
        "InvalidParameter.ParameterConflict",
        "`Filters`",
    ),
    ("DeleteKeyPairs", {}, "MissingParameter", "`KeyIds`"),
    ("DeleteKeyPairs", {"KeyIds": [ID, ID]}, "InvalidParameterValue.Duplicated", "`KeyIds.1`"),
    ("DeleteKeyPairs", {"KeyIds": ["a"]}, "InvalidParameterValue.KeyPairIdMalformed", "`a`"),
    ("DeleteKeyPairs", {"KeyIds": IDS[:11]}, "InvalidParameterValue.LimitExceeded", "11"),
    ("DeleteKeyPairs", {"KeyIds": [ID]}, "ResourceNotFound.KeyIdNotFound", f"`{ID}`"),
]


@each_form
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_bad_list_is_refused_by_its_code(server, form, language):
    for bad in BAD_LISTS:
        form.is_refused(server, *bad, language=language)


@each_form
def test_a_name_that_is_taken_is_refused(server, form):
    clients.create(server, "taken")
    with pytest.raises(TencentCloudSDKException) as refused:
        form.call(server, "CreateKeyPair", {"KeyName": "taken"}, language="en-US")
    assert refused.value.get_code() == "InvalidParameterValue.DuplicateParameterValue"

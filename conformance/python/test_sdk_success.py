"""The official Python SDK creates, lists and deletes key pairs, however it signs and wherever it is
pointed."""

import asyncio
import re
import time
from datetime import datetime, timezone

import pytest
from tencentcloud.lighthouse.v20200324.lighthouse_client import LighthouseClient
from tencentcloud.lighthouse.v20200324.lighthouse_client_async import (
    LighthouseClient as AsyncLighthouseClient,
)

import clients

METHODS = ["POST", "GET"]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# How far the clocks of one machine may seem apart: CreatedTime has whole seconds.
SECONDS_APART_MAX = 2


@pytest.mark.parametrize("method", METHODS)
def test_every_field_of_the_reply_is_as_documented(server, method):
    client = clients.lighthouse(server, method=method)
    reply = client.CreateKeyPair(clients.request("my_key_1"))
    key_pair = reply.KeyPair
    server.remember(key_pair.PrivateKey)

    assert re.fullmatch(r"lhkp-[0-9a-z]{8}", key_pair.KeyId)
    assert key_pair.KeyName == "my_key_1"
    assert re.fullmatch(rf"ssh-rsa [A-Za-z0-9+/]+=* {key_pair.KeyId}", key_pair.PublicKey)
    assert key_pair.AssociatedInstanceIds == []
    created = datetime.strptime(key_pair.CreatedTime, "%Y-%m-%dT%H:%M:%SZ")
    age = time.time() - created.replace(tzinfo=timezone.utc).timestamp()
    assert abs(age) < SECONDS_APART_MAX
    lines = key_pair.PrivateKey.strip().split("\n")
    assert lines[0] == "-----BEGIN RSA PRIVATE KEY-----"
    assert lines[-1] == "-----END RSA PRIVATE KEY-----"
    assert all(re.fullmatch(r"[A-Za-z0-9+/]{1,64}={0,2}", line) for line in lines[1:-1])
    assert UUID.fullmatch(reply.RequestId)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_in_the_reply_that_was_not_asked_for(server, method):
    client = clients.lighthouse(server, method=method)
    response = client.call_json("CreateKeyPair", {"KeyName": "plain"})["Response"]
    server.remember(response["KeyPair"]["PrivateKey"])
    assert set(response) == {"KeyPair", "RequestId"}
    assert set(response["KeyPair"]) == {
        "KeyId",
        "KeyName",
        "PublicKey",
        "AssociatedInstanceIds",
        "CreatedTime",
        "PrivateKey",
    }


@pytest.mark.parametrize("method", METHODS)
def test_tags_come_back_as_they_were_given(server, method):
    tags = {"env": "test", "团队": "平台 A/B & C=1", "empty": ""}
    client = clients.lighthouse(server, method=method)
    key_pair = clients.create(server, "tagged", tags, client)
    assert {tag.Key: tag.Value for tag in key_pair.Tags} == tags


@pytest.mark.parametrize("name", ["a", "0", "_", "A_z_9", "k" * 25])
def test_names_of_1_to_25_digits_letters_and_underscores_are_taken(server, name):
    assert clients.create(server, name).KeyName == name


def test_names_and_quota_are_per_region(server):
    regions = ["ap-guangzhou", "ap-tokyo", "eu-frankfurt"]
    made = [
        clients.create(server, "same", client=clients.lighthouse(server, region))
        for region in regions
    ]
    assert len({key_pair.KeyId for key_pair in made}) == len(regions)


def test_each_key_pair_is_a_new_one(server):
    one, other = clients.create(server, "one"), clients.create(server, "other")
    assert one.KeyId != other.KeyId
    assert one.PublicKey.split()[1] != other.PublicKey.split()[1]
    assert one.PrivateKey != other.PrivateKey


@pytest.mark.parametrize("method", METHODS)
def test_a_payload_may_be_unsigned(server, method):
    client = clients.lighthouse(server, method=method)
    client.profile.unsignedPayload = True
    assert clients.create(server, "unsigned", client=client).KeyName == "unsigned"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "form",
    [
        "127.0.0.1:{port}",
        "http://127.0.0.1:{port}",
        "localhost:{port}",
        "http://localhost:{port}",
        "127.0.0.1:{port}/behind/a/path",
        "http://127.0.0.1:{port}/behind/a/path",
    ],
)
def test_an_endpoint_may_be_written_in_any_form(server, form, method):
    client = clients.lighthouse(server, endpoint=form.format(port=server.port), method=method)
    assert clients.create(server, "somewhere", client=client).KeyName == "somewhere"


@pytest.mark.parametrize("method", METHODS)
def test_http_proxy_brings_calls_for_the_vendors_own_host(server, method, monkeypatch):
    # No DNS and no hosts file: the request target is absolute, and Host is the vendor's.
    monkeypatch.setenv("HTTP_PROXY", server.url)
    profile = clients.profile(None, method=method)
    client = LighthouseClient(clients.credential(server), clients.REGION, profile)
    assert clients.create(server, "proxied", client=client).KeyName == "proxied"


def test_one_connection_serves_many_calls(server):
    client = clients.lighthouse(server, keep_alive=True)
    names = ["first", "second", "third"]
    assert [clients.create(server, name, client=client).KeyName for name in names] == names


@pytest.mark.parametrize("seconds", [-290, 290])
def test_a_clock_that_is_five_minutes_off_is_good_enough(server, seconds, clock):
    clock.shift(seconds)
    assert clients.create(server, "shifted").KeyName == "shifted"


def test_an_empty_token_is_no_token(server):
    client = clients.lighthouse(server, secret=clients.credential(server, token=""))
    assert clients.create(server, "no_token", client=client).KeyName == "no_token"


@pytest.mark.parametrize("method", METHODS)
def test_the_asynchronous_client_creates_key_pairs(server, method):
    async def create():
        profile = clients.profile(server.endpoint, method=method)
        secret = clients.credential(server)
        async with AsyncLighthouseClient(secret, clients.REGION, profile) as client:
            names = [f"async_{number}" for number in range(3)]
            calls = [client.CreateKeyPair(clients.request(name)) for name in names]
            return names, await asyncio.gather(*calls)

    names, replies = asyncio.run(create())
    for reply in replies:
        server.remember(reply.KeyPair.PrivateKey)
    assert [reply.KeyPair.KeyName for reply in replies] == names


def test_a_multipart_body_is_as_good(server):
    client = clients.common(server, "lighthouse", "2020-03-24")
    # The SDK writes a list as one part of JSON.
    tags = [{"Key": "env", "Value": "test"}]
    parameters = {"KeyName": "multipart", "Tags": tags}
    reply = client.call_json("CreateKeyPair", parameters, options={"IsMultipart": True})
    key_pair = reply["Response"]["KeyPair"]
    server.remember(key_pair["PrivateKey"])
    assert (key_pair["KeyName"], key_pair["Tags"]) == ("multipart", tags)


@pytest.fixture(params=METHODS)
def client(server, request):
    return clients.lighthouse(server, method=request.param)


@pytest.fixture
def key_pairs(server, client):
    """Three, by name."""
    tags = {
        "one": {"team": "blue", "stage": "ci"},
        "two": {"team": "red"},
        "Two_more": {"团队": "平台 A/B & C=1"},
    }
    made = [clients.create(server, name, of_it, client) for name, of_it in tags.items()]
    return {key_pair.KeyName: key_pair for key_pair in made}


def names(reply):
    return {key_pair.KeyName for key_pair in reply.KeyPairSet}


def fields(key_pair):
    """What is shown of a key pair, but for its private key."""
    assert key_pair.PrivateKey is None
    shown = vars(key_pair) | {"_PrivateKey": None}
    shown["_Tags"] = {tag.Key: tag.Value for tag in key_pair.Tags}
    return shown


def test_key_pairs_are_listed_as_they_were_created_without_their_private_keys(client, key_pairs):
    reply = clients.describe(client)
    assert reply.TotalCount == len(reply.KeyPairSet) == len(key_pairs)
    assert UUID.fullmatch(reply.RequestId)
    listed = {key_pair.KeyName: fields(key_pair) for key_pair in reply.KeyPairSet}
    for key_pair in key_pairs.values():
        key_pair.PrivateKey = None
    assert listed == {name: fields(key_pair) for name, key_pair in key_pairs.items()}


def test_key_pairs_are_listed_by_id_and_an_unknown_one_is_left_out(client, key_pairs):
    key_ids = [key_pairs["one"].KeyId, "lhkp-00000000", key_pairs["two"].KeyId]
    reply = clients.describe(client, key_ids=key_ids)
    assert (reply.TotalCount, names(reply)) == (2, {"one", "two"})
    reply = clients.describe(client, key_ids=["lhkp-00000000"])
    assert (reply.TotalCount, reply.KeyPairSet) == (0, [])


def test_each_filter_lets_its_key_pairs_through(client, key_pairs):
    one, two, two_more = (key_pairs[name].KeyId for name in ["one", "two", "Two_more"])
    for filters, expected in [
        ({"key-id": [one, two_more]}, {"one", "Two_more"}),
        ({"key-name": ["tWO"]}, {"two", "Two_more"}),
        ({"key-name": ["on", "more"]}, {"one", "Two_more"}),
        ({"tag-key": ["stage", "团队"]}, {"one", "Two_more"}),
        ({"tag-value": ["red", "平台 A/B & C=1"]}, {"two", "Two_more"}),
        ({"tag:team": ["blue", "red"]}, {"one", "two"}),
        ({"tag:团队": ["平台 A/B & C=1"]}, {"Two_more"}),
        ({"tag:team": ["blue", "red"], "key-id": [two, two_more]}, {"two"}),
        ({"tag:team": ["ci"]}, set()),
    ]:
        reply = clients.describe(client, filters=filters)
        assert (reply.TotalCount, names(reply)) == (len(expected), expected), filters


def test_pages_together_are_the_whole_list(client, key_pairs):
    def page(**parameters):
        reply = clients.describe(client, **parameters)
        assert reply.TotalCount == 3
        return [key_pair.KeyId for key_pair in reply.KeyPairSet]

    listed = page()
    assert page(limit=2) == listed[:2]
    assert page(offset=2, limit=2) == page(offset=2) == listed[2:]
    assert page(offset=3) == []


def test_what_was_deleted_is_gone_and_the_rest_is_there(server, client, key_pairs):
    gone = [key_pairs["one"].KeyId, key_pairs["two"].KeyId]
    assert UUID.fullmatch(clients.delete(client, gone).RequestId)
    assert names(clients.describe(client)) == {"Two_more"}
    assert clients.describe(client, key_ids=gone).TotalCount == 0
    # The name is free again.
    again = clients.create(server, "one", client=client)
    assert again.KeyId not in gone


def test_key_pairs_are_listed_and_deleted_in_their_own_region(server, client, key_pairs):
    elsewhere = clients.lighthouse(server, "ap-tokyo")
    assert clients.describe(elsewhere).TotalCount == 0
    refused = clients.refusal(lambda: clients.delete(elsewhere, [key_pairs["one"].KeyId]))
    assert refused.get_code() == "ResourceNotFound.KeyIdNotFound"
    assert names(clients.describe(client)) == set(key_pairs)


@pytest.mark.parametrize("method", METHODS)
def test_the_asynchronous_client_lists_and_deletes(server, method):
    keep, drop = clients.create(server, "keep"), clients.create(server, "drop")

    async def delete_and_list():
        profile = clients.profile(server.endpoint, method=method)
        secret = clients.credential(server)
        async with AsyncLighthouseClient(secret, clients.REGION, profile) as client:
            await client.DeleteKeyPairs(clients.deletion([drop.KeyId]))
            return await client.DescribeKeyPairs(clients.description())

    left = asyncio.run(delete_and_list()).KeyPairSet
    assert [key_pair.KeyId for key_pair in left] == [keep.KeyId]

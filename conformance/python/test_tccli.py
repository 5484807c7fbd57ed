"""The vendor's command line, unmodified, creates, lists and deletes key pairs and shows every error."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import clients

BIN = Path(sys.executable).parent
SECONDS_MAX = 30
FAILED = re.compile(
    r"\[TencentCloudSDKException\] code:(\S+) message:(.*) requestId:([0-9a-f-]{36})\n", re.DOTALL
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Tccli:
    """`tccli` with a HOME of its own, where it keeps its settings and its log."""

    def __init__(self, server, home):
        home.mkdir()
        self.server, self.home = server, home

    def environment(self):
        return {
            "HOME": str(self.home),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "TENCENTCLOUD_SECRET_ID": self.server.secret_id,
            "TENCENTCLOUD_SECRET_KEY": self.server.secret_key,
            "PYTHONIOENCODING": "utf-8",
        }

    def run(self, command, **changes):
        return subprocess.run(
            command,
            env=self.environment() | changes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )

    def call(self, *arguments, action="CreateKeyPair", region=clients.REGION, **changes):
        command = ["tccli", "lighthouse", action, "--endpoint", self.server.url]
        command += ["--region", region] if region else []
        return self.run([*command, *arguments], **changes)

    def create(self, *arguments, **changes):
        """The key pair that tccli prints."""
        return self.created(self.call(*arguments, **changes))

    def created(self, done):
        assert (done.returncode, done.stderr) == (0, "")
        key_pair = json.loads(done.stdout)["KeyPair"]
        self.server.remember(key_pair["PrivateKey"])
        return key_pair

    def listed(self, *arguments):
        """What tccli prints of DescribeKeyPairs: how many fit, and the names."""
        done = self.call(*arguments, action="DescribeKeyPairs")
        assert (done.returncode, done.stderr) == (0, "")
        shown = json.loads(done.stdout)
        assert all(key_pair["PrivateKey"] is None for key_pair in shown["KeyPairSet"])
        return shown["TotalCount"], {key_pair["KeyName"] for key_pair in shown["KeyPairSet"]}

    def refused(self, *arguments, **changes):
        """The code and the message that tccli shows."""
        done = self.call(*arguments, **changes)
        assert (done.returncode, done.stdout) == (255, "")
        shown = FAILED.fullmatch(done.stderr)
        assert shown, done.stderr
        return shown.group(1), shown.group(2)


@pytest.fixture
def tccli(server, tmp_path):
    return Tccli(server, tmp_path / "home")


def test_it_creates_a_key_pair(tccli):
    key_pair = tccli.create("--KeyName", "from_tccli")
    assert key_pair["KeyName"] == "from_tccli"
    assert re.fullmatch(r"lhkp-[0-9a-z]{8}", key_pair["KeyId"])
    assert key_pair["PublicKey"].startswith("ssh-rsa ")
    assert key_pair["PublicKey"].endswith(" " + key_pair["KeyId"])
    assert key_pair["AssociatedInstanceIds"] == []
    assert key_pair["PrivateKey"].startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    assert key_pair["Tags"] is None, "tccli shows null for what the reply does not have"


def test_it_sends_tags_as_json_and_unfolded(tccli):
    tags = [{"Key": "env", "Value": "测试"}]
    assert tccli.create("--KeyName", "json", "--Tags", json.dumps(tags))["Tags"] == tags
    unfolded = ["--cli-unfold-argument", "--KeyName", "unfolded"]
    unfolded += ["--Tags.0.Key", "env", "--Tags.0.Value", "测试"]
    assert tccli.create(*unfolded)["Tags"] == tags


@pytest.fixture
def key_ids(tccli):
    """Those of three key pairs, by name."""
    tags = {"one": {"team": "blue"}, "two": {"team": "red"}, "three": {"团队": "平台 A/B"}}
    made = [clients.create(tccli.server, name, of_it) for name, of_it in tags.items()]
    return {key_pair.KeyName: key_pair.KeyId for key_pair in made}


def filters(*given):
    return "--Filters", json.dumps([{"Name": name, "Values": values} for name, values in given])


def test_it_lists_key_pairs(tccli, key_ids):
    assert tccli.listed() == (3, set(key_ids))
    some = [key_ids["one"], key_ids["two"]]
    assert tccli.listed("--KeyIds", json.dumps(some)) == (2, {"one", "two"})
    assert tccli.listed("--cli-unfold-argument", "--KeyIds", *some) == (2, {"one", "two"})
    assert tccli.listed("--KeyIds", '["lhkp-00000000"]') == (0, set())
    for name, values, expected in [
        ("key-id", some, {"one", "two"}),
        ("key-name", ["T"], {"two", "three"}),
        ("tag-key", ["团队"], {"three"}),
        ("tag-value", ["red", "平台 A/B"], {"two", "three"}),
        ("tag:team", ["blue"], {"one"}),
    ]:
        assert tccli.listed(*filters((name, values))) == (len(expected), expected), name
    unfolded = ["--cli-unfold-argument", "--Filters.0.Name", "key-name"]
    unfolded += ["--Filters.0.Values", "one", "two"]
    assert tccli.listed(*unfolded) == (2, {"one", "two"})
    pages = [tccli.listed("--Offset", offset, "--Limit", "2") for offset in ["0", "2"]]
    assert [(total, len(names)) for total, names in pages] == [(3, 2), (3, 1)]
    assert pages[0][1] | pages[1][1] == set(key_ids)


def test_it_deletes_key_pairs(tccli, key_ids):
    gone = json.dumps([key_ids["one"], key_ids["two"]])
    done = tccli.call("--KeyIds", gone, action="DeleteKeyPairs")
    assert (done.returncode, done.stderr) == (0, "")
    assert set(json.loads(done.stdout)) == {"RequestId"}
    assert tccli.listed() == (1, {"three"})
    last = ["--cli-unfold-argument", "--KeyIds", key_ids["three"]]
    assert tccli.call(*last, action="DeleteKeyPairs").returncode == 0
    assert tccli.listed() == (0, set())


def test_it_lists_the_regions(tccli):
    done = tccli.call(action="DescribeRegions")
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert shown["TotalCount"] == len(shown["RegionSet"])
    guangzhou = next(one for one in shown["RegionSet"] if one["Region"] == "ap-guangzhou")
    assert (guangzhou["RegionName"], guangzhou["IsChinaMainland"]) == ("广州", True)


def test_the_line_of_a_first_start_works_as_it_is_printed(start_server, tmp_path):
    tccli = Tccli(start_server(root="made by the server"), tmp_path / "home")
    # On another machine there is nothing but the line.
    bare = {"TENCENTCLOUD_SECRET_ID": "", "TENCENTCLOUD_SECRET_KEY": ""}
    done = tccli.run(["sh", "-c", tccli.server.line_to_paste], **bare)
    assert tccli.created(done)["KeyName"] == "my_first_key"


def test_the_line_works_with_a_root_key_from_the_environment_too(tccli):
    server = tccli.server
    assert server.secret_key not in server.stdout()
    key = {"PHAROS_ROOT_SECRET_KEY": server.secret_key}
    done = tccli.run(["sh", "-c", server.line_to_paste], **key)
    assert tccli.created(done)["KeyName"] == "my_first_key"


def test_its_configured_endpoint_is_as_good_as_the_flag(tccli):
    configure = ["tccli", "configure", "set", "lighthouse.endpoint", tccli.server.url]
    assert tccli.run(configure).returncode == 0
    command = ["tccli", "lighthouse", "CreateKeyPair", "--region", clients.REGION]
    done = tccli.run([*command, "--KeyName", "configured"])
    assert tccli.created(done)["KeyName"] == "configured"


ILLEGAL = "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "InvalidParameterValue.InvalidKeyPairNameEmpty"),
        ("a-b", ILLEGAL),
        ("a b", ILLEGAL),
        ("钥匙", ILLEGAL),
        ("a\0b", ILLEGAL),
        ("k" * 26, "InvalidParameterValue.InvalidKeyPairNameTooLong"),
    ],
    ids=["empty", "hyphen", "space", "Chinese", "NUL", "too long"],
)
def test_it_shows_what_is_wrong_with_a_name(tccli, tmp_path, name, code):
    # An argument cannot hold a NUL; a file can.
    file = tmp_path / "input.json"
    file.write_text(json.dumps({"KeyName": name}))
    shown, message = tccli.refused("--cli-input-json", f"file://{file}")
    assert shown == code
    assert CHINESE.search(message)


def test_it_shows_a_name_that_is_taken_in_the_language_asked_for(tccli):
    clients.create(tccli.server, "taken")
    taken = "InvalidParameterValue.DuplicateParameterValue"
    code, message = tccli.refused("--KeyName", "taken")
    assert code == taken and "`taken`" in message and CHINESE.search(message)
    code, message = tccli.refused("--KeyName", "taken", "--language", "en-US")
    assert code == taken and "`taken`" in message and not CHINESE.search(message)


def test_it_shows_that_the_quota_is_used_up(tccli):
    for number in range(10):
        clients.create(tccli.server, f"key_{number}")
    code, message = tccli.refused("--KeyName", "key_10", "--language", "en-US")
    assert code == "LimitExceeded.KeyPairLimitExceeded"
    assert "10" in message


def test_it_shows_that_calls_come_too_often(tccli):
    stop = threading.Event()

    def flood():
        client = clients.lighthouse(tccli.server, keep_alive=True)
        while not stop.is_set():
            clients.refusal(lambda: client.call_json("CreateKeyPair", {"KeyName": ""}))
            stop.wait(0.002)

    flooding = threading.Thread(target=flood)
    flooding.start()
    try:
        # A call may slip in right when a second is over.
        for _ in range(5):
            code, message = tccli.refused("--KeyName", "a-b", "--language", "en-US")
            if code != ILLEGAL:
                break
    finally:
        stop.set()
        flooding.join(SECONDS_MAX)
    assert code == "RequestLimitExceeded"
    assert "`21`" in message and "`20`" in message


def test_it_shows_that_the_store_failed(tccli):
    tccli.server.may_log_errors = True
    clients.create(tccli.server, "before")
    tccli.server.refuse_writes()
    code, message = tccli.refused("--KeyName", "unlucky")
    assert code == "FailedOperation.CreateKeyPairFailed"
    assert CHINESE.search(message)
    tccli.server.allow_writes()
    clients.create(tccli.server, "unlucky")


ID = "lhkp-00000001"
IDS = [f"lhkp-{number:08}" for number in range(101)]
MALFORMED = "InvalidParameterValue.KeyPairIdMalformed"
TWICE = "InvalidParameterValue.Duplicated"
TOO_MANY = "InvalidParameterValue.LimitExceeded"


@pytest.mark.parametrize(
    ("action", "arguments", "code", "names"),
    [
        ("DescribeKeyPairs", ["--KeyIds", json.dumps([ID, ID])], TWICE, "`KeyIds.1`"),
        ("DescribeKeyPairs", ["--KeyIds", '["a"]'], MALFORMED, "`a`"),
        ("DescribeKeyPairs", ["--KeyIds", json.dumps(IDS)], TOO_MANY, "101"),
        ("DescribeKeyPairs", ["--Offset", "-1"], "InvalidParameterValue.Negative", "`Offset`"),
        ("DescribeKeyPairs", ["--Limit", "101"], "InvalidParameterValue.OutOfRange", "`Limit`"),
        (
            "DescribeKeyPairs",
            filters(("colour", ["red"])),
            "InvalidParameter.InvalidFilter",
            "`colour`",
        ),
        (
            "DescribeKeyPairs",
            ["--KeyIds", json.dumps([ID]), *filters(("key-name", ["a"]))],
            "InvalidParameter.ParameterConflict",
            "`Filters`",
        ),
        ("DeleteKeyPairs", ["--KeyIds", json.dumps([ID, ID])], TWICE, "`KeyIds.1`"),
        ("DeleteKeyPairs", ["--KeyIds", '["a"]'], MALFORMED, "`a`"),
        ("DeleteKeyPairs", ["--KeyIds", json.dumps(IDS[:11])], TOO_MANY, "11"),
        (
            "DeleteKeyPairs",
            ["--KeyIds", json.dumps([ID])],
            "ResourceNotFound.KeyIdNotFound",
            f"`{ID}`",
        ),
    ],
)
def test_it_shows_what_is_wrong_with_a_list(tccli, action, arguments, code, names):
    shown, message = tccli.refused(*arguments, action=action)
    assert shown == code
    assert names in message and CHINESE.search(message)


def test_it_shows_that_the_store_deleted_nothing(tccli):
    tccli.server.may_log_errors = True
    key_pair = clients.create(tccli.server, "here")
    tccli.server.refuse_writes()
    key_ids = ["--KeyIds", json.dumps([key_pair.KeyId])]
    code, message = tccli.refused(*key_ids, action="DeleteKeyPairs")
    assert code == "FailedOperation.DeleteKeyPairFailed"
    assert CHINESE.search(message)
    tccli.server.allow_writes()
    assert tccli.listed() == (1, {"here"})


@pytest.mark.parametrize(
    ("region", "code"),
    [("mars-1", "InvalidParameterValue"), ("ap-bangkok", "UnsupportedRegion")],
)
def test_it_shows_a_bad_region(tccli, region, code):
    shown, message = tccli.refused("--KeyName", "a", region=region)
    assert shown == code
    assert f"`{region}`" in message


def test_without_a_region_it_takes_the_one_of_its_settings(tccli):
    # Its first run writes `ap-guangzhou` there, so that it cannot be brought to send none.
    tccli.create("--KeyName", "a", region=None)
    assert [line["region"] for line in tccli.server.requests()] == ["ap-guangzhou"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"TENCENTCLOUD_SECRET_KEY": "wrong" * 6}, "AuthFailure.SignatureFailure"),
        ({"TENCENTCLOUD_SECRET_ID": "AKIDnobody"}, "AuthFailure.SecretIdNotFound"),
        ({"TENCENTCLOUD_TOKEN": "no-such-token"}, "AuthFailure.TokenFailure"),
    ],
    ids=["SecretKey", "SecretId", "token"],
)
def test_it_shows_bad_credentials(tccli, change, code):
    shown, message = tccli.refused("--KeyName", "a", **change)
    assert shown == code
    assert CHINESE.search(message)


def test_it_shows_that_an_action_is_not_served(tccli):
    code, message = tccli.refused("--language", "en-US", action="DescribeBlueprints")
    assert code == "UnsupportedOperation"
    assert "`DescribeBlueprints`" in message


def test_a_script_binds_a_key_pair_of_its_pool_and_waits_for_it(start_server, tmp_path):
    """As a public tool does: list, import, bind, look until it is done; what is done already is said."""
    server = start_server(config="[instances]\noperation_time = 2\n")
    tccli = Tccli(server, tmp_path / "home")

    def call(action, *arguments):
        done = tccli.call(*arguments, action=action)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return json.loads(done.stdout)

    order = ["--BundleId", "bundle_starter", "--BlueprintId", "lhbp-1l4ptuvm", "--InstanceName", "vm"]
    made = call("CreateInstances", *order, "--InstanceChargePrepaid", '{"Period": 1}')
    instance = json.dumps(made["InstanceIdSet"])
    waiter = {"expr": "InstanceSet[0].InstanceState", "to": "RUNNING", "timeout": 20, "interval": 1}
    running = call("DescribeInstances", "--InstanceIds", instance, "--waiter", json.dumps(waiter))
    assert running["InstanceSet"][0]["LatestOperationState"] == "SUCCESS"

    name = "bothook_pool_key_0a1b2c3d"
    assert call("DescribeKeyPairs")["TotalCount"] == 0
    key_id = call("ImportKeyPair", "--KeyName", name, "--PublicKey", clients.PUBLIC_KEY)["KeyId"]

    both = ["--KeyIds", json.dumps([key_id]), "--InstanceIds", instance]
    call("AssociateInstancesKeyPairs", *both)
    code, message = tccli.refused(*both, action="AssociateInstancesKeyPairs")
    assert code == "UnsupportedOperation.LatestOperationUnfinished"
    assert "AssociateInstancesKeyPairs" in message
    waiter |= {"expr": "InstanceSet[0].LatestOperationState", "to": "SUCCESS"}
    bound = call("DescribeInstances", "--InstanceIds", instance, "--waiter", json.dumps(waiter))
    assert bound["InstanceSet"][0]["LoginSettings"]["KeyIds"] == [key_id]
    code, _ = tccli.refused(*both, action="AssociateInstancesKeyPairs")
    assert code == "UnsupportedOperation.KeyPairBindDuplicate"

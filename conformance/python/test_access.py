"""The official `cam` and `sts` clients and `tccli` say who may: users, groups, roles, policies, and
temporary credentials, from the first user to the last deletion."""

import json
import time
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from tencentcloud.cam.v20190116 import models as cam_models
from tencentcloud.cam.v20190116.cam_client import CamClient
from tencentcloud.common.credential import Credential
from tencentcloud.lighthouse.v20200324 import models as lighthouse_models
from tencentcloud.lighthouse.v20200324.lighthouse_client import LighthouseClient
from tencentcloud.sts.v20180813 import models as sts_models
from tencentcloud.sts.v20180813.sts_client import StsClient

import clients
from test_tccli import FAILED, Tccli

ROOT = 100000000001
PRODUCTS = {
    "cam": (CamClient, cam_models),
    "sts": (StsClient, sts_models),
    "lighthouse": (LighthouseClient, lighthouse_models),
}
NO_PERMISSION = {
    "cam": "AuthFailure.UnauthorizedOperation",
    "sts": "UnauthorizedOperation",
    "lighthouse": "UnauthorizedOperation.NoPermission",
}


def who(secret_id, secret_key, token=None):
    return SimpleNamespace(secret_id=secret_id, secret_key=secret_key, token=token)


class Sdk:
    """The SDK's clients, with a model for every request and every reply."""

    def __init__(self, server, _):
        self.server = server

    def call(self, caller, product, action, region, parameters):
        client, models = PRODUCTS[product]
        secret = Credential(caller.secret_id, caller.secret_key, caller.token)
        client = client(secret, region, clients.profile(self.server.endpoint, language="en-US"))
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(parameters))
        return json.loads(getattr(client, action)(request).to_json_string())

    def refusal(self, *call):
        refused = clients.refusal(lambda: self.call(*call))
        return refused.get_code(), refused.get_message()


class CommandLine:
    """`tccli`."""

    def __init__(self, server, home):
        self.server, self.tccli = server, Tccli(server, home)

    def run(self, caller, product, action, region, parameters):
        command = ["tccli", product, action, "--endpoint", self.server.url, "--region", region]
        command += ["--language", "en-US"]
        for name, value in parameters.items():
            command += [f"--{name}", value if isinstance(value, str) else json.dumps(value)]
        changes = {
            "TENCENTCLOUD_SECRET_ID": caller.secret_id,
            "TENCENTCLOUD_SECRET_KEY": caller.secret_key,
        }
        if caller.token:
            changes["TENCENTCLOUD_TOKEN"] = caller.token
        return self.tccli.run(command, **changes)

    def call(self, *call):
        done = self.run(*call)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return json.loads(done.stdout)

    def refusal(self, *call):
        done = self.run(*call)
        assert (done.returncode, done.stdout) == (255, "")
        shown = FAILED.fullmatch(done.stderr)
        assert shown, done.stderr
        return shown.group(1), shown.group(2)


class Manager:
    """What an operator does, with either of them."""

    def __init__(self, server, with_):
        self.server, self.with_ = server, with_
        self.root = who(server.secret_id, server.secret_key)

    def done(self, caller, product, action, region=clients.REGION, **parameters):
        reply = self.with_.call(caller, product, action, region, parameters)
        if key_pair := reply.get("KeyPair"):
            self.server.remember(key_pair["PrivateKey"])
        given = reply.get("Credentials") or {}
        key = reply.get("AccessKey") or {}
        for secret in (
            reply.get("SecretKey"),
            key.get("SecretAccessKey"),
            given.get("TmpSecretKey"),
            given.get("Token"),
        ):
            if secret:
                self.server.remember_secret(secret)
        return reply

    def denied(self, caller, product, action, region=clients.REGION, **parameters):
        """The resource that the denial names."""
        code, message = self.with_.refusal(caller, product, action, region, parameters)
        assert code == NO_PERMISSION[product]
        assert f"you are not authorized to perform operation ({product}:{action})" in message
        return message.split("resource (")[1].split(") has no permission")[0]

    def refused(self, caller, product, action, **parameters):
        return self.with_.refusal(caller, product, action, clients.REGION, parameters)[0]

    def user(self, name):
        added = self.done(self.root, "cam", "AddUser", Name=name, UseApi=1)
        made = who(added["SecretId"], added["SecretKey"])
        made.uin = added["Uin"]
        return made

    def policy(self, name, action, resource="*", condition=None):
        statement = {"effect": "allow", "action": action, "resource": resource}
        if condition:
            statement["condition"] = condition
        document = json.dumps({"version": "2.0", "statement": [statement]})
        parameters = {"PolicyName": name, "PolicyDocument": document}
        return self.done(self.root, "cam", "CreatePolicy", **parameters)["PolicyId"]

    def attach(self, user, policy):
        self.done(self.root, "cam", "AttachUserPolicy", PolicyId=policy, AttachUin=user.uin)

    def detach(self, user, policy):
        self.done(self.root, "cam", "DetachUserPolicy", PolicyId=policy, DetachUin=user.uin)

    def preset(self, name):
        listed = self.done(self.root, "cam", "ListPolicies", Scope="QCS", Keyword=name)
        (found,) = listed["List"]
        return found["PolicyId"]


@pytest.fixture(params=[Sdk, CommandLine], ids=["sdk", "tccli"])
def manager(request, server, tmp_path):
    return Manager(server, request.param(server, tmp_path / "home"))


def temporary(reply):
    given = reply["Credentials"]
    return who(given["TmpSecretId"], given["TmpSecretKey"], given["Token"])


def create(manager, caller, name, region=clients.REGION, **parameters):
    made = manager.done(caller, "lighthouse", "CreateKeyPair", region, KeyName=name, **parameters)
    return made["KeyPair"]["KeyId"]


def test_a_user_from_its_key_to_its_deletion(manager):
    jack = manager.user("jack")
    assert manager.denied(jack, "lighthouse", "CreateKeyPair", KeyName="a") == "*"
    full = manager.preset("QcloudLighthouseFullAccess")
    manager.attach(jack, full)
    create(manager, jack, "a")
    listed = manager.done(manager.root, "cam", "ListAttachedUserPolicies", TargetUin=jack.uin)
    assert [one["PolicyName"] for one in listed["List"]] == ["QcloudLighthouseFullAccess"]
    manager.detach(jack, full)
    manager.denied(jack, "lighthouse", "CreateKeyPair", KeyName="b")

    group = manager.done(manager.root, "cam", "CreateGroup", GroupName="operators")["GroupId"]
    manager.done(manager.root, "cam", "AttachGroupPolicy", PolicyId=full, AttachGroupId=group)
    info = [{"GroupId": group, "Uin": jack.uin}]
    manager.done(manager.root, "cam", "AddUserToGroup", Info=info)
    create(manager, jack, "b")
    groups = manager.done(manager.root, "cam", "ListGroups")
    assert [one["GroupName"] for one in groups["GroupInfo"]] == ["operators"]
    manager.done(manager.root, "cam", "RemoveUserFromGroup", Info=info)
    manager.denied(jack, "lighthouse", "CreateKeyPair", KeyName="c")

    second = manager.done(
        manager.root, "cam", "CreateAccessKey", TargetUin=jack.uin, Description="ci"
    )["AccessKey"]
    keys = manager.done(manager.root, "cam", "ListAccessKeys", TargetUin=jack.uin)["AccessKeys"]
    assert {key["AccessKeyId"] for key in keys} == {jack.secret_id, second["AccessKeyId"]}
    other = who(second["AccessKeyId"], second["SecretAccessKey"])
    manager.denied(other, "lighthouse", "DescribeRegions")
    change = {"AccessKeyId": other.secret_id, "TargetUin": jack.uin}
    manager.done(manager.root, "cam", "UpdateAccessKey", Status="Inactive", **change)
    not_found = "AuthFailure.SecretIdNotFound"
    assert manager.refused(other, "lighthouse", "DescribeRegions") == not_found
    manager.done(manager.root, "cam", "UpdateAccessKey", Status="Active", **change)
    manager.denied(other, "lighthouse", "DescribeRegions")
    manager.done(manager.root, "cam", "DeleteAccessKey", **change)
    assert manager.refused(other, "lighthouse", "DescribeRegions") == not_found
    asked = {"SecretIdList": [jack.secret_id]}
    (used,) = manager.done(manager.root, "cam", "GetSecurityLastUsed", **asked)[
        "SecretIdLastUsedRows"
    ]
    beijing = datetime.now(timezone(timedelta(hours=8)))
    assert used["LastUsedDate"] in {f"{beijing:%Y-%m-%d}", f"{beijing - timedelta(1):%Y-%m-%d}"}

    manager.done(manager.root, "cam", "UpdateUser", Name="jack", Remark="on leave")
    shown = manager.done(manager.root, "cam", "GetUser", Name="jack")
    assert (shown["Uin"], shown["Remark"]) == (jack.uin, "on leave")
    assert manager.refused(manager.root, "cam", "DeleteUser", Name="jack") == (
        "OperationDenied.HaveKeys"
    )
    manager.done(manager.root, "cam", "DeleteUser", Name="jack", Force=1)
    manager.done(manager.root, "cam", "DeleteGroup", GroupId=group)
    assert manager.refused(jack, "lighthouse", "DescribeRegions") == not_found
    assert manager.done(manager.root, "cam", "ListUsers")["Data"] == []


def test_a_policy_restricts_to_one_of_each(manager):
    jack = manager.user("jack")

    def only(action, resource="*", condition=None):
        """Nothing else than this may be done from now on."""
        if only.policy:
            manager.done(manager.root, "cam", "DeletePolicy", PolicyId=[only.policy])
        only.policy = manager.policy("only", action, resource, condition)
        manager.attach(jack, only.policy)

    only.policy = None
    root = manager.root

    def delete(key_id, region=clients.REGION):
        manager.done(jack, "lighthouse", "DeleteKeyPairs", region, KeyIds=[key_id])

    def may_not_delete(key_id, region=clients.REGION):
        named = manager.denied(jack, "lighthouse", "DeleteKeyPairs", region, KeyIds=[key_id])
        assert named == f"qcs::lighthouse:{region}:uin/{ROOT}:keypair/{key_id}"

    # One region.
    only("lighthouse:*", f"qcs::lighthouse:ap-tokyo:uin/{ROOT}:keypair/*")
    may_not_delete(create(manager, root, "here"))
    delete(create(manager, root, "there", "ap-tokyo"), "ap-tokyo")
    # One key pair.
    one, other = create(manager, root, "one"), create(manager, root, "other")
    only("name/lighthouse:DeleteKeyPairs", f"qcs::lighthouse:::keypair/{one}")
    may_not_delete(other)
    delete(one)
    # One source network.
    only("lighthouse:*", condition={"ip_equal": {"qcs:ip": "10.0.0.0/8"}})
    manager.denied(jack, "lighthouse", "CreateKeyPair", KeyName="from_here")
    only("lighthouse:*", condition={"ip_equal": {"qcs:ip": "127.0.0.0/8"}})
    create(manager, jack, "from_here")
    # One tag: of what is made, and of what is there.
    tags = [{"Key": "team", "Value": "night"}]
    only("lighthouse:*", condition={"for_any_value:string_equal": {"qcs:request_tag": "team&night"}})
    manager.denied(jack, "lighthouse", "CreateKeyPair", KeyName="tagged")
    tagged = create(manager, jack, "tagged", Tags=tags)
    only("lighthouse:*", condition={"for_any_value:string_equal": {"qcs:resource_tag": "team&night"}})
    may_not_delete(other)
    delete(tagged)
    # One hour: the last, and this one.
    now = datetime.now(timezone.utc)
    hour = timedelta(hours=1)

    def within(begin, end):
        return {
            "date_greater_than_equal": {"qcs:current_time": f"{begin:%Y-%m-%dT%H:%M:%SZ}"},
            "date_less_than": {"qcs:current_time": f"{end:%Y-%m-%dT%H:%M:%SZ}"},
        }

    only("lighthouse:*", condition=within(now - 2 * hour, now - hour))
    manager.denied(jack, "lighthouse", "CreateKeyPair", KeyName="late")
    only("lighthouse:*", condition=within(now - hour / 2, now + hour / 2))
    create(manager, jack, "in_time")


def test_a_role_is_assumed_and_a_federation_token_used(manager):
    root = manager.root
    trust = {"effect": "allow", "action": "name/sts:AssumeRole"}
    trust["principal"] = {"qcs": [f"qcs::cam::uin/{ROOT}:root"]}
    document = json.dumps({"version": "2.0", "statement": [trust]})
    role = manager.done(root, "cam", "CreateRole", RoleName="keeper", PolicyDocument=document)
    full = manager.preset("QcloudLighthouseFullAccess")
    manager.done(root, "cam", "AttachRolePolicy", PolicyId=full, AttachRoleName="keeper")
    shown = manager.done(root, "cam", "GetRole", RoleName="keeper")["RoleInfo"]
    assert (shown["RoleId"], shown["PolicyDocument"]) == (role["RoleId"], document)
    arn = f"qcs::cam::uin/{ROOT}:roleName/keeper"
    assert shown["RoleArn"] == arn

    jack = manager.user("jack")
    asked = {"RoleArn": arn, "RoleSessionName": "night"}
    assert manager.denied(jack, "sts", "AssumeRole", **asked) == arn
    manager.attach(jack, manager.policy("sts", "sts:*"))
    night = temporary(manager.done(jack, "sts", "AssumeRole", **asked))
    manager.denied(jack, "lighthouse", "CreateKeyPair", KeyName="a")
    create(manager, night, "a")
    manager.denied(night, "cam", "ListUsers")

    document = json.dumps(
        {
            "version": "2.0",
            "statement": [{"effect": "allow", "action": "sts:*", "resource": "*"}],
        }
    )
    asked = {"Name": "bob", "Policy": document, "DurationSeconds": 60}
    reply = manager.done(jack, "sts", "GetFederationToken", **asked)
    assert abs(reply["ExpiredTime"] - time.time() - 60) < 5
    bob = temporary(reply)
    identity = manager.done(bob, "sts", "GetCallerIdentity")
    assert identity["UserId"] == f"{jack.uin}:bob"
    assert identity["AccountId"] == str(ROOT)
    manager.denied(bob, "lighthouse", "DescribeKeyPairs")
    wrong = who(bob.secret_id, bob.secret_key, bob.token[:-2])
    token_failure = "AuthFailure.TokenFailure"
    assert manager.refused(wrong, "sts", "GetCallerIdentity") == token_failure
    foreign = who(bob.secret_id, bob.secret_key, night.token)
    assert manager.refused(foreign, "sts", "GetCallerIdentity") == token_failure

    manager.done(root, "cam", "DetachRolePolicy", PolicyId=full, DetachRoleId=role["RoleId"])
    manager.denied(night, "lighthouse", "DescribeKeyPairs")
    manager.done(root, "cam", "DeleteRole", RoleId=role["RoleId"])
    assert manager.refused(night, "lighthouse", "DescribeKeyPairs") == token_failure
    manager.done(root, "cam", "DeleteUser", Name="jack", Force=1)
    assert manager.refused(bob, "sts", "GetCallerIdentity") == token_failure


def test_a_credential_ends_with_its_second(server, tmp_path):
    manager = Manager(server, Sdk(server, tmp_path))
    statement = {"effect": "allow", "action": "*", "resource": "*"}
    document = json.dumps({"version": "2.0", "statement": [statement]})
    asked = {"Name": "bob", "Policy": document, "DurationSeconds": 3}
    reply = manager.done(manager.root, "sts", "GetFederationToken", **asked)
    bob = temporary(reply)
    manager.done(bob, "lighthouse", "DescribeRegions")
    while time.time() < reply["ExpiredTime"]:
        time.sleep(0.05)
    assert manager.refused(bob, "lighthouse", "DescribeRegions") == "AuthFailure.TokenFailure"

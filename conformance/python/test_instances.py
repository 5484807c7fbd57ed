"""The Python SDK makes instances, binds key pairs to them, operates and ends them: through every action, typed and in
every form that it can sign."""

import json
import time

import pytest
from tencentcloud.lighthouse.v20200324 import models

import clients
from forms import each_form

ORDER = {
    "BundleId": "bundle_starter",
    "BlueprintId": "lhbp-1l4ptuvm",
    "InstanceChargePrepaid": {"Period": 1, "RenewFlag": "NOTIFY_AND_MANUAL_RENEW"},
    "InstanceName": "网站 1",
    "InstanceCount": 2,
    "Zones": ["ap-guangzhou-3"],
    "Tags": [{"Key": "团队", "Value": "平台"}],
}
OPERATION_SECONDS = 2


def through_every_action(call, server):
    """Calls every action once at least; `call` answers what is in the reply."""
    assert "ap-guangzhou" in {region["Region"] for region in call("DescribeRegions")["RegionSet"]}
    zones = call("DescribeZones", OrderField="ZONE", Order="ASC")
    assert "ap-guangzhou-3" in {zone["Zone"] for zone in zones["ZoneInfoSet"]}

    created = call("CreateKeyPair", KeyName="created")["KeyPair"]
    server.remember(created["PrivateKey"])
    imported = call("ImportKeyPair", KeyName="imported", PublicKey=clients.PUBLIC_KEY)["KeyId"]
    key_ids = sorted([created["KeyId"], imported])

    call("CreateInstances", **ORDER, DryRun=True)
    instance_ids = call("CreateInstances", **ORDER)["InstanceIdSet"]
    assert len(instance_ids) == 2
    by_tag = [{"Name": "tag:团队", "Values": ["平台"]}, {"Name": "zone", "Values": ["ap-guangzhou-3"]}]
    assert call("DescribeInstances", Filters=by_tag, Limit=1)["TotalCount"] == 2

    def instance():
        return call("DescribeInstances", InstanceIds=instance_ids[:1])["InstanceSet"][0]

    def key_pairs():
        return call("DescribeKeyPairs", KeyIds=key_ids)["KeyPairSet"]

    shown = instance()
    assert (shown["InstanceName"], shown["Zone"]) == ("网站 1", "ap-guangzhou-3")
    assert (shown["InstanceState"], shown["LatestOperationState"]) == ("RUNNING", "SUCCESS")
    call("ModifyInstancesAttribute", InstanceIds=instance_ids, InstanceName="renamed")
    assert instance()["InstanceName"] == "renamed"

    call("AssociateInstancesKeyPairs", KeyIds=key_ids, InstanceIds=instance_ids)
    call(
        "AssociateInstancesKeyPairs",
        KeyIds=[imported],
        InstanceIds=instance_ids[:1],
        AssociateType="ONLINE",
        Username="ubuntu",
    )
    assert instance()["LoginSettings"]["KeyIds"] == key_ids
    for key_pair in key_pairs():
        assert sorted(key_pair["AssociatedInstanceIds"]) == sorted(instance_ids)
    bound = [
        (one["InstanceId"], one["Username"])
        for key_pair in key_pairs()
        if key_pair["KeyId"] == imported
        for one in key_pair["AssociatedInstanceSet"]
    ]
    assert bound == sorted([(instance_id, "root") for instance_id in instance_ids] + [(instance_ids[0], "ubuntu")])

    for action, state in [
        ("StopInstances", "STOPPED"),
        ("StartInstances", "RUNNING"),
        ("RebootInstances", "RUNNING"),
    ]:
        call(action, InstanceIds=instance_ids)
        assert instance()["InstanceState"] == state
        assert instance()["LatestOperation"] == action

    names = ["USER_KEY_PAIR", "GENERAL_BUNDLE_INSTANCE"]
    quotas = call("DescribeGeneralResourceQuotas", ResourceNames=names)["GeneralResourceQuotaSet"]
    assert [one["ResourceName"] for one in quotas] == names
    used = [one["ResourceQuotaTotal"] - one["ResourceQuotaAvailable"] for one in quotas]
    assert used == [2, 2]

    call("DisassociateInstancesKeyPairs", KeyIds=key_ids, InstanceIds=instance_ids)
    assert instance()["LoginSettings"]["KeyIds"] == [imported]
    call("IsolateInstances", InstanceIds=instance_ids, IsolateDataDisk=True)
    assert instance()["InstanceState"] == "SHUTDOWN"
    call("TerminateInstances", InstanceIds=instance_ids)
    assert call("DescribeInstances")["TotalCount"] == 0
    call("DeleteKeyPairs", KeyIds=key_ids)
    assert call("DescribeKeyPairs")["TotalCount"] == 0


@each_form
def test_an_instance_and_its_key_pairs_go_through_every_action(server, form):
    def call(action, **parameters):
        return form.call(server, action, parameters, language="en-US")

    through_every_action(call, server)


def test_every_action_is_typed(server):
    """The SDK's models take every reply; what they do not know, they would drop."""
    client = clients.lighthouse(server, language="en-US")

    def call(action, **parameters):
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(parameters))
        return json.loads(getattr(client, action)(request).to_json_string())

    through_every_action(call, server)


def test_a_binding_that_takes_its_time_can_be_waited_for(start_server):
    server = start_server(config=f"[instances]\noperation_time = {OPERATION_SECONDS}\n")
    client = clients.lighthouse(server, language="en-US")

    def settled(instance_id):
        request = models.DescribeInstancesRequest()
        request.InstanceIds = [instance_id]
        for _ in range(10 * OPERATION_SECONDS):
            instance = client.DescribeInstances(request).InstanceSet[0]
            if instance.LatestOperationState == "SUCCESS":
                return instance
            assert instance.LatestOperationState == "OPERATING"
            assert instance.LoginSettings.KeyIds == []
            time.sleep(0.25)
        raise AssertionError("it is never done")

    request = models.CreateInstancesRequest()
    request.from_json_string(json.dumps(ORDER | {"InstanceCount": 1}))
    instance_id = client.CreateInstances(request).InstanceIdSet[0]
    assert settled(instance_id).InstanceState == "RUNNING"
    key_id = clients.create(server, "bound").KeyId
    request = models.AssociateInstancesKeyPairsRequest()
    request.KeyIds, request.InstanceIds = [key_id], [instance_id]
    client.AssociateInstancesKeyPairs(request)
    refused = clients.refusal(lambda: client.AssociateInstancesKeyPairs(request))
    assert refused.get_code() == "UnsupportedOperation.LatestOperationUnfinished"
    assert settled(instance_id).LoginSettings.KeyIds == [key_id]


INSTANCE = "lhins-00000001"
KEY_PAIR = "lhkp-00000001"
BOTH = {"InstanceIds": [INSTANCE], "KeyIds": [KEY_PAIR]}

# The action, what is wrong, the code, and what the message names in either language.
BAD = [
    ("DescribeInstances", {"InstanceIds": [INSTANCE]}, "ResourceNotFound.InstanceIdNotFound", f"`{INSTANCE}`"),
    ("DescribeInstances", {"InstanceIds": ["vm"]}, "InvalidParameterValue.InstanceIdMalformed", "`vm`"),
    ("DescribeInstances", {"Order": "ASC"}, "MissingParameter.OrderFieldRequired", "`OrderField`"),
    (
        "DescribeInstances",
        {"Filters": [{"Name": "colour", "Values": ["red"]}]},
        "InvalidParameter.InvalidFilterNotSupportedName",
        "`colour`",
    ),
    ("AssociateInstancesKeyPairs", BOTH, "ResourceNotFound.KeyIdNotFound", f"`{KEY_PAIR}`"),
    (
        "AssociateInstancesKeyPairs",
        BOTH | {"AssociateType": "LATER"},
        "InvalidParameterValue.OutOfRange",
        "`LATER`",
    ),
    ("DisassociateInstancesKeyPairs", BOTH, "ResourceNotFound.KeyIdNotFound", f"`{KEY_PAIR}`"),
    ("StopInstances", {"InstanceIds": [INSTANCE]}, "ResourceNotFound.InstanceIdNotFound", f"`{INSTANCE}`"),
    ("StartInstances", {"InstanceIds": [INSTANCE, INSTANCE]}, "InvalidParameterValue.Duplicated", "`InstanceIds.1`"),
    ("TerminateInstances", {}, "MissingParameter", "`InstanceIds`"),
    ("CreateInstances", ORDER | {"Zones": ["ap-tokyo-1"]}, "InvalidParameterValue.InvalidZone", "`ap-tokyo-1`"),
    (
        "DescribeGeneralResourceQuotas",
        {"ResourceNames": ["MOON"]},
        "InvalidParameterValue.InvalidResourceQuotaResourceName",
        "`MOON`",
    ),
    ("ResetInstance", {"InstanceId": INSTANCE}, "UnsupportedOperation", "`ResetInstance`"),
]


@each_form
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_bad_call_about_instances_is_refused_by_its_code(server, form, language):
    for bad in BAD:
        form.is_refused(server, *bad, language=language)

// The official Node.js SDK makes instances, binds key pairs to them, operates and ends them, however it signs.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import exceptions from "tencentcloud-sdk-nodejs-common/tencentcloud/common/exception/tencent_cloud_sdk_exception.js";

import { MODES, connect } from "./client.mjs";
import { judge } from "./expected.mjs";
import { Server } from "./pharos.mjs";

const SdkException = exceptions.default;

const REGION = "ap-guangzhou";
const PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICjjtchErT1P5J7MkPxjTXdfQvmOUFmcqJeqOKjOeY1+ ci";
const ORDER = {
  BundleId: "bundle_starter",
  BlueprintId: "lhbp-1l4ptuvm",
  InstanceChargePrepaid: { Period: 1, RenewFlag: "NOTIFY_AND_MANUAL_RENEW" },
  InstanceName: "网站 1",
  InstanceCount: 2,
  Zones: ["ap-guangzhou-3"],
  Tags: [{ Key: "团队", Value: "平台" }],
};

const test = judge("node/instances.test.mjs");

// A hook that fails keeps the next from running: one stops every server, whatever another does.
const servers = [];
after(async () => {
  const stopped = await Promise.allSettled(servers.map((server) => server.stop()));
  assert.deepEqual(stopped.filter(({ status }) => status === "rejected"), []);
});

for (const mode of MODES) {
  const named = (title, body) => test(`${mode.sign} ${mode.method}: ${title}`, body);
  let server;

  before(async () => {
    server = await Server.start();
    servers.push(server);
  });

  const call = (action, parameters = {}) =>
    connect(server, mode, { region: REGION }).request(action, parameters);

  named("an instance and its key pairs go through every action", async () => {
    const { RegionSet: regions } = await call("DescribeRegions");
    assert.ok(regions.some(({ Region }) => Region === REGION));
    const zones = await call("DescribeZones", { OrderField: "ZONE", Order: "ASC" });
    assert.ok(zones.ZoneInfoSet.some(({ Zone }) => Zone === "ap-guangzhou-3"));

    const created = (await call("CreateKeyPair", { KeyName: "created" })).KeyPair.KeyId;
    const imported = (await call("ImportKeyPair", { KeyName: "imported", PublicKey: PUBLIC_KEY })).KeyId;
    const KeyIds = [created, imported].sort();

    await call("CreateInstances", { ...ORDER, DryRun: true });
    const { InstanceIdSet: InstanceIds } = await call("CreateInstances", ORDER);
    assert.equal(InstanceIds.length, 2);
    const Filters = [
      { Name: "tag:团队", Values: ["平台"] },
      { Name: "zone", Values: ["ap-guangzhou-3"] },
    ];
    assert.equal((await call("DescribeInstances", { Filters, Limit: 1 })).TotalCount, 2);

    const instance = async () =>
      (await call("DescribeInstances", { InstanceIds: InstanceIds.slice(0, 1) })).InstanceSet[0];
    const shown = await instance();
    assert.equal(shown.InstanceName, "网站 1");
    assert.equal(shown.InstanceState, "RUNNING");
    await call("ModifyInstancesAttribute", { InstanceIds, InstanceName: "renamed" });
    assert.equal((await instance()).InstanceName, "renamed");

    await call("AssociateInstancesKeyPairs", { KeyIds, InstanceIds });
    const forUbuntu = { KeyIds: [imported], InstanceIds: InstanceIds.slice(0, 1), Username: "ubuntu" };
    await call("AssociateInstancesKeyPairs", { ...forUbuntu, AssociateType: "ONLINE" });
    assert.deepEqual((await instance()).LoginSettings.KeyIds, KeyIds);
    for (const keyPair of (await call("DescribeKeyPairs", { KeyIds })).KeyPairSet) {
      assert.deepEqual(keyPair.AssociatedInstanceIds.toSorted(), InstanceIds.toSorted());
    }

    for (const [action, state] of [
      ["StopInstances", "STOPPED"],
      ["StartInstances", "RUNNING"],
      ["RebootInstances", "RUNNING"],
    ]) {
      await call(action, { InstanceIds });
      const { InstanceState, LatestOperation, LatestOperationState } = await instance();
      assert.deepEqual([InstanceState, LatestOperation, LatestOperationState], [state, action, "SUCCESS"]);
    }

    const ResourceNames = ["USER_KEY_PAIR", "GENERAL_BUNDLE_INSTANCE"];
    const quotas = await call("DescribeGeneralResourceQuotas", { ResourceNames });
    const used = quotas.GeneralResourceQuotaSet.map(
      (quota) => quota.ResourceQuotaTotal - quota.ResourceQuotaAvailable,
    );
    assert.deepEqual(used, [2, 2]);

    await call("DisassociateInstancesKeyPairs", { KeyIds, InstanceIds });
    assert.deepEqual((await instance()).LoginSettings.KeyIds, [imported]);
    await call("IsolateInstances", { InstanceIds, IsolateDataDisk: true });
    assert.equal((await instance()).InstanceState, "SHUTDOWN");
    await call("TerminateInstances", { InstanceIds });
    assert.equal((await call("DescribeInstances")).TotalCount, 0);
    await call("DeleteKeyPairs", { KeyIds });
    assert.equal((await call("DescribeKeyPairs")).TotalCount, 0);
  });

  const INSTANCE = "lhins-00000001";
  const both = { InstanceIds: [INSTANCE], KeyIds: ["lhkp-00000001"] };

  for (const [action, parameters, code, part] of [
    ["DescribeInstances", { InstanceIds: [INSTANCE] }, "ResourceNotFound.InstanceIdNotFound", INSTANCE],
    ["DescribeInstances", { InstanceIds: ["vm"] }, "InvalidParameterValue.InstanceIdMalformed", "`vm`"],
    ["DescribeInstances", { Order: "ASC" }, "MissingParameter.OrderFieldRequired", "`OrderField`"],
    ["AssociateInstancesKeyPairs", both, "ResourceNotFound.KeyIdNotFound", "lhkp-00000001"],
    ["DisassociateInstancesKeyPairs", both, "ResourceNotFound.KeyIdNotFound", "lhkp-00000001"],
    ["StopInstances", { InstanceIds: [INSTANCE] }, "ResourceNotFound.InstanceIdNotFound", INSTANCE],
    ["CreateInstances", { ...ORDER, Zones: ["ap-tokyo-1"] }, "InvalidParameterValue.InvalidZone", "`ap-tokyo-1`"],
    ["ResetInstance", { InstanceId: INSTANCE }, "UnsupportedOperation", "`ResetInstance`"],
  ]) {
    named(`${action} is refused with ${code}`, async () => {
      const refused = await call(action, parameters).then(
        () => assert.fail("it was not refused"),
        (error) => error,
      );
      assert.ok(refused instanceof SdkException, refused);
      assert.equal(refused.code, code, `${refused}`);
      assert.ok(refused.getMessage().includes(part), refused.getMessage());
    });
  }
}

test.finish();

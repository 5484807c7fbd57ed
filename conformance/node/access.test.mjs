// The official Node.js clients of `cam` and `sts` say who may: a user, its policies, a role, and temporary
// credentials, however they sign.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import ofAll from "tencentcloud-sdk-nodejs/tencentcloud/common/exception/tencent_cloud_sdk_exception.js";
import ofOne from "tencentcloud-sdk-nodejs-common/tencentcloud/common/exception/tencent_cloud_sdk_exception.js";

import { MODES, connect, manage } from "./client.mjs";
import { judge } from "./expected.mjs";
import { Server } from "./pharos.mjs";

// The SDK as a whole has a class of its own.
const SDK_EXCEPTIONS = [ofAll.default, ofOne.default];

const REGION = "ap-guangzhou";
const ACCOUNT = "100000000001";
const KEEPER = `qcs::cam::uin/${ACCOUNT}:roleName/keeper`;

const test = judge("node/access.test.mjs");

// A hook that fails keeps the next from running: one stops every server, whatever another does.
const servers = [];
after(async () => {
  const stopped = await Promise.allSettled(servers.map((server) => server.stop()));
  assert.deepEqual(stopped.filter(({ status }) => status === "rejected"), []);
});

const document = (...statement) => JSON.stringify({ version: "2.0", statement });
const allow = (action, more = {}) => ({ effect: "allow", action, resource: "*", ...more });

/** The SDK's exception that the call ends with, by its code. */
async function refused(call, code, part = "") {
  const error = await call.then(
    () => assert.fail("it was not refused"),
    (error) => error,
  );
  assert.ok(SDK_EXCEPTIONS.some((one) => error instanceof one), error);
  assert.equal(error.code, code, `${error}`);
  assert.ok(error.getMessage().includes(part), error.getMessage());
}

for (const { sign, method } of MODES) {
  let server;

  before(async () => {
    server = await Server.start();
    servers.push(server);
  });

  test(`${sign} ${method}: a user, a role and temporary credentials, from first to last`, async () => {
    const mode = { sign, method };
    const { cam, sts } = manage(server, mode, {});
    const lighthouse = (who) => connect(server, mode, { region: REGION, ...who });
    const create = (who, KeyName, more = {}) =>
      lighthouse(who).request("CreateKeyPair", { KeyName, ...more });
    const NO_PERMISSION = "UnauthorizedOperation.NoPermission";

    const added = await cam.AddUser({ Name: "jack", UseApi: 1 });
    const jack = { secretId: added.SecretId, secretKey: added.SecretKey };
    await refused(create(jack, "a"), NO_PERMISSION, "operation (lighthouse:CreateKeyPair)");

    const PolicyDocument = document(
      allow("lighthouse:CreateKeyPair", {
        condition: { "for_any_value:string_equal": { "qcs:request_tag": ["team&night"] } },
      }),
    );
    const { PolicyId } = await cam.CreatePolicy({ PolicyName: "tagged", PolicyDocument });
    await cam.AttachUserPolicy({ PolicyId, AttachUin: added.Uin });
    await refused(create(jack, "a"), NO_PERMISSION);
    const made = await create(jack, "a", { Tags: [{ Key: "team", Value: "night" }] });
    assert.equal(made.KeyPair.KeyName, "a");
    const shown = await cam.GetPolicy({ PolicyId });
    assert.equal(shown.PolicyDocument, PolicyDocument);
    await cam.DetachUserPolicy({ PolicyId, DetachUin: added.Uin });
    await cam.DeletePolicy({ PolicyId: [PolicyId] });

    const trust = { effect: "allow", action: "name/sts:AssumeRole" };
    trust.principal = { qcs: [`qcs::cam::uin/${ACCOUNT}:root`] };
    await cam.CreateRole({ RoleName: "keeper", PolicyDocument: document(trust) });
    const full = { PolicyName: "QcloudLighthouseFullAccess", AttachRoleName: "keeper" };
    await cam.AttachRolePolicy(full);
    const asked = { RoleArn: KEEPER, RoleSessionName: "night" };
    const jacks = manage(server, mode, jack);
    await refused(jacks.sts.AssumeRole(asked), "UnauthorizedOperation", `resource (${KEEPER})`);
    const { Credentials: keeper } = await sts.AssumeRole(asked);
    const night = {
      secretId: keeper.TmpSecretId,
      secretKey: keeper.TmpSecretKey,
      token: keeper.Token,
    };
    await create(night, "b");
    const nights = manage(server, mode, night);
    await refused(nights.cam.ListUsers(), "AuthFailure.UnauthorizedOperation");

    const federated = await sts.GetFederationToken({
      Name: "bob",
      Policy: encodeURIComponent(document(allow("sts:*"))),
    });
    const bob = {
      secretId: federated.Credentials.TmpSecretId,
      secretKey: federated.Credentials.TmpSecretKey,
      token: federated.Credentials.Token,
    };
    const identity = await manage(server, mode, bob).sts.GetCallerIdentity();
    assert.equal(identity.UserId, `${ACCOUNT}:bob`);
    await refused(create(bob, "c"), NO_PERMISSION);
    const stolen = { ...bob, token: night.token };
    await refused(create(stolen, "c"), "AuthFailure.TokenFailure");

    await cam.DeleteRole({ RoleName: "keeper" });
    await refused(create(night, "c"), "AuthFailure.TokenFailure");
    await cam.DeleteUser({ Name: "jack", Force: 1 });
    await refused(create(jack, "c"), "AuthFailure.SecretIdNotFound");
    assert.deepEqual((await cam.ListUsers()).Data, []);
  });
}

// The official Node.js SDK creates, lists and deletes key pairs, however it signs, and meets every error
// as its own exception.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import exceptions from "tencentcloud-sdk-nodejs-common/tencentcloud/common/exception/tencent_cloud_sdk_exception.js";

import { MODES, connect } from "./client.mjs";
import { judge } from "./expected.mjs";
import { Server } from "./pharos.mjs";

const SdkException = exceptions.default;

// Each has a limit of 20 calls a second of its own.
const REGION = "ap-tokyo";
const REGION_OF_ERRORS = "ap-guangzhou";
const REGION_OF_ERRORS_IN_CHINESE = "ap-shanghai";
const REGION_OF_REPEATS = "ap-beijing";
const REGION_OF_LISTS = "na-toronto";
const KEY_PAIR_QUOTA = 6;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CHINESE = /[\u4e00-\u9fff]/;

const test = judge("node/lighthouse.test.mjs");

// A hook that fails keeps the next from running: one stops every server, whatever another does.
const servers = [];
after(async () => {
  const stopped = await Promise.allSettled(servers.map((server) => server.stop()));
  assert.deepEqual(stopped.filter(({ status }) => status === "rejected"), []);
});

for (const { sign, method } of MODES) {
  const named = (title, body) => test(`${sign} ${method}: ${title}`, body);
  let server;

  before(async () => {
    server = await Server.start(`key_pair_quota = ${KEY_PAIR_QUOTA}\n`);
    servers.push(server);
  });

  const client = (changes = {}) =>
    connect(server, { sign, method }, { region: REGION_OF_ERRORS, ...changes });

  const create = (parameters, changes = {}) =>
    client({ region: REGION, ...changes }).request("CreateKeyPair", parameters);

  function checkKeyPair(reply, name) {
    const { KeyPair: keyPair, RequestId: requestId } = reply;
    assert.match(keyPair.KeyId, /^lhkp-[0-9a-z]{8}$/);
    assert.equal(keyPair.KeyName, name);
    assert.match(keyPair.PublicKey, /^ssh-rsa [A-Za-z0-9+/]+=* \S+$/);
    assert.match(keyPair.PrivateKey, /^-----BEGIN RSA PRIVATE KEY-----\n/);
    assert.deepEqual(keyPair.AssociatedInstanceIds, []);
    assert.match(keyPair.CreatedTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.match(requestId, UUID);
  }

  named("a key pair is created", async () => {
    checkKeyPair(await create({ KeyName: "my_key_1" }), "my_key_1");
  });

  named("tags come back as they were given", async () => {
    const tags = [
      { Key: "env", Value: "test" },
      { Key: "团队", Value: "平台 A/B & C=1 +*~'()!" },
      { Key: "empty", Value: "" },
    ];
    const reply = await create({ KeyName: "tagged", Tags: tags });
    checkKeyPair(reply, "tagged");
    assert.deepEqual(reply.KeyPair.Tags, tags);
  });

  named("an endpoint may be localhost", async () => {
    const endpoint = server.endpoint.replace("127.0.0.1", "localhost");
    checkKeyPair(await create({ KeyName: "local" }, { endpoint }), "local");
  });

  named("key pairs are listed, filtered, paged and deleted", async () => {
    const there = client({ region: REGION_OF_LISTS });
    const ids = {};
    for (const [name, tags] of [
      ["one", [{ Key: "team", Value: "blue" }]],
      ["two", [{ Key: "team", Value: "red" }]],
      ["three", [{ Key: "团队", Value: "平台 A/B & C=1 +*~'()!" }]],
    ]) {
      const reply = await create({ KeyName: name, Tags: tags }, { region: REGION_OF_LISTS });
      ids[name] = reply.KeyPair.KeyId;
    }
    async function listed(parameters) {
      const reply = await there.request("DescribeKeyPairs", parameters);
      assert.ok(reply.KeyPairSet.every((keyPair) => keyPair.PrivateKey === null));
      return [reply.TotalCount, ...reply.KeyPairSet.map((keyPair) => keyPair.KeyName).sort()];
    }
    const filtered = (...filters) =>
      listed({ Filters: filters.map(([Name, Values]) => ({ Name, Values })) });

    assert.deepEqual(await listed({}), [3, "one", "three", "two"]);
    const some = [ids.one, "lhkp-00000000", ids.two];
    assert.deepEqual(await listed({ KeyIds: some }), [2, "one", "two"]);
    assert.deepEqual(await listed({ KeyIds: ["lhkp-00000000"] }), [0]);
    assert.deepEqual(await filtered(["key-id", [ids.two, ids.three]]), [2, "three", "two"]);
    assert.deepEqual(await filtered(["key-name", ["ON", "thr"]]), [2, "one", "three"]);
    assert.deepEqual(await filtered(["tag-key", ["团队"]]), [1, "three"]);
    assert.deepEqual(await filtered(["tag-value", ["red", "blue"]], ["key-name", ["o"]]), [2, "one", "two"]);
    assert.deepEqual(await filtered(["tag:团队", ["平台 A/B & C=1 +*~'()!"]]), [1, "three"]);
    const pages = [await listed({ Offset: 0, Limit: 2 }), await listed({ Offset: 2, Limit: 2 })];
    assert.deepEqual(pages.map(([total, ...names]) => [total, names.length]), [[3, 2], [3, 1]]);
    const names = pages.flatMap(([, ...names]) => names);
    assert.deepEqual(names.sort(), ["one", "three", "two"]);

    const deleted = await there.request("DeleteKeyPairs", { KeyIds: [ids.one, ids.three] });
    assert.match(deleted.RequestId, UUID);
    assert.deepEqual(await listed({}), [1, "two"]);
  });

  /** The SDK's exception that the call ends with. */
  async function refusal(call) {
    const refused = await call.then(
      () => assert.fail("it was not refused"),
      (error) => error,
    );
    assert.ok(refused instanceof SdkException, refused);
    return refused;
  }

  function check(refused, code, part, chinese = false) {
    assert.equal(refused.code, code, `${refused}`);
    const message = refused.getMessage();
    assert.ok(message.includes(part), message);
    // What the client sent may be quoted.
    assert.equal(CHINESE.test(message.replaceAll(/`[^`]*`/g, "")), chinese, message);
    assert.ok(message.endsWith(chinese ? "。" : "."), message);
    assert.match(refused.getRequestId(), UUID);
  }

  const ILLEGAL = "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar";
  const TOO_LONG = "InvalidParameterValue.InvalidKeyPairNameTooLong";
  const EMPTY = "InvalidParameterValue.InvalidKeyPairNameEmpty";

  const list = ["InvalidParameter", "`KeyName`"];

  for (const [title, parameters, code, part] of [
    ["an empty name", { KeyName: "" }, EMPTY, "1"],
    ["a name with a hyphen", { KeyName: "a-b" }, ILLEGAL, "`-`"],
    ["a name with a space", { KeyName: "a b" }, ILLEGAL, "` `"],
    ["a name in Chinese", { KeyName: "钥匙" }, ILLEGAL, "`钥`"],
    ["a name of 26 characters", { KeyName: "k".repeat(26) }, TOO_LONG, "26"],
    ["no name", {}, "MissingParameter", "`KeyName`"],
    ["a tag without its value", { KeyName: "a", Tags: [{ Key: "c" }] }, "MissingParameter", "`Tags.0.Value`"],
    ["a parameter too many", { KeyName: "a", Keyname: "a" }, "UnknownParameter", "`Keyname`"],
    ["tags that are text", { KeyName: "a", Tags: "b" }, "InvalidParameter", "`Tags`"],
    ["a name that is a list", { KeyName: ["a"] }, ...list],
  ]) {
    named(`${title} is refused, in English by default`, async () => {
      check(await refusal(client().request("CreateKeyPair", parameters)), code, part);
    });
    named(`${title} is refused, in Chinese if asked`, async () => {
      const chinese = client({ language: "zh-CN", region: REGION_OF_ERRORS_IN_CHINESE });
      check(await refusal(chinese.request("CreateKeyPair", parameters)), code, part, true);
    });
  }

  const ID = "lhkp-00000001";
  const ids = (count) => Array.from({ length: count }, (_, at) => `lhkp-${`${at}`.padStart(8, "0")}`);
  const filters = (Name) => [{ Name, Values: ["a"] }];

  for (const [action, title, parameters, code, part] of [
    ["DescribeKeyPairs", "an id twice", { KeyIds: [ID, ID] }, "InvalidParameterValue.Duplicated", "`KeyIds.1`"],
    ["DescribeKeyPairs", "no id", { KeyIds: [ID, "a"] }, "InvalidParameterValue.KeyPairIdMalformed", "`KeyIds.1`"],
    ["DescribeKeyPairs", "101 ids", { KeyIds: ids(101) }, "InvalidParameterValue.LimitExceeded", "101"],
    ["DescribeKeyPairs", "a negative Offset", { Offset: -1 }, "InvalidParameterValue.Negative", "`Offset`"],
    ["DescribeKeyPairs", "a Limit of 0", { Limit: 0 }, "InvalidParameterValue.OutOfRange", "`Limit`"],
    ["DescribeKeyPairs", "an unknown filter", { Filters: filters("colour") }, "InvalidParameter.InvalidFilter", "`colour`"],
    [
      "DescribeKeyPairs",
      "ids with filters",
      { KeyIds: [ID], Filters: filters("key-name") },
      "InvalidParameter.ParameterConflict",
      "`Filters`",
    ],
    ["DeleteKeyPairs", "an id twice", { KeyIds: [ID, ID] }, "InvalidParameterValue.Duplicated", "`KeyIds.1`"],
    ["DeleteKeyPairs", "no id", { KeyIds: ["a"] }, "InvalidParameterValue.KeyPairIdMalformed", "`KeyIds.0`"],
    ["DeleteKeyPairs", "11 ids", { KeyIds: ids(11) }, "InvalidParameterValue.LimitExceeded", "11"],
    ["DeleteKeyPairs", "an unknown id", { KeyIds: [ID] }, "ResourceNotFound.KeyIdNotFound", `\`${ID}\``],
    ["DeleteKeyPairs", "nothing", {}, "MissingParameter", "`KeyIds`"],
  ]) {
    named(`${action} refuses ${title}`, async () => {
      check(await refusal(client().request(action, parameters)), code, part);
    });
  }

  for (const [title, changes, code, part] of [
    ["a wrong SecretKey", { secretKey: "another-secret-key-entirely" }, "AuthFailure.SignatureFailure", ""],
    ["an unknown SecretId", { secretId: "AKIDwhoIsThis" }, "AuthFailure.SecretIdNotFound", "SecretId"],
    ["a wrong token", { token: "no-such-token" }, "AuthFailure.TokenFailure", "Token"],
    ["no region", { region: null }, "MissingParameter", "`Region`"],
    ["an unknown region", { region: "mars-1" }, "InvalidParameterValue", "`mars-1`"],
    ["a region without Lighthouse", { region: "ap-bangkok" }, "UnsupportedRegion", "`ap-bangkok`"],
    ["an unknown version", { version: "2019-01-01" }, "NoSuchVersion", "`2019-01-01`"],
  ]) {
    named(`${title} is refused`, async () => {
      check(await refusal(client(changes).request("CreateKeyPair", { KeyName: "a" })), code, part);
    });
  }

  named("an unknown action is refused", async () => {
    const refused = await refusal(client().request("CreateKeyPairs", { KeyName: "a" }));
    check(refused, "InvalidAction", "`CreateKeyPairs`");
  });

  for (const seconds of [-400, 400]) {
    named(`a clock that is off by ${seconds} seconds is told so`, async (t) => {
      // Only what the SDK signs with: the server's clock stays as it is.
      t.mock.timers.enable({ apis: ["Date"], now: Date.now() + seconds * 1000 });
      const refused = await refusal(client().request("CreateKeyPair", { KeyName: "a" }));
      t.mock.timers.reset();
      check(refused, "AuthFailure.SignatureExpire", seconds < 0 ? "behind" : "ahead");
    });
  }

  named("a Nonce is good once a second, where there is one", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
    t.mock.method(Math, "random", () => 0.5);
    const repeated = client({ region: REGION_OF_REPEATS });
    const call = () => refusal(repeated.request("CreateKeyPair", { KeyName: "" }));
    check(await call(), EMPTY, "1");
    const again = await call();
    if (sign === "TC3-HMAC-SHA256") {
      check(again, EMPTY, "1");
    } else {
      check(again, "AuthFailure.SignatureExpire", "`Nonce`");
    }
  });

  named("a name that is taken is refused", async () => {
    const changes = { region: "eu-frankfurt" };
    await create({ KeyName: "taken" }, changes);
    const refused = await refusal(create({ KeyName: "taken" }, changes));
    check(refused, "InvalidParameterValue.DuplicateParameterValue", "`taken`");
  });

  named("a key pair beyond the quota of its region is refused", async () => {
    const changes = { region: "ap-singapore" };
    for (let number = 0; number < KEY_PAIR_QUOTA; number++) {
      await create({ KeyName: `key_${number}` }, changes);
    }
    const refused = await refusal(create({ KeyName: "one_more" }, changes));
    check(refused, "LimitExceeded.KeyPairLimitExceeded", `${KEY_PAIR_QUOTA}`);
  });
}

test.finish();

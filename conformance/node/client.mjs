// The official Node.js SDK, set up to call a server of ours.

// The client of `cam` comes in the SDK as a whole only.
import { cam } from "tencentcloud-sdk-nodejs/tencentcloud/services/cam/index.js";
import { sts } from "tencentcloud-sdk-nodejs/tencentcloud/services/sts/index.js";
import sdk from "tencentcloud-sdk-nodejs-common";

const { CommonClient } = sdk;

const REQUEST_SECONDS_MAX = 20;

export const VERSION = "2020-03-24";

/** Every way in which the SDK signs. */
export const MODES = ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"].flatMap((sign) =>
  ["POST", "GET"].map((method) => ({ sign, method })),
);

// The client reads this; the settings of whoever runs the tests are none of ours.
delete process.env.http_proxy;

// The SDK draws the `Nonce` of HmacSHA1 and HmacSHA256 from 65 536 numbers only: of the calls that a
// test makes in one second, now and then two would have the same one, and the second is refused for
// it. A die that does not repeat itself keeps chance out of the verdict.
let drawn = 0;
Math.random = () => (drawn++ % 65_535) / 65_535;

/** The SDK's client of a server, with nothing changed but what is asked for. */
export function connect(server, mode, changes) {
  const version = changes.version ?? VERSION;
  return new CommonClient("lighthouse.tencentcloudapi.com", version, settings(server, mode, changes));
}

/** The SDK's clients of `cam` and `sts`. */
export function manage(server, mode, changes) {
  return {
    cam: new cam.v20190116.Client(settings(server, mode, changes)),
    sts: new sts.v20180813.Client(settings(server, mode, changes)),
  };
}

function settings(server, { sign, method }, { region, language, endpoint, ...changes }) {
  return {
    credential: {
      secretId: changes.secretId ?? server.secretId,
      secretKey: changes.secretKey ?? server.secretKey,
      token: changes.token,
    },
    region,
    profile: {
      signMethod: sign,
      language,
      httpProfile: {
        reqMethod: method,
        protocol: "http://",
        endpoint: endpoint ?? server.endpoint,
        reqTimeout: REQUEST_SECONDS_MAX,
      },
    },
  };
}

// CreateKeyPair with the official Node.js SDK.
// Install: npm install tencentcloud-sdk-nodejs tsx
// Run:     npx tsx create_key_pair.ts
// The private key goes to the standard output: it is shown this once.
import { lighthouse } from "tencentcloud-sdk-nodejs";

const client = new lighthouse.v20200324.Client({
  credential: {
    secretId: process.env.TENCENTCLOUD_SECRET_ID,
    secretKey: process.env.TENCENTCLOUD_SECRET_KEY,
  },
  region: "ap-guangzhou",
  profile: {
    httpProfile: { protocol: "http://", endpoint: "127.0.0.1:8324" },
  },
});

async function main() {
  const response = await client.CreateKeyPair({
    KeyName: "my_first_key",
    Tags: [{
      Key: "team",
      Value: "night shift",
    }, {
      Key: "说明",
      Value: '"$HOME" \\ #{x}',
    }],
  });
  console.error(response.KeyPair?.KeyId);
  console.log(response.KeyPair?.PrivateKey);
}

main().catch((error) => {
  // Without a RequestId the API has not answered.
  console.error(error.requestId ? `${error.code}: ${error.message} (RequestId ${error.requestId})` : error.message);
  process.exitCode = 1;
});

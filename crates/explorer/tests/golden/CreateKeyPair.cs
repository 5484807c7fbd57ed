// CreateKeyPair with the official .NET SDK, for .NET 8 or newer.
// Install: dotnet new console, then dotnet add package TencentCloudSDK.Lighthouse
// Run:     dotnet run, with this as Program.cs
// The private key goes to the standard output: it is shown this once.
using System;
using TencentCloud.Common;
using TencentCloud.Common.Profile;
using TencentCloud.Lighthouse.V20200324;
using TencentCloud.Lighthouse.V20200324.Models;

var credential = new Credential
{
    SecretId = Environment.GetEnvironmentVariable("TENCENTCLOUD_SECRET_ID"),
    SecretKey = Environment.GetEnvironmentVariable("TENCENTCLOUD_SECRET_KEY"),
};
var profile = new ClientProfile
{
    HttpProfile = new HttpProfile { Protocol = "http://", Endpoint = "127.0.0.1:8324" },
};
var client = new LighthouseClient(credential, "ap-guangzhou", profile);

var request = new CreateKeyPairRequest
{
    KeyName = "my_first_key",
    Tags = [new Tag
    {
        Key = "team",
        Value = "night shift",
    }, new Tag
    {
        Key = "说明",
        Value = """
"$HOME" \ #{x}
""",
    }],
};

try
{
    var response = await client.CreateKeyPair(request);
    Console.Error.WriteLine(response.KeyPair.KeyId);
    Console.WriteLine(response.KeyPair.PrivateKey);
    return 0;
}
catch (TencentCloudSDKException error)
{
    // Without a code the API has not answered, and the first exception says why.
    Console.Error.WriteLine(error.ErrorCode is null
        ? error.GetBaseException().Message
        : $"{error.ErrorCode}: {error.Message} (RequestId {error.RequestId})");
    return 1;
}

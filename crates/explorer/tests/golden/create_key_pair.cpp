// CreateKeyPair with the official C++ SDK.
// Install: https://github.com/TencentCloud/tencentcloud-sdk-cpp, built with CMake
// Run:     g++ -std=c++17 create_key_pair.cpp -ltencentcloud-sdk-cpp-lighthouse -ltencentcloud-sdk-cpp-core && ./a.out
// The private key goes to the standard output: it is shown this once.
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <tencentcloud/core/Credential.h>
#include <tencentcloud/core/TencentCloud.h>
#include <tencentcloud/core/profile/ClientProfile.h>
#include <tencentcloud/core/profile/HttpProfile.h>
#include <tencentcloud/lighthouse/v20200324/LighthouseClient.h>
#include <tencentcloud/lighthouse/v20200324/model/CreateKeyPairRequest.h>
#include <tencentcloud/lighthouse/v20200324/model/CreateKeyPairResponse.h>

using namespace TencentCloud;
using namespace TencentCloud::Lighthouse::V20200324;
using namespace TencentCloud::Lighthouse::V20200324::Model;

static std::string environment(const char *name)
{
    const char *value = std::getenv(name);
    return value ? value : "";
}

int main()
{
    TencentCloud::InitAPI();
    int status = 0;
    {
        Credential credential(environment("TENCENTCLOUD_SECRET_ID"), environment("TENCENTCLOUD_SECRET_KEY"));
        HttpProfile httpProfile;
        httpProfile.SetProtocol(HttpProfile::Scheme::HTTP);
        httpProfile.SetEndpoint("127.0.0.1:8324");
        ClientProfile profile;
        profile.SetHttpProfile(httpProfile);
        LighthouseClient client(credential, "ap-guangzhou", profile);

        Tag tag1;
        tag1.SetKey("team");
        tag1.SetValue("night shift");
        Tag tag2;
        tag2.SetKey("说明");
        tag2.SetValue(R"text("$HOME" \ #{x})text");
        CreateKeyPairRequest request;
        request.SetKeyName("my_first_key");
        request.SetTags(std::vector<Tag>{tag1, tag2});

        auto outcome = client.CreateKeyPair(request);
        if (outcome.IsSuccess())
        {
            std::cerr << outcome.GetResult().GetKeyPair().GetKeyId() << std::endl;
            std::cout << outcome.GetResult().GetKeyPair().GetPrivateKey() << std::endl;
        }
        else
        {
            auto error = outcome.GetError();
            std::cerr << error.GetErrorCode() << ": " << error.GetErrorMessage()
                      << " (RequestId " << error.GetRequestId() << ")" << std::endl;
            status = 1;
        }
    }
    TencentCloud::ShutdownAPI();
    return status;
}

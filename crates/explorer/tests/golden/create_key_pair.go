// CreateKeyPair with the official Go SDK.
// Install: go mod init example && go mod tidy
// Run:     go run create_key_pair.go
// The private key goes to the standard output: it is shown this once.
package main

import (
	"fmt"
	"os"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
	lighthouse "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/lighthouse/v20200324"
)

func main() {
	credential := common.NewCredential(
		os.Getenv("TENCENTCLOUD_SECRET_ID"),
		os.Getenv("TENCENTCLOUD_SECRET_KEY"),
	)
	settings := profile.NewClientProfile()
	settings.HttpProfile.Scheme = "HTTP"
	settings.HttpProfile.Endpoint = "127.0.0.1:8324"
	client, err := lighthouse.NewClient(credential, "ap-guangzhou", settings)
	if err != nil {
		fail(err)
	}

	request := lighthouse.NewCreateKeyPairRequest()
	request.KeyName = common.StringPtr("my_first_key")
	request.Tags = []*lighthouse.Tag{
		{Key: common.StringPtr("team"), Value: common.StringPtr("night shift")},
		{Key: common.StringPtr("说明"), Value: common.StringPtr(`"$HOME" \ #{x}`)},
	}

	response, err := client.CreateKeyPair(request)
	if err != nil {
		fail(err)
	}
	fmt.Fprintln(os.Stderr, *response.Response.KeyPair.KeyId)
	fmt.Println(*response.Response.KeyPair.PrivateKey)
}

func fail(err error) {
	// Without a RequestId the API has not answered, and the error says why.
	if refused, ok := err.(*errors.TencentCloudSDKError); ok && refused.RequestId != "" {
		fmt.Fprintf(os.Stderr, "%s: %s (RequestId %s)\n", refused.Code, refused.Message, refused.RequestId)
	} else {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(1)
}

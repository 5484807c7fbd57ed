// Package conformance judges a Pharos server by the official Go SDK: it creates, lists and deletes key
// pairs, however it signs, and meets every error as its own TencentCloudSDKError.
package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	sdkerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	sdkhttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
)

const (
	service = "lighthouse"
	version = "2020-03-24"
	action  = "CreateKeyPair"
	tc3     = "TC3-HMAC-SHA256"

	requestSecondsMax = 20
	keyPairQuota      = 6

	// Each has a limit of 20 calls a second of its own.
	region                  = "ap-tokyo"
	regionOfErrors          = "ap-guangzhou"
	regionOfErrorsInEnglish = "ap-shanghai"
	regionOfLists           = "na-toronto"

	illegal = "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar"
	tooLong = "InvalidParameterValue.InvalidKeyPairNameTooLong"
	empty   = "InvalidParameterValue.InvalidKeyPairNameEmpty"
)

var (
	uuid    = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	chinese = regexp.MustCompile(`\p{Han}`)
	quoted  = regexp.MustCompile("`[^`]*`")
)

// Tag, CreateKeyPairRequest and its reply are written as the SDK writes those of every product: it
// makes JSON of the `json` names, and parameters of a query or a form of the `name` ones.
type Tag struct {
	Key   *string `json:"Key,omitnil,omitempty" name:"Key"`
	Value *string `json:"Value,omitnil,omitempty" name:"Value"`
}

// CreateKeyPairRequest has two parameters more than the action has.
type CreateKeyPairRequest struct {
	*sdkhttp.BaseRequest

	KeyName *string `json:"KeyName,omitnil,omitempty" name:"KeyName"`
	Tags    []*Tag  `json:"Tags,omitnil,omitempty" name:"Tags"`

	Unknown *int64   `json:"Unknown,omitnil,omitempty" name:"Unknown"`
	Listed  []string `json:"KeyNames,omitnil,omitempty" name:"KeyNames"`
}

// MisspeltRequest gives text where the action takes a list.
type MisspeltRequest struct {
	*sdkhttp.BaseRequest

	KeyName *string `json:"KeyName,omitnil,omitempty" name:"KeyName"`
	Tags    *string `json:"Tags,omitnil,omitempty" name:"Tags"`
}

type keyPair struct {
	KeyID                 string   `json:"KeyId"`
	KeyName               string   `json:"KeyName"`
	PublicKey             string   `json:"PublicKey"`
	AssociatedInstanceIDs []string `json:"AssociatedInstanceIds"`
	CreatedTime           string   `json:"CreatedTime"`
	PrivateKey            string   `json:"PrivateKey"`
	Tags                  []*Tag   `json:"Tags"`
}

type createKeyPairResponse struct {
	*sdkhttp.BaseResponse
	Response struct {
		KeyPair   keyPair `json:"KeyPair"`
		RequestID string  `json:"RequestId"`
	} `json:"Response"`
}

// mode is one way to sign and to send.
type mode struct {
	sign   string
	method string
}

// changes are what a call does differently from one that succeeds.
type changes struct {
	secretID, secretKey, token string
	region                     string
	noRegion                   bool
	service, version, action   string
	language                   string
	unsignedPayload            bool
}

func or(given, otherwise string) string {
	if given == "" {
		return otherwise
	}
	return given
}

func (m mode) client(made *server, c changes) *common.Client {
	settings := profile.NewClientProfile()
	settings.SignMethod = m.sign
	settings.UnsignedPayload = c.unsignedPayload
	if c.language != "" {
		settings.Language = c.language
	}
	settings.HttpProfile.ReqMethod = m.method
	settings.HttpProfile.Scheme = "HTTP"
	settings.HttpProfile.Endpoint = made.endpoint
	settings.HttpProfile.ReqTimeout = requestSecondsMax
	where := or(c.region, regionOfErrors)
	if c.noRegion {
		where = ""
	}
	credential := common.NewTokenCredential(
		or(c.secretID, made.secretID), or(c.secretKey, made.secretKey), c.token)
	return common.NewCommonClient(credential, where, settings)
}

func base(c changes) *sdkhttp.BaseRequest {
	made := &sdkhttp.BaseRequest{}
	return made.Init().WithApiInfo(or(c.service, service), or(c.version, version), or(c.action, action))
}

func (m mode) create(made *server, c changes, request CreateKeyPairRequest) (*createKeyPairResponse, error) {
	request.BaseRequest = base(c)
	response := &createKeyPairResponse{BaseResponse: &sdkhttp.BaseResponse{}}
	return response, m.client(made, c).Send(&request, response)
}

func named(name string) CreateKeyPairRequest {
	return CreateKeyPairRequest{KeyName: &name}
}

func tag(key, value string) *Tag {
	return &Tag{Key: &key, Value: &value}
}

func TestLighthouse(t *testing.T) {
	// The client reads these; the settings of whoever runs the tests are none of ours.
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		t.Setenv(name, "")
	}
	judged := newJudge(t, "go/lighthouse_test.go")
	for _, sign := range []string{tc3, "HmacSHA1", "HmacSHA256"} {
		for _, method := range []string{"POST", "GET"} {
			m := mode{sign, method}
			t.Run(sign+" "+method, func(t *testing.T) {
				made := startServer(t, fmt.Sprintf("key_pair_quota = %d\n", keyPairQuota))
				m.successes(t, judged, made)
				m.refusals(t, judged, made)
				m.lists(t, judged, made)
			})
		}
	}
	judged.finish()
}

func (m mode) successes(t *testing.T, judged *judge, made *server) {
	where := changes{region: region}
	judged.run(t, "a key pair is created", func(t reporter) {
		response, err := m.create(made, where, named("my_key_1"))
		checkKeyPair(t, response, err, "my_key_1")
	})
	judged.run(t, "tags come back as they were given", func(t reporter) {
		request := named("tagged")
		request.Tags = []*Tag{tag("env", "test"), tag("团队", "平台 A/B & C=1 +*~'()!<>")}
		response, err := m.create(made, where, request)
		checkKeyPair(t, response, err, "tagged")
		if !reflect.DeepEqual(response.Response.KeyPair.Tags, request.Tags) {
			t.Fatalf("other tags came back: %v", response.Response.KeyPair.Tags)
		}
	})
	if m.sign == tc3 {
		judged.run(t, "a payload may be unsigned", func(t reporter) {
			unsigned := where
			unsigned.unsignedPayload = true
			response, err := m.create(made, unsigned, named("unsigned"))
			checkKeyPair(t, response, err, "unsigned")
		})
	}
	if m.sign == tc3 && m.method == "POST" {
		judged.run(t, "the client for any product creates a key pair", func(t reporter) {
			request := sdkhttp.NewCommonRequest(service, version, action)
			if err := request.SetActionParameters(map[string]any{"KeyName": "common"}); err != nil {
				t.Fatalf("%v", err)
			}
			reply := sdkhttp.NewCommonResponse()
			err := m.client(made, where).Send(request, reply)
			response := &createKeyPairResponse{}
			if err == nil {
				err = json.Unmarshal(reply.GetBody(), response)
			}
			checkKeyPair(t, response, err, "common")
		})
	}
}

func checkKeyPair(t reporter, response *createKeyPairResponse, err error, name string) {
	if err != nil {
		t.Fatalf("%v", err)
	}
	made := response.Response.KeyPair
	for _, field := range []struct{ value, pattern string }{
		{made.KeyID, `^lhkp-[0-9a-z]{8}$`},
		{made.KeyName, "^" + name + "$"},
		{made.PublicKey, `^ssh-rsa [A-Za-z0-9+/]+=* \S+$`},
		{made.PrivateKey, `^-----BEGIN RSA PRIVATE KEY-----\n`},
		{made.CreatedTime, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`},
		{response.Response.RequestID, uuid.String()},
	} {
		if !regexp.MustCompile(field.pattern).MatchString(field.value) {
			t.Fatalf("no match for %s", field.pattern)
		}
	}
	if made.AssociatedInstanceIDs == nil || len(made.AssociatedInstanceIDs) != 0 {
		t.Fatalf("AssociatedInstanceIds is %v", made.AssociatedInstanceIDs)
	}
}

func (m mode) refusals(t *testing.T, judged *judge, made *server) {
	// Of an empty text, the SDK makes no parameter in a query or a form.
	emptyCode, emptyPart := empty, "1"
	if !(m.sign == tc3 && m.method == "POST") {
		emptyCode, emptyPart = "MissingParameter", "`KeyName`"
	}
	noValue, unknown, listed := named("a"), named("a"), named("a")
	key, number := "c", int64(7)
	noValue.Tags = []*Tag{tag("a", "b"), {Key: &key}}
	unknown.Unknown = &number
	listed.Listed = []string{"a"}
	for _, bad := range []struct {
		title      string
		request    CreateKeyPairRequest
		code, part string
	}{
		{"an empty name", named(""), emptyCode, emptyPart},
		{"a name with a hyphen", named("a-b"), illegal, "`-`"},
		{"a name with a space", named("a b"), illegal, "` `"},
		{"a name in Chinese", named("钥匙"), illegal, "`钥`"},
		{"a name of 26 characters", named(strings.Repeat("k", 26)), tooLong, "26"},
		{"no name", CreateKeyPairRequest{}, "MissingParameter", "`KeyName`"},
		{"a tag without its value", noValue, "MissingParameter", "`Tags.1.Value`"},
		{"a parameter too many", unknown, "UnknownParameter", "`Unknown`"},
		{"a list too many", listed, "UnknownParameter", "`KeyNames"},
	} {
		judged.run(t, bad.title+" is refused, in Chinese by default", func(t reporter) {
			_, err := m.create(made, changes{}, bad.request)
			checkRefusal(t, err, bad.code, bad.part, true)
		})
		judged.run(t, bad.title+" is refused, in English if asked", func(t reporter) {
			_, err := m.create(made, changes{region: regionOfErrorsInEnglish, language: "en-US"}, bad.request)
			checkRefusal(t, err, bad.code, bad.part, false)
		})
	}
	judged.run(t, "tags that are text are refused", func(t reporter) {
		text := "b"
		request := &MisspeltRequest{BaseRequest: base(changes{}), KeyName: &text, Tags: &text}
		err := m.client(made, changes{}).Send(request, sdkhttp.NewCommonResponse())
		checkRefusal(t, err, "InvalidParameter", "`Tags`", true)
	})

	for _, bad := range []struct {
		title      string
		changes    changes
		code, part string
	}{
		{"a wrong SecretKey", changes{secretKey: "another-secret-key-entirely"}, "AuthFailure.SignatureFailure", ""},
		{"an unknown SecretId", changes{secretID: "AKIDwhoIsThis"}, "AuthFailure.SecretIdNotFound", "SecretId"},
		{"a wrong token", changes{token: "no-such-token"}, "AuthFailure.TokenFailure", "Token"},
		{"no region", changes{noRegion: true}, "MissingParameter", "`Region`"},
		{"an unknown region", changes{region: "mars-1"}, "InvalidParameterValue", "`mars-1`"},
		{"a region without Lighthouse", changes{region: "ap-bangkok"}, "UnsupportedRegion", "`ap-bangkok`"},
		{"an unknown action", changes{action: "CreateKeyPairs"}, "InvalidAction", "`CreateKeyPairs`"},
		{"an unknown version", changes{version: "2019-01-01"}, "NoSuchVersion", "`2019-01-01`"},
	} {
		judged.run(t, bad.title+" is refused", func(t reporter) {
			_, err := m.create(made, bad.changes, named("a"))
			checkRefusal(t, err, bad.code, bad.part, true)
		})
	}
	if m.sign == tc3 {
		judged.run(t, "an unknown product is refused", func(t reporter) {
			other := changes{service: "cvm", version: "2017-03-12"}
			_, err := m.create(made, other, named("a"))
			checkRefusal(t, err, "NoSuchProduct", "`cvm`", true)
		})
	}

	judged.run(t, "a name that is taken is refused", func(t reporter) {
		where := changes{region: "eu-frankfurt"}
		response, err := m.create(made, where, named("taken"))
		checkKeyPair(t, response, err, "taken")
		_, err = m.create(made, where, named("taken"))
		checkRefusal(t, err, "InvalidParameterValue.DuplicateParameterValue", "`taken`", true)
	})
	judged.run(t, "a key pair beyond the quota of its region is refused", func(t reporter) {
		where := changes{region: "ap-singapore"}
		for number := range keyPairQuota {
			name := fmt.Sprintf("key_%d", number)
			response, err := m.create(made, where, named(name))
			checkKeyPair(t, response, err, name)
		}
		_, err := m.create(made, where, named("one_more"))
		checkRefusal(t, err, "LimitExceeded.KeyPairLimitExceeded", fmt.Sprint(keyPairQuota), true)
	})
}

// checkRefusal holds an error against the code, a part of the sentence, and its language.
func checkRefusal(t reporter, err error, code, part string, isChinese bool) {
	var refused *sdkerrors.TencentCloudSDKError
	if !errors.As(err, &refused) {
		t.Fatalf("no TencentCloudSDKError: %v", err)
	}
	if refused.GetCode() != code {
		t.Fatalf("the code is %s, not %s: %s", refused.GetCode(), code, refused.GetMessage())
	}
	message := refused.GetMessage()
	if !strings.Contains(message, part) {
		t.Fatalf("%q does not name %s", message, part)
	}
	end := "."
	if isChinese {
		end = "。"
	}
	// What the client sent may be quoted.
	if chinese.MatchString(quoted.ReplaceAllString(message, "")) != isChinese || !strings.HasSuffix(message, end) {
		t.Fatalf("another language was asked for: %q", message)
	}
	if !uuid.MatchString(refused.GetRequestId()) {
		t.Fatalf("the RequestId is %q", refused.GetRequestId())
	}
}

func TestMain(m *testing.M) {
	if _, err := binary(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(m.Run())
}

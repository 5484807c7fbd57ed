package conformance

import (
	"fmt"
	"slices"
	"testing"

	sdkhttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
)

// Filter and the requests are written as the SDK writes those of every product.
type Filter struct {
	Name   *string   `json:"Name,omitnil,omitempty" name:"Name"`
	Values []*string `json:"Values,omitnil,omitempty" name:"Values"`
}

// DescribeKeyPairsRequest is as the SDK has it.
type DescribeKeyPairsRequest struct {
	*sdkhttp.BaseRequest

	KeyIds  []*string `json:"KeyIds,omitnil,omitempty" name:"KeyIds"`
	Offset  *int64    `json:"Offset,omitnil,omitempty" name:"Offset"`
	Limit   *int64    `json:"Limit,omitnil,omitempty" name:"Limit"`
	Filters []*Filter `json:"Filters,omitnil,omitempty" name:"Filters"`
}

// DeleteKeyPairsRequest is as the SDK has it.
type DeleteKeyPairsRequest struct {
	*sdkhttp.BaseRequest

	KeyIds []*string `json:"KeyIds,omitnil,omitempty" name:"KeyIds"`
}

type listedKeyPair struct {
	KeyName    string  `json:"KeyName"`
	PrivateKey *string `json:"PrivateKey"`
}

type describeKeyPairsResponse struct {
	*sdkhttp.BaseResponse
	Response struct {
		TotalCount int             `json:"TotalCount"`
		KeyPairSet []listedKeyPair `json:"KeyPairSet"`
	} `json:"Response"`
}

type deleteKeyPairsResponse struct {
	*sdkhttp.BaseResponse
	Response struct {
		RequestID string `json:"RequestId"`
	} `json:"Response"`
}

func (m mode) describe(made *server, c changes, request DescribeKeyPairsRequest) (*describeKeyPairsResponse, error) {
	c.action = "DescribeKeyPairs"
	request.BaseRequest = base(c)
	response := &describeKeyPairsResponse{BaseResponse: &sdkhttp.BaseResponse{}}
	return response, m.client(made, c).Send(&request, response)
}

func (m mode) delete(made *server, c changes, keyIDs []*string) (*deleteKeyPairsResponse, error) {
	c.action = "DeleteKeyPairs"
	request := &DeleteKeyPairsRequest{BaseRequest: base(c), KeyIds: keyIDs}
	response := &deleteKeyPairsResponse{BaseResponse: &sdkhttp.BaseResponse{}}
	return response, m.client(made, c).Send(request, response)
}

func texts(given ...string) []*string {
	made := make([]*string, len(given))
	for at := range given {
		made[at] = &given[at]
	}
	return made
}

func ids(count int) []*string {
	made := make([]string, count)
	for at := range made {
		made[at] = fmt.Sprintf("lhkp-%08d", at)
	}
	return texts(made...)
}

func byIDs(keyIDs ...string) DescribeKeyPairsRequest {
	return DescribeKeyPairsRequest{KeyIds: texts(keyIDs...)}
}

func byFilter(name string, values ...string) DescribeKeyPairsRequest {
	return DescribeKeyPairsRequest{Filters: []*Filter{{Name: &name, Values: texts(values...)}}}
}

func page(offset, limit int64) DescribeKeyPairsRequest {
	return DescribeKeyPairsRequest{Offset: &offset, Limit: &limit}
}

func (m mode) lists(t *testing.T, judged *judge, made *server) {
	judged.run(t, "key pairs are listed, filtered, paged and deleted", func(t reporter) {
		m.listAndDelete(t, made)
	})

	const id = "lhkp-00000001"
	both := byFilter("key-name", "a")
	both.KeyIds = texts(id)
	for _, bad := range []struct {
		title      string
		request    DescribeKeyPairsRequest
		code, part string
	}{
		{"an id twice", byIDs(id, id), "InvalidParameterValue.Duplicated", "`KeyIds.1`"},
		{"no id", byIDs(id, "a"), "InvalidParameterValue.KeyPairIdMalformed", "`KeyIds.1`"},
		{"101 ids", DescribeKeyPairsRequest{KeyIds: ids(101)}, "InvalidParameterValue.LimitExceeded", "101"},
		{"a negative Offset", page(-1, 1), "InvalidParameterValue.Negative", "`Offset`"},
		{"a Limit of 0", page(0, 0), "InvalidParameterValue.OutOfRange", "`Limit`"},
		{"an unknown filter", byFilter("colour", "red"), "InvalidParameter.InvalidFilter", "`colour`"},
		{"ids with filters", both, "InvalidParameter.ParameterConflict", "`Filters`"},
	} {
		judged.run(t, "DescribeKeyPairs refuses "+bad.title, func(t reporter) {
			_, err := m.describe(made, changes{}, bad.request)
			checkRefusal(t, err, bad.code, bad.part, true)
		})
	}
	for _, bad := range []struct {
		title      string
		keyIDs     []*string
		code, part string
	}{
		{"an id twice", texts(id, id), "InvalidParameterValue.Duplicated", "`KeyIds.1`"},
		{"no id", texts("a"), "InvalidParameterValue.KeyPairIdMalformed", "`KeyIds.0`"},
		{"11 ids", ids(11), "InvalidParameterValue.LimitExceeded", "11"},
		{"an unknown id", texts(id), "ResourceNotFound.KeyIdNotFound", "`" + id + "`"},
		{"nothing", nil, "MissingParameter", "`KeyIds`"},
	} {
		judged.run(t, "DeleteKeyPairs refuses "+bad.title, func(t reporter) {
			_, err := m.delete(made, changes{}, bad.keyIDs)
			checkRefusal(t, err, bad.code, bad.part, true)
		})
	}
}

func (m mode) listAndDelete(t reporter, made *server) {
	where := changes{region: regionOfLists}
	const text = "平台 A/B & C=1 +*~'()!<>"
	keyIDs := map[string]string{}
	for name, given := range map[string]*Tag{
		"one": tag("team", "blue"), "two": tag("team", "red"), "three": tag("团队", text),
	} {
		request := named(name)
		request.Tags = []*Tag{given}
		response, err := m.create(made, where, request)
		checkKeyPair(t, response, err, name)
		keyIDs[name] = response.Response.KeyPair.KeyID
	}
	listed := func(request DescribeKeyPairsRequest) (int, []string) {
		response, err := m.describe(made, where, request)
		if err != nil {
			t.Fatalf("%v", err)
		}
		names := []string{}
		for _, shown := range response.Response.KeyPairSet {
			if shown.PrivateKey != nil {
				t.Fatalf("%s has a private key", shown.KeyName)
			}
			names = append(names, shown.KeyName)
		}
		slices.Sort(names)
		return response.Response.TotalCount, names
	}
	check := func(request DescribeKeyPairsRequest, expected ...string) {
		total, names := listed(request)
		if total != len(expected) || !slices.Equal(names, expected) {
			t.Fatalf("%d key pairs %v, not %v", total, names, expected)
		}
	}

	check(DescribeKeyPairsRequest{}, "one", "three", "two")
	check(byIDs(keyIDs["one"], "lhkp-00000000", keyIDs["two"]), "one", "two")
	check(byIDs("lhkp-00000000"))
	check(byFilter("key-id", keyIDs["two"], keyIDs["three"]), "three", "two")
	check(byFilter("key-name", "ON", "thr"), "one", "three")
	check(byFilter("tag-key", "团队"), "three")
	check(byFilter("tag:团队", text), "three")
	two := byFilter("tag-value", "red", "blue")
	two.Filters = append(two.Filters, byFilter("key-name", "o", "t").Filters...)
	check(two, "one", "two")

	total, first := listed(page(0, 2))
	_, second := listed(page(2, 2))
	if total != 3 || len(first) != 2 || len(second) != 1 {
		t.Fatalf("%d key pairs on the pages %v and %v", total, first, second)
	}
	all := append(first, second...)
	slices.Sort(all)
	if !slices.Equal(all, []string{"one", "three", "two"}) {
		t.Fatalf("%v are on two pages", all)
	}

	deleted, err := m.delete(made, where, texts(keyIDs["one"], keyIDs["three"]))
	if err != nil || !uuid.MatchString(deleted.Response.RequestID) {
		t.Fatalf("%v, RequestId %q", err, deleted.Response.RequestID)
	}
	check(DescribeKeyPairsRequest{}, "two")
}

//! What can be wrong with what is asked about instances, zones and quotas, and with what is not served.

use pharos_api::code::Code;
use pharos_testkit::TestServer;
use pharos_testkit::request::TestRequest;
use serde_json::{Value, json};

use super::{INSTANCE, NOWHERE, call, there, without_policy};
use crate::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "an action that the vendor has",
        request: |server| server.call("ResetInstance", "{}"),
        code: Code::UnsupportedOperation,
        says: "`ResetInstance`",
    },
    Case {
        name: "zones by their age",
        request: |server| server.call("DescribeZones", r#"{"OrderField": "AGE"}"#),
        code: Code::OutOfRange,
        says: "`OrderField` is `AGE`; it should be one of `ZONE`, `INSTANCE_DISPLAY_LABEL`",
    },
    Case {
        name: "a user without a policy lists zones",
        request: |server| without_policy(server, "DescribeZones", &json!({})),
        code: Code::NoPermission,
        says: "perform operation (lighthouse:DescribeZones)",
    },
    Case {
        name: "a quota of what nobody has",
        request: |server| quotas(server, &json!(["USER_KEY_PAIR", "MOON"])),
        code: Code::InvalidResourceQuotaResourceName,
        says: "`MOON`",
    },
    Case {
        name: "a user without a policy asks for quotas",
        request: |server| {
            let names = json!({"ResourceNames": ["USER_KEY_PAIR"]});
            without_policy(server, "DescribeGeneralResourceQuotas", &names)
        },
        code: Code::NoPermission,
        says: "perform operation (lighthouse:DescribeGeneralResourceQuotas)",
    },
    Case {
        name: "ids and filters of instances together",
        request: |server| {
            describe(
                server,
                &json!({
                    "InstanceIds": [INSTANCE],
                    "Filters": [{"Name": "zone", "Values": ["ap-guangzhou-1"]}],
                }),
            )
        },
        code: Code::ParameterConflict,
        says: "`InstanceIds` and `Filters` exclude each other",
    },
    Case {
        name: "an instance to list that is not there",
        request: |server| {
            server.add_instance(there(server));
            describe(server, &json!({"InstanceIds": [INSTANCE, NOWHERE]}))
        },
        code: Code::InstanceIdNotFound,
        says: "There is no instance `lhins-99999999` in `ap-guangzhou`",
    },
    Case {
        name: "an instance to list twice",
        request: |server| describe(server, &json!({"InstanceIds": [INSTANCE, INSTANCE]})),
        code: Code::Duplicated,
        says: "stands earlier in the list",
    },
    Case {
        name: "what is no InstanceId to list",
        request: |server| describe(server, &json!({"InstanceIds": ["vm"]})),
        code: Code::InstanceIdMalformed,
        says: "`vm` in `InstanceIds.0`",
    },
    Case {
        name: "101 instances to list",
        request: |server| {
            let ids: Vec<_> = (0..101).map(|n| format!("lhins-{n:08}")).collect();
            describe(server, &json!({"InstanceIds": ids}))
        },
        code: Code::ValuesLimitExceeded,
        says: "`InstanceIds` has 101 values; it may have at most 100",
    },
    Case {
        name: "an order without what to sort by",
        request: |server| describe(server, &json!({"Order": "ASC"})),
        code: Code::OrderFieldRequired,
        says: "`Order` needs `OrderField`",
    },
    Case {
        name: "instances before the first",
        request: |server| describe(server, &json!({"Offset": -1})),
        code: Code::Negative,
        says: "`Offset` is -1",
    },
    Case {
        name: "101 instances at a time",
        request: |server| describe(server, &json!({"Limit": 101})),
        code: Code::OutOfRange,
        says: "`Limit` is 101; it should be 1 to 100",
    },
    Case {
        name: "a filter that is no object",
        request: |server| describe(server, &json!({"Filters": ["zone"]})),
        code: Code::InvalidFilterNotDict,
        says: "`Filters.0` is not valid, input type should be `object`",
    },
    Case {
        name: "a filter with a number for a name",
        request: |server| filter(server, &json!(1), &json!(["a"])),
        code: Code::InvalidFilterInvalidNameNotStr,
        says: "`Filters.0.Name` is not valid, input type should be `string`",
    },
    Case {
        name: "a filter with a text for values",
        request: |server| filter(server, &json!("zone"), &json!("ap-guangzhou-1")),
        code: Code::InvalidFilterInvalidValuesNotList,
        says: "`Filters.0.Values` is not valid, input type should be `list`",
    },
    Case {
        name: "a filter without a name",
        request: |server| filter(server, &json!(""), &json!(["a"])),
        code: Code::InvalidFilterInvalidKey,
        says: "There is no filter ``",
    },
    Case {
        name: "a filter of key pairs",
        request: |server| filter(server, &json!("key-id"), &json!(["a"])),
        code: Code::InvalidFilterNotSupportedName,
        says: "There is no filter `key-id` (`Filters.0.Name`); use one of `instance-name`",
    },
    Case {
        name: "a filter of instances without a value",
        request: |server| filter(server, &json!("zone"), &json!([])),
        code: Code::InvalidFilter,
        says: "`Filters.0.Values` is empty",
    },
    Case {
        name: "a filter with 101 values",
        request: |server| filter(server, &json!("tag-key"), &json!(vec!["a"; 101])),
        code: Code::FilterValueLimitExceeded,
        says: "`Filters.0.Values` has 101 values; it may have at most 100",
    },
    Case {
        name: "a filter by a name that is too long",
        request: |server| {
            let name = "n".repeat(61);
            filter(server, &json!("instance-name"), &json!([name]))
        },
        code: Code::InstanceNameTooLong,
        says: "61 characters",
    },
    Case {
        name: "a filter by what is no address",
        request: |server| filter(server, &json!("public-ip-address"), &json!(["1.2.3"])),
        code: Code::InvalidIpFormat,
        says: "`1.2.3`",
    },
    Case {
        name: "a filter by a zone that nobody has",
        request: |server| filter(server, &json!("zone"), &json!(["mars-1"])),
        code: Code::InvalidZone,
        says: "`mars-1`",
    },
    Case {
        name: "a user without a policy lists instances",
        request: |server| without_policy(server, "DescribeInstances", &json!({})),
        code: Code::NoPermission,
        says: "perform operation (lighthouse:DescribeInstances)",
    },
];

fn describe(server: &TestServer, parameters: &Value) -> TestRequest {
    call(server, "DescribeInstances", parameters)
}

fn filter(server: &TestServer, name: &Value, values: &Value) -> TestRequest {
    let filters = json!([{"Name": name, "Values": values}]);
    describe(server, &json!({ "Filters": filters }))
}

fn quotas(server: &TestServer, names: &Value) -> TestRequest {
    let parameters = json!({ "ResourceNames": names });
    call(server, "DescribeGeneralResourceQuotas", &parameters)
}

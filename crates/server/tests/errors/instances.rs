//! What can be wrong with calls about instances, and about their key pairs.

use std::sync::Arc;

use pharos_api::code::Code;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::instance_state::InstanceState;
use pharos_api::platform_type::PlatformType;
use pharos_service::clock::Clock;
use pharos_store::instance::InstanceRecord;
use pharos_testkit::TestServer;
use pharos_testkit::failing_store::FailingStore;
use pharos_testkit::instance::running;
use pharos_testkit::request::TestRequest;
use pharos_testkit::server::Setup;
use serde_json::{Value, json};

use crate::{Case, Provoked};

const INSTANCE: &str = "lhins-00000001";
const NOWHERE: &str = "lhins-99999999";
const KEY_PAIR_NOWHERE: &str = "lhkp-99999999";

const SWITCHED: [&str; 5] = [
    "StartInstances",
    "StopInstances",
    "RebootInstances",
    "IsolateInstances",
    "TerminateInstances",
];
const BINDING: [&str; 2] = [
    "AssociateInstancesKeyPairs",
    "DisassociateInstancesKeyPairs",
];
const RENAMING: [&str; 1] = ["ModifyInstancesAttribute"];

/// A case of several actions that do something to instances.
struct Shared {
    name: &'static str,
    actions: &'static [&'static [&'static str]],
    request: fn(&TestServer, &str) -> TestRequest,
    code: Code,
    says: &'static str,
}

const ALL: &[&[&str]] = &[&SWITCHED, &BINDING, &RENAMING];

const SHARED: &[Shared] = &[
    Shared {
        name: "no instances",
        actions: ALL,
        request: |server, action| operate(server, action, &json!([])),
        code: Code::MissingParameter,
        says: "required parameter `InstanceIds`",
    },
    Shared {
        name: "what is no InstanceId",
        actions: ALL,
        request: |server, action| operate(server, action, &json!(["lhins-1"])),
        code: Code::InstanceIdMalformed,
        says: "`lhins-1` in `InstanceIds.0` is not an id: it should be `lhins-` and eight",
    },
    Shared {
        name: "an instance twice",
        actions: ALL,
        request: |server, action| operate(server, action, &json!([INSTANCE, INSTANCE])),
        code: Code::Duplicated,
        says: "`lhins-00000001` in `InstanceIds.1` stands earlier in the list",
    },
    Shared {
        name: "101 instances",
        actions: ALL,
        request: |server, action| {
            let ids: Vec<_> = (0..101).map(|n| format!("lhins-{n:08}")).collect();
            operate(server, action, &json!(ids))
        },
        code: Code::ValuesLimitExceeded,
        says: "`InstanceIds` has 101 values; it may have at most",
    },
    Shared {
        name: "an instance that is there and one that is not",
        actions: ALL,
        request: |server, action| {
            server.add_instance(there(server));
            operate(server, action, &json!([INSTANCE, NOWHERE]))
        },
        code: Code::InstanceIdNotFound,
        says: "There is no instance `lhins-99999999` in `ap-guangzhou`",
    },
    Shared {
        name: "a user without a policy",
        actions: ALL,
        request: |server, action| {
            let user = server.add_user(2, &[]);
            let request = operate(server, action, &json!([INSTANCE]));
            request.with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "has no permission",
    },
    Shared {
        name: "an instance that is being made",
        actions: &[&SWITCHED, &RENAMING],
        request: |server, action| while_it_is(server, InstanceOperation::Create, action),
        code: Code::InstanceCreating,
        says: "`CreateInstances` of the instance `lhins-00000001` is not done yet, and it is PENDING",
    },
    Shared {
        name: "an instance that is being made",
        actions: &[&BINDING],
        request: |server, action| while_it_is(server, InstanceOperation::Create, action),
        code: Code::InvalidInstanceState,
        says: "and it is PENDING",
    },
    Shared {
        name: "an instance that is being switched on",
        actions: &[&SWITCHED, &BINDING],
        request: |server, action| while_it_is(server, InstanceOperation::Start, action),
        code: Code::InstanceOperationInProgress,
        says: "and it is STARTING",
    },
    Shared {
        name: "an instance that is being switched on",
        actions: &[&RENAMING],
        request: |server, action| while_it_is(server, InstanceOperation::Start, action),
        code: Code::LatestOperationUnfinished,
        says: "and it is STARTING",
    },
    Shared {
        name: "an instance whose key pairs are being bound",
        actions: ALL,
        request: |server, action| while_it_is(server, InstanceOperation::Associate, action),
        code: Code::LatestOperationUnfinished,
        says: "`AssociateInstancesKeyPairs` of the instance `lhins-00000001` is not done yet",
    },
    Shared {
        name: "an instance that was given back",
        actions: &[
            &BINDING,
            &RENAMING,
            &["StartInstances"],
            &["IsolateInstances"],
        ],
        request: |server, action| when_it_is(server, InstanceState::Shutdown, action),
        code: Code::InvalidInstanceState,
        says: "The instance `lhins-00000001` is SHUTDOWN, which does not allow this",
    },
    Shared {
        name: "an instance that is off",
        actions: &[&["StopInstances", "RebootInstances", "TerminateInstances"]],
        request: |server, action| when_it_is(server, InstanceState::Stopped, action),
        code: Code::InvalidInstanceState,
        says: "The instance `lhins-00000001` is STOPPED, which does not allow this",
    },
    Shared {
        name: "a way to stop that nobody has",
        actions: &[&["StopInstances", "RebootInstances"]],
        request: |server, action| {
            let parameters = json!({"InstanceIds": [INSTANCE], "StopType": "GENTLE"});
            call(server, action, &parameters)
        },
        code: Code::OutOfRange,
        says: "`StopType` is `GENTLE`; it should be one of `SOFT`, `HARD`, `SOFT_FIRST`",
    },
    Shared {
        name: "no key pairs",
        actions: &[&BINDING],
        request: |server, action| bindings(server, action, &json!([])),
        code: Code::MissingParameter,
        says: "required parameter `KeyIds`",
    },
    Shared {
        name: "what is no KeyId",
        actions: &[&BINDING],
        request: |server, action| bindings(server, action, &json!(["key"])),
        code: Code::KeyPairIdMalformed,
        says: "`key` in `KeyIds.0` is not an id",
    },
    Shared {
        name: "a key pair that is there and one that is not",
        actions: &[&BINDING],
        request: |server, action| {
            server.add_instance(there(server));
            bindings(server, action, &json!([key_id(server), KEY_PAIR_NOWHERE]))
        },
        code: Code::KeyIdNotFound,
        says: "There is no key pair `lhkp-99999999` in `ap-guangzhou`, and nothing was changed",
    },
    Shared {
        name: "a user who may do it to another key pair only",
        actions: &[&BINDING],
        request: |server, action| {
            let policy = json!({"version": "2.0", "statement": [
                {"effect": "allow", "action": "lighthouse:*", "resource": "*"},
                {"effect": "deny", "action": "lighthouse:*",
                    "resource": "qcs::lighthouse:::keypair/lhkp-99999999"},
            ]});
            let user = server.add_user(2, &[&policy.to_string()]);
            let request = bindings(server, action, &json!([KEY_PAIR_NOWHERE]));
            request.with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "keypair/lhkp-99999999",
    },
    Shared {
        name: "a name that no user of Unix has",
        actions: &[&BINDING],
        request: |server, action| {
            let parameters = json!({
                "InstanceIds": [INSTANCE], "KeyIds": [KEY_PAIR_NOWHERE], "Username": "../root",
            });
            call(server, action, &parameters)
        },
        code: Code::OutOfRange,
        says: "`../root` is not a user name",
    },
];

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "a way to bind that nobody has",
        request: |server| {
            let parameters = json!({
                "InstanceIds": [INSTANCE], "KeyIds": [KEY_PAIR_NOWHERE], "AssociateType": "LATER",
            });
            call(server, "AssociateInstancesKeyPairs", &parameters)
        },
        code: Code::OutOfRange,
        says: "`AssociateType` is `LATER`; it should be one of `ONLINE`, `OFFLINE`",
    },
    Case {
        name: "a user to bind for while the instance is off",
        request: |server| {
            let parameters = json!({
                "InstanceIds": [INSTANCE], "KeyIds": [KEY_PAIR_NOWHERE],
                "AssociateType": "OFFLINE", "Username": "ubuntu",
            });
            call(server, "AssociateInstancesKeyPairs", &parameters)
        },
        code: Code::InvalidParameter,
        says: "`Username` cannot be given with `OFFLINE`",
    },
    Case {
        name: "a key pair that is bound already",
        request: |server| {
            let key_ids = json!([bound(server)]);
            bindings(server, "AssociateInstancesKeyPairs", &key_ids)
        },
        code: Code::KeyPairBindDuplicate,
        says: "is bound to the instance `lhins-00000001` for `root` already. Nothing was changed",
    },
    Case {
        name: "a key pair for Windows",
        request: |server| {
            server.add_instance(InstanceRecord {
                platform_type: PlatformType::Windows,
                ..there(server)
            });
            operate(server, "AssociateInstancesKeyPairs", &json!([INSTANCE]))
        },
        code: Code::WindowsNotAllowToAssociateKeyPair,
        says: "The instance `lhins-00000001` runs Windows",
    },
    Case {
        name: "a key pair that is not bound",
        request: |server| {
            server.add_instance(there(server));
            operate(server, "DisassociateInstancesKeyPairs", &json!([INSTANCE]))
        },
        code: Code::KeyPairNotBoundToInstance,
        says: "is not bound to the instance `lhins-00000001`. Nothing was changed",
    },
    Case {
        name: "a key pair that is bound for another user",
        request: |server| {
            let parameters = json!({
                "InstanceIds": [INSTANCE], "KeyIds": [bound(server)], "Username": "ubuntu",
            });
            call(server, "DisassociateInstancesKeyPairs", &parameters)
        },
        code: Code::KeyPairUnbindUsernameMismatch,
        says: "is bound to the instance `lhins-00000001` for `root`, not for `ubuntu`",
    },
    Case {
        name: "a key pair to delete that is bound",
        request: |server| {
            let parameters = json!({"KeyIds": [bound(server)]});
            call(server, "DeleteKeyPairs", &parameters)
        },
        code: Code::KeyPairInUse,
        says: "lhins-00000001",
    },
    Case {
        name: "a name that is empty",
        request: |server| rename(server, ""),
        code: Code::OutOfRange,
        says: "The instance name is empty",
    },
    Case {
        name: "a name of 61 characters",
        request: |server| rename(server, &"n".repeat(61)),
        code: Code::InstanceNameTooLong,
        says: "The instance name has 61 characters; it may have at most 60",
    },
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
    Case {
        name: "a bundle that is none",
        request: |server| create(server, &json!({"BundleId": "a b"})),
        code: Code::InvalidBundle,
        says: "`a b` in `BundleId` is not the id of a bundle",
    },
    Case {
        name: "an image that is none",
        request: |server| create(server, &json!({"BlueprintId": "debian"})),
        code: Code::BlueprintIdMalformed,
        says: "`debian` in `BlueprintId` is not an id",
    },
    Case {
        name: "an instance with too long a name",
        request: |server| create(server, &json!({"InstanceName": "n".repeat(61)})),
        code: Code::InstanceNameTooLong,
        says: "61 characters",
    },
    Case {
        name: "31 instances",
        request: |server| create(server, &json!({"InstanceCount": 31})),
        code: Code::OutOfRange,
        says: "`InstanceCount` is 31; it should be 1 to 30",
    },
    Case {
        name: "instances for 13 months",
        request: |server| create(server, &json!({"InstanceChargePrepaid": {"Period": 13}})),
        code: Code::OutOfRange,
        says: "`InstanceChargePrepaid.Period` is 13",
    },
    Case {
        name: "a zone of another region",
        request: |server| create(server, &json!({"Zones": ["ap-tokyo-1"]})),
        code: Code::InvalidZone,
        says: "`ap-tokyo-1`",
    },
    Case {
        name: "a client token of 65 characters",
        request: |server| create(server, &json!({"ClientToken": "t".repeat(65)})),
        code: Code::ClientTokenTooLong,
        says: "`ClientToken` should have 1 to 64 ASCII characters",
    },
    Case {
        name: "a firewall template",
        request: |server| create(server, &json!({"FirewallTemplateId": "lhft-s2dxd7iy"})),
        code: Code::FirewallTemplateNotFound,
        says: "There is no firewall template `lhft-s2dxd7iy`",
    },
    Case {
        name: "what is no firewall template",
        request: |server| create(server, &json!({"FirewallTemplateId": "open"})),
        code: Code::FirewallTemplateIdMalformed,
        says: "`open` in `FirewallTemplateId` is not an id",
    },
    Case {
        name: "a password that is too simple",
        request: |server| login(server, &json!({"Password": "password"})),
        code: Code::InvalidPassword,
        says: "`LoginConfiguration.Password` is not a password that an instance takes",
    },
    Case {
        name: "a password and a key pair",
        request: |server| {
            let login_configuration = json!({"Password": "Passw0rd", "KeyIds": [key_id(server)]});
            login(server, &login_configuration)
        },
        code: Code::InvalidParameterCombination,
        says: "`LoginConfiguration.Password` and `LoginConfiguration.KeyIds` exclude each other",
    },
    Case {
        name: "a password that is given and made up",
        request: |server| {
            let both = json!({"Password": "Passw0rd", "AutoGeneratePassword": "YES"});
            login(server, &both)
        },
        code: Code::InvalidParameterCombination,
        says: "`LoginConfiguration.AutoGeneratePassword` exclude each other",
    },
    Case {
        name: "what is no KeyId to log in with",
        request: |server| login(server, &json!({"KeyIds": ["key"]})),
        code: Code::KeyPairIdMalformed,
        says: "`key` in `LoginConfiguration.KeyIds.0`",
    },
    Case {
        name: "a key pair to log in with twice",
        request: |server| {
            login(
                server,
                &json!({"KeyIds": [KEY_PAIR_NOWHERE, KEY_PAIR_NOWHERE]}),
            )
        },
        code: Code::Duplicated,
        says: "`LoginConfiguration.KeyIds.1` stands earlier",
    },
    Case {
        name: "six key pairs to log in with",
        request: |server| {
            let key_ids: Vec<_> = (0..6).map(|n| format!("lhkp-{n:08}")).collect();
            login(server, &json!({"KeyIds": key_ids}))
        },
        code: Code::ValuesLimitExceeded,
        says: "`LoginConfiguration.KeyIds` has 6 values; it may have at most 5",
    },
    Case {
        name: "a key pair to log in with that is not there",
        request: |server| login(server, &json!({"KeyIds": [KEY_PAIR_NOWHERE]})),
        code: Code::KeyPairNotFound,
        says: "There is no key pair `lhkp-99999999` in `ap-guangzhou`, and no instance was made",
    },
    Case {
        name: "a user who may not log in with this key pair",
        request: |server| {
            let policy = json!({"version": "2.0", "statement": [{
                "effect": "allow",
                "action": "lighthouse:CreateInstances",
                "resource": "qcs::lighthouse:::instance/*",
            }]});
            let user = server.add_user(2, &[&policy.to_string()]);
            let request = login(server, &json!({"KeyIds": [KEY_PAIR_NOWHERE]}));
            request.with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "has no permission",
    },
    Case {
        name: "a user without a policy makes an instance",
        request: |server| {
            let user = server.add_user(2, &[]);
            create(server, &json!({})).with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "perform operation (lighthouse:CreateInstances)",
    },
    Case {
        name: "the 11th instance",
        request: |server| create(server, &json!({"InstanceCount": 11})),
        code: Code::InstanceQuotaLimitExceeded,
        says: "The account may have 10 instances in `ap-guangzhou`, and would have more",
    },
    Case {
        name: "the 11th instance, on trial",
        request: |server| create(server, &json!({"InstanceCount": 11, "DryRun": true})),
        code: Code::InstanceQuotaLimitExceeded,
        says: "The account may have 10 instances in `ap-guangzhou`, and would have more",
    },
];

/// The cases of [`SHARED`], each for each of its actions.
pub(crate) fn cases() -> impl Iterator<Item = Provoked> {
    SHARED.iter().flat_map(|shared| {
        let actions = shared.actions.iter().copied().flatten();
        actions.map(|action| Provoked {
            name: format!("{action}: {}", shared.name),
            request: Box::new(|server| (shared.request)(server, action)),
            code: shared.code,
            says: shared.says,
        })
    })
}

fn call(server: &TestServer, action: &str, parameters: &Value) -> TestRequest {
    server.call(action, &parameters.to_string())
}

/// Something is done to instances; with what it takes else.
fn operate(server: &TestServer, action: &str, instance_ids: &Value) -> TestRequest {
    let mut parameters = json!({ "InstanceIds": instance_ids });
    if BINDING.contains(&action) {
        parameters["KeyIds"] = json!([key_id(server)]);
    }
    if RENAMING.contains(&action) {
        parameters["InstanceName"] = json!("web");
    }
    call(server, action, &parameters)
}

fn bindings(server: &TestServer, action: &str, key_ids: &Value) -> TestRequest {
    let parameters = json!({"InstanceIds": [INSTANCE], "KeyIds": key_ids});
    call(server, action, &parameters)
}

fn rename(server: &TestServer, name: &str) -> TestRequest {
    let parameters = json!({"InstanceIds": [INSTANCE], "InstanceName": name});
    call(server, "ModifyInstancesAttribute", &parameters)
}

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

fn login(server: &TestServer, login_configuration: &Value) -> TestRequest {
    let changed = json!({ "LoginConfiguration": login_configuration });
    create(server, &changed)
}

/// CreateInstances, with some of what it takes changed.
fn create(server: &TestServer, changed: &Value) -> TestRequest {
    let mut parameters = json!({
        "BundleId": "bundle_starter",
        "BlueprintId": "lhbp-1l4ptuvm",
        "InstanceChargePrepaid": {"Period": 1},
    });
    for (name, value) in changed.as_object().unwrap() {
        parameters[name] = value.clone();
    }
    call(server, "CreateInstances", &parameters)
}

fn without_policy(server: &TestServer, action: &str, parameters: &Value) -> TestRequest {
    let user = server.add_user(2, &[]);
    call(server, action, parameters).with(|request| request.secret_id = user)
}

/// An instance that runs.
fn there(server: &TestServer) -> InstanceRecord {
    running(INSTANCE, server.clock.now())
}

/// It is asked for while something goes on.
fn while_it_is(server: &TestServer, operation: InstanceOperation, action: &str) -> TestRequest {
    let mut record = there(server);
    record.latest_operation.operation = operation;
    record.latest_operation.settled_time = server.clock.now().plus_seconds(2);
    server.add_instance(record);
    operate(server, action, &json!([INSTANCE]))
}

/// It is asked for while nothing goes on.
fn when_it_is(server: &TestServer, settled_state: InstanceState, action: &str) -> TestRequest {
    server.add_instance(InstanceRecord {
        settled_state,
        ..there(server)
    });
    operate(server, action, &json!([INSTANCE]))
}

/// The KeyId of a key pair that is there.
fn key_id(server: &TestServer) -> Value {
    let created = server.send(&server.create_key_pair("there")).response();
    created["KeyPair"]["KeyId"].clone()
}

/// The KeyId of a key pair that is bound for root.
fn bound(server: &TestServer) -> Value {
    server.add_instance(there(server));
    let key_id = key_id(server);
    let bind = bindings(server, BINDING[0], &json!([key_id]));
    assert_eq!(server.send(&bind).code(), None);
    key_id
}

#[test]
fn a_store_that_fails_is_told_with_the_actions_own_code() {
    let code = |action| match action {
        "CreateInstances" => Code::CreateInstancesFailed,
        "ModifyInstancesAttribute" => Code::ModifyResourcesAttributeFailed,
        "IsolateInstances" => Code::IsolateResourcesFailed,
        "TerminateInstances" => Code::DestroyResourcesFailed,
        _ => Code::InstanceOperationFailed,
    };
    let others = ["AssociateInstancesKeyPairs", "CreateInstances"];
    let actions = [&SWITCHED[..], &RENAMING, &others].concat();
    for action in actions {
        for (is_unknown, says) in [(false, "nothing was changed"), (true, "it may be done")] {
            // Creating a key pair takes four calls; then who calls, and the transaction.
            let step = if BINDING.contains(&action) { 5 } else { 1 };
            let wrap_store = Box::new(move |store| {
                Arc::new(if is_unknown {
                    FailingStore::unknown_at(step, store)
                } else {
                    FailingStore::failing_at(step, store)
                }) as _
            });
            let server = TestServer::start_with(Setup {
                wrap_store,
                ..Setup::default()
            });
            let settled_state = match action {
                "StartInstances" => InstanceState::Stopped,
                "TerminateInstances" => InstanceState::Shutdown,
                _ => InstanceState::Running,
            };
            let request = match action {
                "CreateInstances" => create(&server, &json!({})),
                action => when_it_is(&server, settled_state, action),
            };
            let reply = server.send(&request);
            assert_eq!(
                reply.code().as_deref(),
                Some(code(action).wire()),
                "{action}"
            );
            assert!(reply.message().contains(says), "{}", reply.message());
            assert!(!String::from_utf8_lossy(&reply.body).contains("as it was told to"));
            if !is_unknown {
                assert_eq!(server.send(&request).code(), None, "{action}");
            }
        }
    }
}

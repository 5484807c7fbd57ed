//! What can be wrong with what is done to instances.

use std::time::Duration;

use pharos_api::code::Code;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::instance_state::InstanceState;
use pharos_api::platform_type::PlatformType;
use pharos_service::clock::Clock;
use pharos_store::instance::InstanceRecord;
use pharos_testkit::TestServer;
use pharos_testkit::request::TestRequest;
use serde_json::{Value, json};

use super::{
    BINDING, INSTANCE, KEY_PAIR_NOWHERE, NOWHERE, RENAMING, SWITCHED, call, key_id, named_key_id,
    operate, there, when_it_is,
};
use crate::{Case, Provoked};

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

pub(super) const CASES: &[Case] = &[
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
        name: "the 1,001st binding",
        request: |server| {
            server.add_instance(there(server));
            let key_ids: Vec<_> = (0..10)
                .map(|n| named_key_id(server, &format!("k{n}")))
                .collect();
            for user in 0..100 {
                // Ten calls a second.
                server.clock.advance(Duration::from_millis(100));
                let bind = for_user(server, &json!(key_ids), &format!("user{user}"));
                assert_eq!(server.send(&bind).code(), None);
            }
            server.clock.advance(Duration::from_secs(1));
            for_user(server, &json!([key_ids[0]]), "one_more")
        },
        code: Code::ValuesLimitExceeded,
        says: "The instance `lhins-00000001` would have more than 1000 key pairs and users",
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
];

/// The cases of [`SHARED`], each for each of its actions.
pub(super) fn cases() -> impl Iterator<Item = Provoked> {
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

fn bindings(server: &TestServer, action: &str, key_ids: &Value) -> TestRequest {
    let parameters = json!({"InstanceIds": [INSTANCE], "KeyIds": key_ids});
    call(server, action, &parameters)
}

fn rename(server: &TestServer, name: &str) -> TestRequest {
    let parameters = json!({"InstanceIds": [INSTANCE], "InstanceName": name});
    call(server, "ModifyInstancesAttribute", &parameters)
}

/// It is asked for while something goes on.
fn while_it_is(server: &TestServer, operation: InstanceOperation, action: &str) -> TestRequest {
    let mut record = there(server);
    record.latest_operation.operation = operation;
    record.latest_operation.settled_time = server.clock.now().plus_seconds(2);
    server.add_instance(record);
    operate(server, action, &json!([INSTANCE]))
}

/// The KeyId of a key pair that is bound for root.
fn bound(server: &TestServer) -> Value {
    server.add_instance(there(server));
    let key_id = key_id(server);
    let bind = bindings(server, BINDING[0], &json!([key_id]));
    assert_eq!(server.send(&bind).code(), None);
    key_id
}

fn for_user(server: &TestServer, key_ids: &Value, username: &str) -> TestRequest {
    let parameters = json!({
        "InstanceIds": [INSTANCE], "KeyIds": key_ids, "Username": username,
    });
    call(server, "AssociateInstancesKeyPairs", &parameters)
}

//! What can be wrong with calls about instances, and about their key pairs.

mod listed;
mod made;
mod operated;

use std::sync::Arc;

use pharos_api::code::Code;
use pharos_api::instance_state::InstanceState;
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

/// Every case.
pub(crate) fn cases() -> impl Iterator<Item = Provoked> {
    let of_one: [&'static [Case]; 3] = [operated::CASES, listed::CASES, made::CASES];
    let of_one = of_one.into_iter().flatten();
    of_one.map(Provoked::from).chain(operated::cases())
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
    named_key_id(server, "there")
}

fn named_key_id(server: &TestServer, name: &str) -> Value {
    let created = server.send(&server.create_key_pair(name)).response();
    created["KeyPair"]["KeyId"].clone()
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

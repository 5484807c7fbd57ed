//! Instances over the wire: made, operated, bound to key pairs, and ended.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use pharos_testkit::TestServer;
use serde_json::{Value, json};

/// The reply to a call that succeeds, without its RequestId.
fn call(server: &TestServer, action: &str, parameters: &Value) -> Value {
    let reply = server.send(&server.call(action, &parameters.to_string()));
    assert_eq!(reply.code(), None, "{action}: {}", reply.message());
    let mut response = reply.response();
    let fields = response.as_object_mut().unwrap();
    fields.remove("RequestId").unwrap();
    response
}

/// The code of a call that is refused.
fn refusal(server: &TestServer, action: &str, parameters: &Value) -> String {
    let reply = server.send(&server.call(action, &parameters.to_string()));
    reply.code().unwrap().clone()
}

/// What CreateInstances needs.
fn order() -> Value {
    json!({
        "BundleId": "bundle_starter",
        "BlueprintId": "lhbp-1l4ptuvm",
        "InstanceChargePrepaid": {"RenewFlag": "NOTIFY_AND_MANUAL_RENEW"},
        "InstanceName": "vm",
    })
}

/// The id of a new instance.
fn create(server: &TestServer) -> String {
    let created = call(server, "CreateInstances", &order());
    created["InstanceIdSet"][0].as_str().unwrap().to_owned()
}

/// The KeyId of a new key pair.
fn create_key_pair(server: &TestServer, name: &str) -> String {
    let created = call(server, "CreateKeyPair", &json!({"KeyName": name}));
    created["KeyPair"]["KeyId"].as_str().unwrap().to_owned()
}

fn instance(server: &TestServer, id: &str) -> Value {
    let mut listed = call(server, "DescribeInstances", &json!({"InstanceIds": [id]}));
    assert_eq!(listed["TotalCount"], 1);
    listed["InstanceSet"][0].take()
}

fn key_pair(server: &TestServer, id: &str) -> Value {
    let mut listed = call(server, "DescribeKeyPairs", &json!({"KeyIds": [id]}));
    listed["KeyPairSet"][0].take()
}

#[test]
fn an_instance_is_made_operated_given_back_and_ended() {
    let server = TestServer::start();
    let id = create(&server);
    let ids = json!({"InstanceIds": [id]});
    let made = instance(&server, &id);
    assert_eq!(made["InstanceName"], "vm");
    assert_eq!(made["LatestOperation"], "CreateInstances");
    assert_eq!(made["InstanceState"], "RUNNING");
    for (action, state) in [
        ("StopInstances", "STOPPED"),
        ("StartInstances", "RUNNING"),
        ("RebootInstances", "RUNNING"),
        ("IsolateInstances", "SHUTDOWN"),
    ] {
        assert_eq!(call(&server, action, &ids), json!({}));
        let instance = instance(&server, &id);
        assert_eq!(instance["InstanceState"], state, "{action}");
        assert_eq!(instance["LatestOperation"], action);
        assert_eq!(instance["LatestOperationState"], "SUCCESS");
    }
    assert_ne!(instance(&server, &id)["IsolatedTime"], Value::Null);
    assert_eq!(call(&server, "TerminateInstances", &ids), json!({}));
    let gone = refusal(&server, "DescribeInstances", &ids);
    assert_eq!(gone, "ResourceNotFound.InstanceIdNotFound");
}

#[test]
fn both_sides_show_a_binding_and_a_bound_key_pair_stays() {
    let server = TestServer::start();
    let (instance_id, key_id) = (create(&server), create_key_pair(&server, "bound"));
    let both = json!({"KeyIds": [key_id], "InstanceIds": [instance_id]});
    call(&server, "AssociateInstancesKeyPairs", &both);

    let bound = key_pair(&server, &key_id);
    assert_eq!(bound["AssociatedInstanceIds"], json!([instance_id]));
    let set = json!([{"InstanceId": instance_id, "Username": "root"}]);
    assert_eq!(bound["AssociatedInstanceSet"], set);
    let opened = instance(&server, &instance_id);
    assert_eq!(opened["LoginSettings"], json!({"KeyIds": [key_id]}));
    assert_eq!(opened["LatestOperation"], "AssociateInstancesKeyPairs");
    assert_eq!(opened["LatestOperationState"], "SUCCESS");

    let delete = json!({"KeyIds": [key_id]});
    let refused = refusal(&server, "DeleteKeyPairs", &delete);
    assert_eq!(refused, "ResourceInUse.KeyPairInUse");
    let again = refusal(&server, "AssociateInstancesKeyPairs", &both);
    assert_eq!(again, "UnsupportedOperation.KeyPairBindDuplicate");
    call(&server, "DisassociateInstancesKeyPairs", &both);
    let again = refusal(&server, "DisassociateInstancesKeyPairs", &both);
    assert_eq!(again, "UnsupportedOperation.KeyPairNotBoundToInstance");
    let unbound = key_pair(&server, &key_id);
    assert_eq!(unbound["AssociatedInstanceIds"], json!([]));
    assert_eq!(unbound.get("AssociatedInstanceSet"), None);
    call(&server, "DeleteKeyPairs", &delete);
}

#[test]
fn a_terminated_instance_sets_its_key_pairs_free() {
    let server = TestServer::start();
    let key_id = create_key_pair(&server, "bound");
    let mut order = order();
    order["LoginConfiguration"] = json!({"KeyIds": [key_id]});
    let created = call(&server, "CreateInstances", &order);
    let ids = json!({"InstanceIds": created["InstanceIdSet"]});
    let bound = key_pair(&server, &key_id);
    assert_eq!(bound["AssociatedInstanceIds"], created["InstanceIdSet"]);
    call(&server, "IsolateInstances", &ids);
    let delete = json!({"KeyIds": [key_id]});
    let refused = refusal(&server, "DeleteKeyPairs", &delete);
    assert_eq!(refused, "ResourceInUse.KeyPairInUse");
    call(&server, "TerminateInstances", &ids);
    call(&server, "DeleteKeyPairs", &delete);
}

#[test]
fn the_same_client_token_makes_nothing_twice() {
    let server = TestServer::start();
    let mut order = order();
    order["ClientToken"] = json!("apply-1");
    let first = call(&server, "CreateInstances", &order);
    assert_eq!(call(&server, "CreateInstances", &order), first);
    let listed = call(&server, "DescribeInstances", &json!({}));
    assert_eq!(listed["TotalCount"], 1);
}

#[test]
fn quotas_are_told_as_they_are() {
    let server = TestServer::start();
    create(&server);
    create_key_pair(&server, "one");
    let names = json!({"ResourceNames": ["USER_KEY_PAIR", "GENERAL_BUNDLE_INSTANCE", "SNAPSHOT"]});
    let told = call(&server, "DescribeGeneralResourceQuotas", &names);
    let quota = |name, available, total| {
        json!({
            "ResourceName": name,
            "ResourceQuotaAvailable": available,
            "ResourceQuotaTotal": total,
        })
    };
    let expected = [
        quota("USER_KEY_PAIR", 9, 10),
        quota("GENERAL_BUNDLE_INSTANCE", 9, 10),
        quota("SNAPSHOT", 0, 0),
    ];
    assert_eq!(told, json!({"GeneralResourceQuotaSet": expected}));
}

#[test]
fn what_is_not_served_is_said_to_be_so() {
    let server = TestServer::start();
    let unserved = refusal(&server, "ResetInstance", &json!({}));
    assert_eq!(unserved, "UnsupportedOperation");
    let unknown = refusal(&server, "ResetInstances", &json!({}));
    assert_eq!(unknown, "InvalidAction");
}

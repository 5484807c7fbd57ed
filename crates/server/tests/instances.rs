//! Instances over the wire: made, operated, bound to key pairs, and ended.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use pharos_testkit::TestServer;
use pharos_testkit::server::Setup;
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

/// A server on which it takes two seconds to do something to an instance.
fn slow() -> TestServer {
    TestServer::start_with(Setup {
        operation_seconds: 2,
        ..Setup::default()
    })
}

/// The RequestId of a call that succeeds.
fn request_id(server: &TestServer, action: &str, parameters: &Value) -> Value {
    let reply = server.send(&server.call(action, &parameters.to_string()));
    assert_eq!(reply.code(), None, "{action}: {}", reply.message());
    reply.response()["RequestId"].take()
}

#[test]
fn a_binding_that_takes_its_time_is_seen_on_both_sides_at_once() {
    let server = slow();
    let (instance_id, key_id) = (create(&server), create_key_pair(&server, "bound"));
    server.clock.advance(Duration::from_secs(2));
    let both = json!({"KeyIds": [key_id], "InstanceIds": [instance_id]});
    let sides = |action: &str, request_id: &Value, state: &str, is_bound: bool| {
        let instance = instance(&server, &instance_id);
        assert_eq!(instance["InstanceState"], "RUNNING");
        assert_eq!(instance["LatestOperation"], action);
        assert_eq!(instance["LatestOperationRequestId"], *request_id);
        assert_eq!(instance["LatestOperationState"], state);
        let (key_ids, instance_ids) = if is_bound {
            (json!([key_id]), json!([instance_id]))
        } else {
            (json!([]), json!([]))
        };
        assert_eq!(instance["LoginSettings"]["KeyIds"], key_ids);
        let key_pair = key_pair(&server, &key_id);
        assert_eq!(key_pair["AssociatedInstanceIds"], instance_ids);
    };
    let delete = || refusal(&server, "DeleteKeyPairs", &json!({"KeyIds": [key_id]}));
    for (action, was_bound) in [
        ("AssociateInstancesKeyPairs", false),
        ("DisassociateInstancesKeyPairs", true),
    ] {
        let request_id = request_id(&server, action, &both);
        sides(action, &request_id, "OPERATING", was_bound);
        let again = refusal(&server, action, &both);
        assert_eq!(again, "UnsupportedOperation.LatestOperationUnfinished");
        server.clock.advance(Duration::from_secs(1));
        sides(action, &request_id, "OPERATING", was_bound);
        assert_eq!(delete(), "ResourceInUse.KeyPairInUse");
        server.clock.advance(Duration::from_secs(1));
        sides(action, &request_id, "SUCCESS", !was_bound);
    }
    call(&server, "DeleteKeyPairs", &json!({"KeyIds": [key_id]}));
}

#[test]
fn an_instance_that_is_being_made_or_switched_says_so() {
    let server = slow();
    let id = create(&server);
    let state = || instance(&server, &id)["InstanceState"].take();
    assert_eq!(state(), "PENDING");
    server.clock.advance(Duration::from_secs(2));
    assert_eq!(state(), "RUNNING");
    for (action, during, after) in [
        ("StopInstances", "STOPPING", "STOPPED"),
        ("StartInstances", "STARTING", "RUNNING"),
        ("RebootInstances", "REBOOTING", "RUNNING"),
        ("IsolateInstances", "STOPPING", "SHUTDOWN"),
    ] {
        call(&server, action, &json!({"InstanceIds": [id]}));
        assert_eq!(state(), during, "{action}");
        server.clock.advance(Duration::from_secs(2));
        assert_eq!(state(), after, "{action}");
    }
    let ids = json!({"InstanceIds": [id]});
    call(&server, "TerminateInstances", &ids);
    let gone = refusal(&server, "DescribeInstances", &ids);
    assert_eq!(gone, "ResourceNotFound.InstanceIdNotFound");
}

#[test]
fn a_new_name_is_there_at_once_and_is_no_excuse() {
    let server = slow();
    let id = create(&server);
    server.clock.advance(Duration::from_secs(2));
    let rename = json!({"InstanceIds": [id], "InstanceName": "renamed"});
    call(&server, "ModifyInstancesAttribute", &rename);
    let renamed = instance(&server, &id);
    assert_eq!(renamed["InstanceName"], "renamed");
    assert_eq!(renamed["LatestOperationState"], "SUCCESS");
    call(&server, "StopInstances", &json!({"InstanceIds": [id]}));
}

#[test]
fn an_instance_opens_to_several_users_and_key_pairs() {
    let server = TestServer::start();
    let id = create(&server);
    let (first, second) = (
        create_key_pair(&server, "first"),
        create_key_pair(&server, "second"),
    );
    let bind = |key_ids: &[&str], username: &str| {
        let bind = json!({"KeyIds": key_ids, "InstanceIds": [id], "Username": username});
        call(&server, "AssociateInstancesKeyPairs", &bind);
    };
    bind(&[&first, &second], "root");
    bind(&[&first], "ubuntu");
    let mut expected = [first.clone(), second];
    expected.sort();
    let opened = instance(&server, &id);
    assert_eq!(opened["LoginSettings"]["KeyIds"], json!(expected));
    let bound = key_pair(&server, &first);
    assert_eq!(bound["AssociatedInstanceIds"], json!([id]));
    let set = json!([
        {"InstanceId": id, "Username": "root"},
        {"InstanceId": id, "Username": "ubuntu"},
    ]);
    assert_eq!(bound["AssociatedInstanceSet"], set);
    let unbind = json!({"KeyIds": [first], "InstanceIds": [id]});
    call(&server, "DisassociateInstancesKeyPairs", &unbind);
    let left = json!([{"InstanceId": id, "Username": "ubuntu"}]);
    let still_bound = key_pair(&server, &first);
    assert_eq!(still_bound["AssociatedInstanceSet"], left);
}

#[test]
fn instances_are_filtered_sorted_and_listed_in_pages() {
    let server = TestServer::start();
    let create = |name: &str, months: u32, zone: &str| {
        let mut order = order();
        order["InstanceName"] = json!(name);
        order["Zones"] = json!([zone]);
        order["Tags"] = json!([{"Key": "name", "Value": name}]);
        order["InstanceChargePrepaid"]["Period"] = json!(months);
        call(&server, "CreateInstances", &order);
        server.clock.advance(Duration::from_secs(1));
    };
    create("first", 3, "ap-guangzhou-1");
    create("second", 1, "ap-guangzhou-2");
    create("third", 2, "ap-guangzhou-2");
    let names = |parameters: Value| {
        let listed = call(&server, "DescribeInstances", &parameters);
        let instances = listed["InstanceSet"].as_array().unwrap().iter();
        let names = instances.map(|one| one["InstanceName"].as_str().unwrap().to_owned());
        (
            listed["TotalCount"].as_u64().unwrap(),
            names.collect::<Vec<_>>(),
        )
    };
    let listed = |total, names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned());
        (total, names.collect::<Vec<_>>())
    };
    let newest_first = listed(3, &["third", "second", "first"]);
    assert_eq!(names(json!({})), newest_first);
    let page = json!({"Offset": 1, "Limit": 1});
    assert_eq!(names(page), listed(3, &["second"]));
    let soonest_first = json!({"OrderField": "EXPIRED_TIME"});
    let expected = listed(3, &["second", "third", "first"]);
    assert_eq!(names(soonest_first), expected);
    let latest_first = json!({"OrderField": "EXPIRED_TIME", "Order": "DESC"});
    let expected = listed(3, &["first", "third", "second"]);
    assert_eq!(names(latest_first), expected);
    let both = json!({"Filters": [
        {"Name": "zone", "Values": ["ap-guangzhou-2"]},
        {"Name": "tag:name", "Values": ["first", "third"]},
    ]});
    assert_eq!(names(both), listed(1, &["third"]));
    let nothing = json!({"Filters": [{"Name": "instance-state", "Values": ["STOPPED"]}]});
    assert_eq!(names(nothing), listed(0, &[]));
}

#[test]
fn every_region_has_zones_and_one_of_them_is_the_first_choice() {
    let server = TestServer::start();
    let listed = call(&server, "DescribeZones", &json!({}));
    let zones = listed["ZoneInfoSet"].as_array().unwrap();
    assert_eq!(listed["TotalCount"], zones.len());
    let chosen = |zone: &&Value| zone["InstanceDisplayLabel"] == "SELECTED";
    let chosen: Vec<_> = zones.iter().filter(chosen).collect();
    let first = json!({
        "Zone": "ap-guangzhou-1", "ZoneName": "广州一区", "InstanceDisplayLabel": "SELECTED",
    });
    assert_eq!(chosen, [&first]);
    let turned = json!({"OrderField": "ZONE", "Order": "DESC"});
    let turned = call(&server, "DescribeZones", &turned);
    let backwards: Vec<_> = zones.iter().rev().cloned().collect();
    assert_eq!(turned["ZoneInfoSet"], json!(backwards));
    let mut order = order();
    order["Zones"] = json!(["ap-guangzhou-9"]);
    call(&server, "CreateInstances", &order);
}

#[test]
fn a_trial_makes_nothing_and_tells_no_id() {
    let server = TestServer::start();
    let mut trial = order();
    trial["DryRun"] = json!(true);
    let tried = call(&server, "CreateInstances", &trial);
    assert_eq!(tried, json!({"InstanceIdSet": []}));
    let listed = call(&server, "DescribeInstances", &json!({}));
    assert_eq!(listed["TotalCount"], 0);
}

/// All or none: who may do it to one of them only is refused, and neither changes.
#[test]
fn policies_decide_for_each_instance_and_key_pair() {
    let server = TestServer::start();
    let (mine, other) = (create(&server), create(&server));
    let key_id = create_key_pair(&server, "mine");
    let policy = json!({"version": "2.0", "statement": [{
        "effect": "allow",
        "action": ["lighthouse:StopInstances", "lighthouse:AssociateInstancesKeyPairs"],
        "resource": [
            format!("qcs::lighthouse:ap-guangzhou:uin/*:instance/{mine}"),
            format!("qcs::lighthouse:ap-guangzhou:uin/*:keypair/{key_id}"),
        ],
    }]});
    let user = server.add_user(2, &[&policy.to_string()]);
    let by_user = |action: &str, parameters: Value| {
        let request = server.call(action, &parameters.to_string());
        let request = request.with(|request| request.secret_id = user.clone());
        server.send(&request).code()
    };
    let no = Some("UnauthorizedOperation.NoPermission".to_owned());
    let both = json!({"InstanceIds": [mine, other], "KeyIds": [key_id]});
    assert_eq!(by_user("AssociateInstancesKeyPairs", both), no);
    assert_eq!(
        by_user("StopInstances", json!({"InstanceIds": [mine, other]})),
        no
    );
    assert_eq!(
        by_user("StartInstances", json!({"InstanceIds": [mine]})),
        no
    );
    assert_eq!(instance(&server, &mine)["InstanceState"], "RUNNING");
    assert_eq!(
        key_pair(&server, &key_id)["AssociatedInstanceIds"],
        json!([])
    );
    let one = json!({"InstanceIds": [mine], "KeyIds": [key_id]});
    assert_eq!(by_user("AssociateInstancesKeyPairs", one), None);
    assert_eq!(
        by_user("StopInstances", json!({"InstanceIds": [mine]})),
        None
    );
    assert_eq!(instance(&server, &mine)["InstanceState"], "STOPPED");
    assert_eq!(instance(&server, &other)["InstanceState"], "RUNNING");
}

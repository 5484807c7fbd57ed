//! Key pairs listed and deleted over the wire.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use pharos_testkit::TestServer;
use pharos_testkit::request::TestRequest;
use serde_json::{Value, json};

/// The reply to a call that succeeds, without its RequestId.
fn reply(server: &TestServer, request: &TestRequest) -> Value {
    let reply = server.send(request);
    assert_eq!(reply.code(), None, "{}", reply.message());
    let mut response = reply.response();
    response
        .as_object_mut()
        .unwrap()
        .remove("RequestId")
        .unwrap();
    response
}

fn describe(server: &TestServer, parameters: &Value) -> Value {
    reply(
        server,
        &server.call("DescribeKeyPairs", &parameters.to_string()),
    )
}

fn delete(server: &TestServer, key_ids: &[&str]) -> Value {
    let parameters = json!({"KeyIds": key_ids}).to_string();
    reply(server, &server.call("DeleteKeyPairs", &parameters))
}

/// Creates a key pair, and answers its KeyId.
fn create(server: &TestServer, name: &str) -> String {
    let created = reply(server, &server.create_key_pair(name));
    created["KeyPair"]["KeyId"].as_str().unwrap().to_owned()
}

fn names(listed: &Value) -> Vec<&str> {
    let key_pairs = listed["KeyPairSet"].as_array().unwrap().iter();
    let mut names: Vec<_> = key_pairs
        .map(|key_pair| key_pair["KeyName"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn a_created_key_pair_is_listed_whole_but_for_its_private_key() {
    let server = TestServer::start();
    let tags = json!([{"Key": "env", "Value": "test"}]);
    let body = json!({"KeyName": "my_first_key", "Tags": tags}).to_string();
    let mut created = reply(&server, &server.request(&body));
    assert_ne!(created["KeyPair"]["PrivateKey"].take(), Value::Null);
    let listed = describe(&server, &json!({}));
    assert_eq!(
        listed,
        json!({"TotalCount": 1, "KeyPairSet": [created["KeyPair"]]})
    );
    assert_eq!(
        listed["KeyPairSet"][0]["CreatedTime"],
        "2026-11-25T08:00:00Z"
    );
    assert_eq!(listed["KeyPairSet"][0]["Tags"], tags);
}

/// Terraform takes whatever comes first for its own, and an empty list for a key pair that is gone.
#[test]
fn ids_list_what_they_name_and_an_unknown_one_nothing() {
    let server = TestServer::start();
    let [one, two, _three] = ["one", "two", "three"].map(|name| create(&server, name));
    let both = describe(&server, &json!({"KeyIds": [one, two, "lhkp-00000000"]}));
    assert_eq!(names(&both), ["one", "two"]);
    assert_eq!(both["TotalCount"], 2);
    let unknown = describe(&server, &json!({"KeyIds": ["lhkp-00000000"]}));
    assert_eq!(unknown, json!({"TotalCount": 0, "KeyPairSet": []}));
    let elsewhere = server
        .call("DescribeKeyPairs", &json!({"KeyIds": [one]}).to_string())
        .header("X-TC-Region", Some("ap-tokyo"));
    assert_eq!(reply(&server, &elsewhere)["TotalCount"], 0);
}

#[test]
fn pages_and_filters_make_the_list_smaller() {
    let server = TestServer::start();
    for name in ["web_1", "web_2", "db_1"] {
        create(&server, name);
    }
    let page = describe(&server, &json!({"Offset": 1, "Limit": 1}));
    assert_eq!(page["TotalCount"], 3);
    assert_eq!(page["KeyPairSet"].as_array().unwrap().len(), 1);
    for (filters, expected) in [
        (json!([]), vec!["db_1", "web_1", "web_2"]),
        (
            json!([{"Name": "key-name", "Values": ["WEB"]}]),
            vec!["web_1", "web_2"],
        ),
        (
            json!([
                {"Name": "key-name", "Values": ["_1"]},
                {"Name": "key-name", "Values": ["db", "nobody"]},
            ]),
            vec!["db_1"],
        ),
        (json!([{"Name": "tag-key", "Values": ["env"]}]), vec![]),
    ] {
        let listed = describe(&server, &json!({"KeyIds": [], "Filters": filters}));
        assert_eq!(names(&listed), expected, "{filters}");
        assert_eq!(listed["TotalCount"], expected.len());
    }
}

#[test]
fn a_hundred_ids_are_taken_and_no_limit_is_needed() {
    let server = TestServer::start();
    let ids: Vec<_> = (0..100).map(|n| format!("lhkp-{n:08}")).collect();
    assert_eq!(describe(&server, &json!({"KeyIds": ids}))["TotalCount"], 0);
    let quota = 10;
    for number in 0..quota {
        create(&server, &format!("key_{number}"));
    }
    let listed = describe(&server, &json!({}));
    assert_eq!(listed["KeyPairSet"].as_array().unwrap().len(), quota);
}

#[test]
fn what_is_deleted_is_gone_and_its_name_is_free() {
    let server = TestServer::start();
    let [one, two, three] = ["one", "two", "three"].map(|name| create(&server, name));
    assert_eq!(delete(&server, &[&three, &one]), json!({}));
    assert_eq!(names(&describe(&server, &json!({}))), ["two"]);
    create(&server, "one");
    assert_eq!(server.audit_rows(), 5);
    delete(&server, &[&two]);
    let again = server.call("DeleteKeyPairs", &json!({"KeyIds": [two]}).to_string());
    let code = server.send(&again).code();
    assert_eq!(code.as_deref(), Some("ResourceNotFound.KeyIdNotFound"));
}

#[test]
fn a_user_may_delete_what_a_policy_names() {
    let server = TestServer::start();
    let [one, two] = ["one", "two"].map(|name| create(&server, name));
    let allowed = json!({"version": "2.0", "statement": [{
        "effect": "allow",
        "action": "lighthouse:DeleteKeyPairs",
        "resource": format!("qcs::lighthouse:ap-guangzhou:uin/*:keypair/{one}"),
    }]});
    let user = server.add_user(2, &[&allowed.to_string()]);
    let by_user = |key_ids: &[&str]| {
        let request = server.call("DeleteKeyPairs", &json!({"KeyIds": key_ids}).to_string());
        server.send(&request.with(|request| request.secret_id = user.clone()))
    };
    let denied = by_user(&[&one, &two]);
    assert_eq!(
        denied.code().as_deref(),
        Some("UnauthorizedOperation.NoPermission")
    );
    assert!(denied.message().contains(&two), "{}", denied.message());
    assert_eq!(names(&describe(&server, &json!({}))), ["one", "two"]);
    assert_eq!(by_user(&[&one]).code(), None);
    assert_eq!(names(&describe(&server, &json!({}))), ["two"]);
}

/// Where parameters are flattened.
#[test]
fn lists_are_taken_from_get() {
    let server = TestServer::start();
    let [one, two] = ["one", "two"].map(|name| create(&server, name));
    let query =
        format!("Filters.0.Name=key-id&Filters.0.Values.0={one}&Filters.0.Values.1={two}&Limit=1");
    let get = server.call("DescribeKeyPairs", "").with(|request| {
        request.method = "GET".to_owned();
        request.target = format!("/?{query}");
        request.query = query;
        request.content_type = "application/x-www-form-urlencoded".to_owned();
    });
    let listed = reply(&server, &get);
    assert_eq!(listed["TotalCount"], 2);
    assert_eq!(listed["KeyPairSet"].as_array().unwrap().len(), 1);
}

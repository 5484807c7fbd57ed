//! A user who may only here, only that, only from there, only then.

use std::time::Duration;

use pharos_testkit::TestServer;
use serde_json::{Value, json};

use super::{User, Who, add_user, attach, policy};

/// A server, and a user who may do this with Lighthouse.
fn with(statement: &Value) -> (TestServer, User) {
    let server = TestServer::start();
    let jack = add_user(&server, "jack");
    attach(&server, &jack, &policy(&server, "restricted", statement));
    (server, jack)
}

fn if_(condition: &Value) -> Value {
    json!({
        "effect": "allow", "action": "lighthouse:*", "resource": "*", "condition": condition,
    })
}

/// Whether root's new key pair of this name is deleted by the user.
fn may_delete(server: &TestServer, user: &User, region: &str, key_id: &Value) -> bool {
    let request = user
        .who
        .request(server, "DeleteKeyPairs", &json!({"KeyIds": [key_id]}));
    let reply = server.send(&request.header("X-TC-Region", Some(region)));
    match reply.code().as_deref() {
        None => true,
        Some("UnauthorizedOperation.NoPermission") => false,
        Some(code) => panic!("{code}: {}", reply.message()),
    }
}

fn create_in(server: &TestServer, region: &str, body: &Value) -> Value {
    let request = Who::root().request(server, "CreateKeyPair", body);
    let reply = server.send(&request.header("X-TC-Region", Some(region)));
    assert_eq!(reply.code(), None, "{}", reply.message());
    reply.response()["KeyPair"]["KeyId"].clone()
}

#[test]
fn only_in_one_region() {
    let (server, jack) = with(&json!({
        "effect": "allow", "action": "lighthouse:DeleteKeyPairs",
        "resource": "qcs::lighthouse:ap-tokyo:uin/100000000001:keypair/*",
    }));
    for (region, expected) in [("ap-guangzhou", false), ("ap-tokyo", true)] {
        let key_id = create_in(&server, region, &json!({"KeyName": "a"}));
        assert_eq!(
            may_delete(&server, &jack, region, &key_id),
            expected,
            "{region}"
        );
    }
}

#[test]
fn only_one_key_pair() {
    let server = TestServer::start();
    let jack = add_user(&server, "jack");
    let [one, other] =
        ["one", "other"].map(|name| create_in(&server, "ap-guangzhou", &json!({"KeyName": name})));
    let resource = format!(
        "qcs::lighthouse:ap-guangzhou::keypair/{}",
        one.as_str().unwrap()
    );
    let statement =
        json!({"effect": "allow", "action": "lighthouse:DeleteKeyPairs", "resource": resource});
    attach(&server, &jack, &policy(&server, "one", &statement));
    assert!(!may_delete(&server, &jack, "ap-guangzhou", &other));
    assert!(may_delete(&server, &jack, "ap-guangzhou", &one));
}

#[test]
fn only_from_one_network() {
    for (network, expected) in [("127.0.0.0/8", true), ("10.0.0.0/8", false)] {
        let (server, jack) = with(&if_(&json!({"ip_equal": {"qcs:ip": [network]}})));
        assert_eq!(jack.who.may_create(&server, "a"), expected, "{network}");
    }
}

#[test]
fn only_with_one_tag() {
    let (server, jack) = with(&if_(&json!({
        "for_any_value:string_equal": {"qcs:request_tag": ["team&night"]},
    })));
    assert!(!jack.who.may_create(&server, "a"));
    for (value, expected) in [("day", false), ("night", true)] {
        let tags = [json!({"Key": "team", "Value": value})];
        let body = json!({"KeyName": "a", "Tags": tags});
        let code = jack.who.call(&server, "CreateKeyPair", &body).code();
        assert_eq!(code.is_none(), expected, "{value}: {code:?}");
    }
}

#[test]
fn only_what_has_one_tag() {
    let (server, jack) = with(&if_(&json!({
        "for_any_value:string_equal": {"qcs:resource_tag": ["team&night"]},
    })));
    for (value, expected) in [("day", false), ("night", true)] {
        let tags = [json!({"Key": "team", "Value": value})];
        let body = json!({"KeyName": value, "Tags": tags});
        let key_id = create_in(&server, "ap-guangzhou", &body);
        assert_eq!(
            may_delete(&server, &jack, "ap-guangzhou", &key_id),
            expected,
            "{value}"
        );
    }
}

#[test]
fn only_within_one_hour() {
    // The clock of the test shows 08:00:00 UTC.
    let (server, jack) = with(&if_(&json!({
        "date_greater_than_equal": {"qcs:current_time": "2026-11-25T08:00:00Z"},
        "date_less_than": {"qcs:current_time": "2026-11-25T09:00:00Z"},
    })));
    assert!(jack.who.may_create(&server, "a"));
    server.clock.advance(Duration::from_secs(60 * 60 - 1));
    assert!(jack.who.may_create(&server, "b"));
    server.clock.advance(Duration::from_secs(1));
    assert!(!jack.who.may_create(&server, "c"));
}

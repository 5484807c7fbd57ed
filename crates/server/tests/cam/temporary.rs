//! Temporary credentials.

use std::time::Duration;

use pharos_testkit::TestServer;
use pharos_testkit::server::Setup;
use serde_json::{Value, json};

use super::{User, Who, add_user, attach, detach, policy, preset};

const TOKEN_FAILURE: &str = "AuthFailure.TokenFailure";

fn allow(action: &str) -> String {
    let statement = json!({"effect": "allow", "action": action, "resource": "*"});
    json!({"version": "2.0", "statement": [statement]}).to_string()
}

fn federate(server: &TestServer, who: &Who, action: &str) -> Value {
    let body = json!({"Name": "bob", "Policy": allow(action)});
    who.done(server, "GetFederationToken", &body)
}

/// A user who may everything with Lighthouse and STS.
fn user(server: &TestServer) -> User {
    let jack = add_user(server, "jack");
    attach(server, &jack, &preset(server, "QcloudLighthouseFullAccess"));
    let sts = json!({"effect": "allow", "action": "sts:*", "resource": "*"});
    attach(server, &jack, &policy(server, "sts", &sts));
    jack
}

/// A role that trusts the account, with a policy for it.
fn role(server: &TestServer, trusted: &str, preset_name: &str) -> Value {
    let root = Who::root();
    let trust = json!({"version": "2.0", "statement": [{
        "effect": "allow", "action": "name/sts:AssumeRole", "principal": {"qcs": [trusted]},
    }]});
    let body = json!({"RoleName": "keeper", "PolicyDocument": trust.to_string()});
    let id = root.done(server, "CreateRole", &body)["RoleId"].clone();
    let body = json!({"AttachRoleId": id, "PolicyId": preset(server, preset_name)});
    root.done(server, "AttachRolePolicy", &body);
    id
}

const ACCOUNT: &str = "qcs::cam::uin/100000000001:root";
const KEEPER: &str = "qcs::cam::uin/100000000001:roleName/keeper";

fn assume(server: &TestServer, who: &Who) -> Value {
    let body = json!({"RoleArn": KEEPER, "RoleSessionName": "night"});
    who.done(server, "AssumeRole", &body)
}

#[test]
fn a_federated_user_may_what_both_policies_allow() {
    let server = TestServer::start();
    let jack = user(&server);
    let bob = Who::temporary(&federate(&server, &jack.who, "lighthouse:CreateKeyPair"));
    assert!(bob.may_create(&server, "one"));
    let describe = |who: &Who| who.call(&server, "DescribeKeyPairs", &json!({})).code();
    assert_eq!(describe(&jack.who), None);
    let denied = Some("UnauthorizedOperation.NoPermission".to_owned());
    assert_eq!(
        describe(&bob),
        denied,
        "the session's policy does not allow it"
    );
    let wide = Who::temporary(&federate(&server, &jack.who, "*"));
    let (code, _) = wide.refused(&server, "ListUsers", &json!({}));
    assert_eq!(
        code, "AuthFailure.UnauthorizedOperation",
        "the caller may not"
    );
    // What is taken from the caller is taken from the credentials that came of it.
    assert!(wide.may_create(&server, "two"));
    detach(
        &server,
        &jack,
        &preset(&server, "QcloudLighthouseFullAccess"),
    );
    assert!(!wide.may_create(&server, "three"));
}

#[test]
fn temporary_credentials_end_with_their_second() {
    let server = TestServer::start();
    let body = json!({"Name": "bob", "Policy": allow("*"), "DurationSeconds": 60});
    let reply = Who::root().done(&server, "GetFederationToken", &body);
    assert_eq!(reply["Expiration"], "2026-11-25T08:01:00Z");
    assert_eq!(reply["ExpiredTime"], 1_795_593_660);
    let bob = Who::temporary(&reply);
    server.clock.advance(Duration::from_secs(59));
    assert!(bob.may_create(&server, "one"));
    server.clock.advance(Duration::from_secs(1));
    let (code, message) = bob.refused(&server, "DescribeRegions", &json!({}));
    assert_eq!(code, TOKEN_FAILURE);
    assert!(
        message.contains("It expired at 2026-11-25T08:01:00Z"),
        "{message}"
    );
}

#[test]
fn a_token_that_is_not_whole_or_not_theirs_is_refused() {
    let server = TestServer::start();
    let root = Who::root();
    let bob = Who::temporary(&federate(&server, &root, "*"));
    let other = Who::temporary(&federate(&server, &root, "*"));
    let token = bob.token.clone().unwrap();
    let code = |who: &Who| who.call(&server, "DescribeRegions", &json!({})).code();
    assert_eq!(code(&bob), None);
    let mut wrong = vec![
        String::from("x"),
        token.chars().take(token.len() - 4).collect(),
        token.chars().skip(4).collect(),
        format!("{token}AAAA"),
        other.token.clone().unwrap(),
        "A".repeat(5_000),
    ];
    // Every part of it counts: one bit in each of a hundred places.
    for place in (0..token.len()).step_by(token.len() / 100) {
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        wrong.push(String::from_utf8(changed).unwrap());
    }
    for token in wrong {
        let token = Some(token);
        let who = Who {
            token: token.clone(),
            ..bob.clone()
        };
        assert_eq!(code(&who).as_deref(), Some(TOKEN_FAILURE), "{token:?}");
    }
    let without = Who {
        token: None,
        ..bob.clone()
    };
    let not_found = "AuthFailure.SecretIdNotFound";
    assert_eq!(code(&without).as_deref(), Some(not_found));
    // A permanent SecretId takes no token, but whether it is signed right comes first.
    let with = Who {
        token: Some(token),
        ..root
    };
    assert_eq!(code(&with).as_deref(), Some(TOKEN_FAILURE));
    let unsigned = Who {
        secret_key: "wrong".to_owned(),
        ..with
    };
    assert_eq!(
        code(&unsigned).as_deref(),
        Some("AuthFailure.SignatureFailure")
    );
    let unsigned = Who {
        secret_key: "wrong".to_owned(),
        ..bob
    };
    assert_eq!(
        code(&unsigned).as_deref(),
        Some("AuthFailure.SignatureFailure")
    );
}

#[test]
fn a_token_of_another_server_is_foreign() {
    let server = TestServer::start();
    // Both have the same root key; what differs is the master key.
    let other = TestServer::start_with(Setup {
        master_key: 8,
        ..Setup::default()
    });
    let bob = Who::temporary(&federate(&server, &Who::root(), "*"));
    assert!(bob.may_create(&server, "one"));
    let (code, _) = bob.refused(&other, "DescribeRegions", &json!({}));
    assert_eq!(code, TOKEN_FAILURE);
}

/// What comes of a leaked access key ends with it.
#[test]
fn temporary_credentials_are_worth_no_more_than_the_access_key_behind_them() {
    let server = TestServer::start();
    let jack = user(&server);
    role(&server, ACCOUNT, "QcloudLighthouseFullAccess");
    let sessions = [
        Who::temporary(&federate(&server, &jack.who, "*")),
        Who::temporary(&assume(&server, &jack.who)),
    ];
    let set = |status: &str| {
        let body = json!({
            "AccessKeyId": jack.who.secret_id, "Status": status, "TargetUin": jack.uin,
        });
        Who::root().done(&server, "UpdateAccessKey", &body);
    };
    for (number, session) in sessions.iter().enumerate() {
        assert!(session.may_create(&server, &format!("before_{number}")));
        set("Inactive");
        let (code, message) = session.refused(&server, "DescribeKeyPairs", &json!({}));
        assert_eq!(code, TOKEN_FAILURE);
        assert!(message.contains("was disabled"), "{message}");
        set("Active");
        assert!(session.may_create(&server, &format!("after_{number}")));
    }
}

#[test]
fn a_role_is_assumed_by_whom_it_trusts_and_who_may() {
    let server = TestServer::start();
    let jack = add_user(&server, "jack");
    let id = role(&server, ACCOUNT, "QcloudLighthouseFullAccess");
    let body = json!({"RoleArn": KEEPER, "RoleSessionName": "night"});
    let (code, message) = jack.who.refused(&server, "AssumeRole", &body);
    assert_eq!(code, "UnauthorizedOperation");
    assert!(message.contains("operation (sts:AssumeRole)"), "{message}");
    assert!(
        message.contains(&format!("resource ({KEEPER})")),
        "{message}"
    );
    let may = json!({"effect": "allow", "action": "sts:AssumeRole", "resource": KEEPER});
    attach(&server, &jack, &policy(&server, "may_assume", &may));
    let reply = assume(&server, &jack.who);
    let night = Who::temporary(&reply);
    // The role's rights, and not the user's.
    assert!(!jack.who.may_create(&server, "one"));
    assert!(night.may_create(&server, "one"));
    let (code, _) = night.refused(&server, "AssumeRole", &body);
    assert_eq!(code, "UnauthorizedOperation");
    let (code, _) = night.refused(&server, "GetCallerIdentity", &json!({}));
    assert_eq!(code, "UnauthorizedOperation");
    let id = id.as_str().unwrap();
    let by_id = format!("qcs::cam::uin/100000000001:role/{id}");
    let body = json!({"RoleArn": by_id, "RoleSessionName": "night", "DurationSeconds": 900});
    let reply = jack.who.done(&server, "AssumeRole", &body);
    assert_eq!(reply["ExpiredTime"], 1_795_593_600 + 900);
    // The role goes, and with it whoever has assumed it.
    Who::root().done(&server, "DeleteRole", &json!({"RoleName": "keeper"}));
    let (code, _) = night.refused(&server, "DescribeKeyPairs", &json!({}));
    assert_eq!(code, TOKEN_FAILURE);
}

#[test]
fn a_role_that_trusts_somebody_else_is_not_assumed() {
    let server = TestServer::start();
    let jack = user(&server);
    role(
        &server,
        "qcs::cam::uin/100000000001:uin/404",
        "QcloudLighthouseFullAccess",
    );
    let body = json!({"RoleArn": KEEPER, "RoleSessionName": "night"});
    for who in [&jack.who, &Who::root()] {
        let (code, _) = who.refused(&server, "AssumeRole", &body);
        assert_eq!(code, "UnauthorizedOperation");
    }
}

#[test]
fn a_session_of_a_role_is_narrowed_by_its_policy_and_shows_who_it_is() {
    let server = TestServer::start();
    let root = Who::root();
    let id = role(&server, ACCOUNT, "AdministratorAccess");
    let body = json!({
        "RoleArn": KEEPER, "RoleSessionName": "night",
        // As clients that follow the documentation send it.
        "Policy": allow("sts:*").replace('{', "%7B").replace('"', "%22"),
    });
    let night = Who::temporary(&root.done(&server, "AssumeRole", &body));
    assert!(!night.may_create(&server, "one"));
    let identity = night.done(&server, "GetCallerIdentity", &json!({}));
    let id = id.as_str().unwrap();
    assert_eq!(identity["Type"], "CAMRole");
    assert_eq!(identity["UserId"], format!("{id}:night"));
    assert_eq!(identity["PrincipalId"], "100000000001");
    assert_eq!(
        identity["Arn"],
        format!("qcs::sts::uin/100000000001:assumed-role/{id}")
    );
    let identity = root.done(&server, "GetCallerIdentity", &json!({}));
    assert_eq!(
        identity["Arn"],
        "qcs::cam::uin/100000000001:uin/100000000001"
    );
    assert_eq!(identity["UserId"], "100000000001");
    let bob = Who::temporary(&federate(&server, &root, "*"));
    let identity = bob.done(&server, "GetCallerIdentity", &json!({}));
    assert_eq!(identity["UserId"], "100000000001:bob");
    assert_eq!(
        identity["Arn"],
        "qcs::sts::uin/100000000001:federated-user/100000000001"
    );
    let (code, _) = bob.refused(
        &server,
        "GetFederationToken",
        &json!({
            "Name": "eve", "Policy": allow("*"),
        }),
    );
    assert_eq!(code, "UnsupportedOperation");
}

/// Credentials that temporary ones ask for do not outlive them.
#[test]
fn a_chain_of_sessions_ends_with_its_first() {
    let server = TestServer::start();
    role(&server, ACCOUNT, "AdministratorAccess");
    let body = json!({"Name": "bob", "Policy": allow("*"), "DurationSeconds": 600});
    let first = Who::root().done(&server, "GetFederationToken", &body);
    server.clock.advance(Duration::from_secs(60));
    let second = assume(&server, &Who::temporary(&first));
    assert_eq!(second["ExpiredTime"], first["ExpiredTime"]);
    let third = assume(&server, &Who::temporary(&second));
    assert_eq!(third["ExpiredTime"], first["ExpiredTime"]);
}

/// The log says who got which credentials, and what was done with them; it does not say the secrets.
#[test]
fn what_is_issued_and_what_is_done_with_it_is_in_the_log() {
    let server = TestServer::start();
    let jack = user(&server);
    let before = server.audit_log().len();
    let reply = federate(&server, &jack.who, "*");
    let bob = Who::temporary(&reply);
    assert!(bob.may_create(&server, "one"));
    let log = server.audit_log().split_off(before);
    let [issued, created] = log.as_slice() else {
        panic!("{log:?}")
    };
    assert_eq!(issued.operation, "sts:GetFederationToken");
    assert_eq!(issued.request_id, reply["RequestId"].as_str().unwrap());
    assert!(issued.resources[1].ends_with(&format!("tmpSecretId/{}", bob.secret_id)));
    assert_eq!(created.operation, "lighthouse:CreateKeyPair");
    assert_eq!(created.secret_id.as_str(), bob.secret_id);
    assert_eq!(json!(created.user.0), jack.uin);
    let log = format!("{log:?}");
    for secret in [bob.secret_key, bob.token.unwrap(), jack.who.secret_key] {
        assert!(!log.contains(&secret));
    }
}

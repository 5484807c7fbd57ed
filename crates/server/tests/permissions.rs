//! Who may do what: each action is refused to whom it is denied, which the audit log shows, and the whole
//! matrix is a page that a person can read, `permissions.txt`.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::fmt::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;

use pharos_api::account::Uin;
use pharos_api::action::{ACTIONS, Action, PRODUCTS};
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_policy::Preset;
use pharos_server::Options;
use pharos_service::clock::Clock;
use pharos_service::root::ROOT_ACCOUNT;
use pharos_store::audit::AuditRow;
use pharos_testkit::TestServer;
use pharos_testkit::failing_store::FailingStore;
use pharos_testkit::request::TestReply;
use pharos_testkit::server::{ROOT_SECRET_ID, Setup};
use serde_json::json;

/// What an action is decided on when it is called as its example calls it.
type DecidedOn = &'static [&'static str];

const HERE: &str = "ap-guangzhou";
const ALL: DecidedOn = &["*"];
const KEY_PAIR: &str = "qcs::lighthouse:ap-guangzhou:uin/100000000001:keypair/lhkp-hfenegt1";
const INSTANCE: &str = "qcs::lighthouse:ap-guangzhou:uin/100000000001:instance/lhins-ruy9d2tw";

/// Every action (protocol.md section 7.2).
const DECIDED_ON: &[(&str, DecidedOn)] = &[
    ("CreateKeyPair", ALL),
    ("ImportKeyPair", ALL),
    ("DescribeKeyPairs", ALL),
    ("DeleteKeyPairs", &[KEY_PAIR]),
    ("AssociateInstancesKeyPairs", &[INSTANCE, KEY_PAIR]),
    ("DisassociateInstancesKeyPairs", &[INSTANCE, KEY_PAIR]),
    ("CreateInstances", ALL),
    ("DescribeInstances", ALL),
    ("ModifyInstancesAttribute", &[INSTANCE]),
    ("StartInstances", &[INSTANCE]),
    ("StopInstances", &[INSTANCE]),
    ("RebootInstances", &[INSTANCE]),
    ("IsolateInstances", &[INSTANCE]),
    ("TerminateInstances", &[INSTANCE]),
    ("DescribeRegions", ALL),
    ("DescribeZones", ALL),
    ("DescribeGeneralResourceQuotas", ALL),
    // What is named in the examples of CAM is not there, and is then decided on the account as a whole.
    ("AddUser", ALL),
    ("UpdateUser", ALL),
    ("DeleteUser", ALL),
    ("GetUser", ALL),
    ("ListUsers", ALL),
    ("CreateAccessKey", ALL),
    ("UpdateAccessKey", ALL),
    ("DeleteAccessKey", ALL),
    ("ListAccessKeys", ALL),
    ("GetSecurityLastUsed", ALL),
    ("CreatePolicy", ALL),
    ("UpdatePolicy", ALL),
    ("DeletePolicy", ALL),
    ("GetPolicy", ALL),
    ("ListPolicies", ALL),
    ("AttachUserPolicy", ALL),
    ("DetachUserPolicy", ALL),
    (
        "ListAttachedUserPolicies",
        &["qcs::cam::uin/100000000001:uin/3449203261"],
    ),
    ("CreateGroup", ALL),
    ("DeleteGroup", ALL),
    ("AddUserToGroup", ALL),
    ("RemoveUserFromGroup", ALL),
    ("ListGroups", ALL),
    ("AttachGroupPolicy", ALL),
    ("DetachGroupPolicy", ALL),
    ("CreateRole", ALL),
    ("DeleteRole", ALL),
    ("GetRole", ALL),
    ("AttachRolePolicy", ALL),
    ("DetachRolePolicy", ALL),
    ("GetCallerIdentity", ALL),
    (
        "AssumeRole",
        &["qcs::cam::uin/100000000001:roleName/readOnlyRole"],
    ),
    ("GetFederationToken", ALL),
];

fn decided_on(action: &Action) -> DecidedOn {
    let mut known = DECIDED_ON.iter();
    let found = known.find(|(name, _)| *name == action.name);
    let (_, resources) = found.unwrap_or_else(|| {
        panic!(
            "say in DECIDED_ON what {} is decided on; it is denied there",
            action.name
        )
    });
    resources
}

/// One whom no rate limits: many call the same.
fn server() -> TestServer {
    TestServer::start_with(Setup {
        options: Options {
            enforce_rate_limits: false,
            ..Options::default()
        },
        ..Setup::default()
    })
}

/// The call of its example, by whoever has this SecretId.
fn call(server: &TestServer, region: &str, action: &Action, secret_id: &SecretId) -> TestReply {
    let request = server.call(action.name, action.example.parameters);
    let request = request.header("X-TC-Region", Some(region));
    server.send(&request.with(|request| request.secret_id = secret_id.clone()))
}

/// Whether it was allowed; what became of it then is another matter. Each product denies with a code of its own.
fn is_allowed(reply: &TestReply) -> bool {
    let code = reply.code();
    let mut denials = PRODUCTS.iter().map(|product| product.denial.code().wire());
    denials.all(|denial| code.as_deref() != Some(denial))
}

fn preset(name: &str) -> String {
    Preset::named(name).unwrap().document()
}

fn one(effect: &str, action: &str, resource: &str) -> String {
    let statement = json!({ "effect": effect, "action": action, "resource": resource });
    json!({ "version": "2.0", "statement": statement }).to_string()
}

#[test]
fn each_action_is_refused_where_one_of_its_resources_is_denied() {
    let administrator = preset("AdministratorAccess");
    for action in ACTIONS {
        // What one example made is not there for the next.
        let server = server();
        let allowed = server.add_user(2, &[&administrator]);
        let nobody = server.add_user(3, &[]);
        let mut number = 3;
        assert!(
            is_allowed(&call(&server, HERE, action, &allowed)),
            "{}",
            action.name
        );
        assert!(
            !is_allowed(&call(&server, HERE, action, &nobody)),
            "{}",
            action.name
        );
        for resource in decided_on(action) {
            number += 1;
            let deny = one("deny", &action.operation(), resource);
            let denied = server.add_user(number, &[&administrator, &deny]);
            let reply = call(&server, HERE, action, &denied);
            let says = format!(
                "perform operation ({})\nresource ({resource}) has no permission",
                action.operation()
            );
            assert!(
                reply.message().contains(&says),
                "{}: {}",
                action.name,
                reply.message()
            );
        }
    }
}

/// Has a call denied, and looks at the one row of it: what it names is what the reply names.
fn denied(server: &TestServer, user: u64, action: &Action, secret_id: &SecretId) -> AuditRow {
    let before = server.audit_log();
    let reply = call(server, HERE, action, secret_id);
    let (log, response) = (server.audit_log(), reply.response());
    let [row] = log.strip_prefix(before.as_slice()).unwrap() else {
        panic!("{} added {} rows", action.name, log.len() - before.len());
    };
    let AuditRow {
        operation,
        resources,
        ..
    } = row;
    let denial = action.product.denial.code().wire();
    assert_eq!(row.code.as_deref(), Some(denial));
    assert_eq!(response["RequestId"], json!(row.request_id));
    assert_eq!(row.time, server.clock.now());
    assert_eq!((row.account, row.user), (ROOT_ACCOUNT, Uin(user)));
    assert_eq!(row.secret_id, *secret_id);
    assert_eq!(row.source, Ipv4Addr::LOCALHOST);
    assert_eq!(*operation, action.operation());
    let [resource] = resources.as_slice() else {
        panic!("{} names {resources:?}", action.name);
    };
    let says = format!("operation ({operation})\nresource ({resource}) has no permission\n");
    assert!(reply.message().contains(&says), "{}", reply.message());
    row.clone()
}

#[test]
fn each_denial_is_one_row_of_the_audit_log_that_names_what_the_reply_names() {
    let server = server();
    let administrator = preset("AdministratorAccess");
    let nobody = server.add_user(2, &[]);
    let mut number = 2;
    for action in ACTIONS {
        let row = denied(&server, 2, action, &nobody);
        let resource = row.resources[0].as_str();
        assert!(decided_on(action).contains(&resource), "{resource}");
        for resource in decided_on(action) {
            number += 1;
            let deny = one("deny", &action.operation(), resource);
            let user = server.add_user(number, &[&administrator, &deny]);
            let row = denied(&server, number, action, &user);
            assert_eq!(row.resources, [*resource]);
        }
    }
}

#[test]
fn of_several_resources_the_first_that_is_denied_is_named() {
    let server = server();
    let key_pair =
        |key_id| format!("qcs::lighthouse:ap-guangzhou:uin/100000000001:keypair/{key_id}");
    let (first, second) = ("lhkp-aaaaaaaa", "lhkp-bbbbbbbb");
    let administrator = preset("AdministratorAccess");
    let not_second = one("deny", "*", &key_pair(second));
    let delete = json!({ "KeyIds": [first, second] }).to_string();
    for (number, policies, named) in [
        (2, vec![], first),
        (3, vec![administrator.as_str(), &not_second], second),
    ] {
        let user = server.add_user(number, &policies);
        let before = server.audit_rows();
        let request = server.call("DeleteKeyPairs", &delete);
        let reply = server.send(&request.with(|request| request.secret_id = user));
        assert!(reply.message().contains(&format!("({})", key_pair(named))));
        let log = server.audit_log();
        assert_eq!(log.last().unwrap().resources, [key_pair(named)]);
        assert_eq!(log.len(), before + 1);
    }
}

#[test]
fn a_call_that_comes_too_often_is_no_denial() {
    let server = TestServer::start();
    let nobody = server.add_user(2, &[]);
    let action = ACTIONS.iter().find(|action| action.name == "CreateKeyPair");
    let action = action.unwrap();
    let rows = server.audit_rows();
    for _ in 0..action.requests_per_second {
        assert!(!is_allowed(&call(&server, HERE, action, &nobody)));
    }
    let before = server.audit_log();
    assert_eq!(before.len(), rows + action.requests_per_second as usize);
    let reply = call(&server, HERE, action, &nobody);
    let code = Code::RequestLimitExceeded.wire();
    assert_eq!(reply.code().as_deref(), Some(code));
    assert_eq!(server.audit_log(), before);
}

/// Every call of the store fails once: a denial that is not in the log is not told as one, and the next one is.
#[test]
fn a_denial_that_cannot_be_recorded_is_a_failure_of_the_server() {
    let mut codes = Vec::new();
    for step in 0.. {
        let wrap_store =
            Box::new(move |store| Arc::new(FailingStore::failing_at(step, store)) as _);
        let server = TestServer::start_with(Setup {
            wrap_store,
            ..Setup::default()
        });
        let nobody = server.add_user(2, &[]);
        let rows = server.audit_rows();
        let request = server.call("DescribeKeyPairs", "{}");
        let request = request.with(|request| request.secret_id = nobody);
        let reply = server.send(&request);
        if !is_allowed(&reply) {
            break;
        }
        assert!(!String::from_utf8_lossy(&reply.body).contains("as it was told to"));
        codes.extend(reply.code());
        assert_eq!(server.audit_rows(), rows, "after step {step}");
        assert!(!is_allowed(&server.send(&request)), "after step {step}");
        assert_eq!(server.audit_rows(), rows + 1, "after step {step}");
    }
    // Who calls, and the row.
    assert_eq!(codes, [Code::InternalError.wire(); 2]);
}

/// Those of the matrix, beside the root user: a column, and the policies.
fn actors() -> Vec<(&'static str, Vec<String>)> {
    let from = |network: &str| {
        json!({ "version": "2.0", "statement": {
            "effect": "allow", "action": "*", "resource": "*",
            "condition": { "ip_equal": { "qcs:ip": network } },
        }})
        .to_string()
    };
    let administrator = || preset("AdministratorAccess");
    vec![
        ("administrator", vec![administrator()]),
        ("full access", vec![preset("QcloudLighthouseFullAccess")]),
        ("read only", vec![preset("QcloudLighthouseReadOnlyAccess")]),
        ("no policy", vec![]),
        (
            "no deletes",
            vec![administrator(), one("deny", "lighthouse:Delete*", "*")],
        ),
        (
            "no instances",
            vec![
                administrator(),
                one("deny", "*", "qcs::lighthouse:::instance/*"),
            ],
        ),
        (
            "key pairs",
            vec![one("allow", "lighthouse:*", "qcs::lighthouse:::keypair/*")],
        ),
        (
            "Guangzhou",
            vec![one("allow", "*", "qcs::lighthouse:ap-guangzhou::*")],
        ),
        (
            "Beijing",
            vec![one("allow", "*", "qcs::lighthouse:ap-beijing::*")],
        ),
        ("from here", vec![from("127.0.0.0/8")]),
        ("from elsewhere", vec![from("10.0.0.0/8")]),
    ]
}

/// The matrix, as it is.
fn matrix() -> String {
    let server = server();
    let mut page = "Who may do what, called from 127.0.0.1 as the action's example is. The last column is what it is \
                    decided on: all of it has to be allowed.\n\na  root: the root user\n"
        .to_owned();
    let mut columns = vec![SecretId::parse(ROOT_SECRET_ID).unwrap()];
    for (number, (name, policies)) in (2..).zip(actors()) {
        let letter = letter(columns.len());
        let shown = match policies.as_slice() {
            [] => "none".to_owned(),
            some => some.join(" and "),
        };
        writeln!(page, "{letter}  {name}: {shown}").unwrap();
        let policies: Vec<_> = policies.iter().map(String::as_str).collect();
        columns.push(server.add_user(number, &policies));
    }
    let letters: Vec<_> = (0..columns.len())
        .map(|column| letter(column).to_string())
        .collect();
    for region in ["ap-guangzhou", "ap-beijing"] {
        writeln!(page, "\n{region:30}  {}", letters.join(" ")).unwrap();
        for action in ACTIONS {
            let may = |secret_id| is_allowed(&call(&server, region, action, secret_id));
            let mark = |secret_id| if may(secret_id) { "✔" } else { "·" };
            let marks: Vec<_> = columns.iter().map(mark).collect();
            let name = |name: &&'static str| name.rsplit(':').next().unwrap_or_default();
            let on: Vec<_> = decided_on(action).iter().map(name).collect();
            let (name, marks, on) = (action.name, marks.join(" "), on.join(" and "));
            writeln!(page, "{name:30}  {marks}  {on}").unwrap();
        }
    }
    page
}

fn letter(column: usize) -> char {
    ('a'..='z').nth(column).unwrap()
}

#[test]
fn the_matrix_of_permissions_is_the_one_that_was_reviewed() {
    let found = matrix();
    assert!(
        found == include_str!("permissions.txt"),
        "the matrix is another; if it is meant to be, this is permissions.txt now:\n{found}"
    );
}

#[test]
fn conditions_hold_of_the_request_that_came() {
    let server = server();
    let tagged = json!({ "version": "2.0", "statement": [
        { "effect": "allow", "action": "lighthouse:*", "resource": "*",
          "condition": { "for_any_value:string_equal": { "qcs:request_tag": ["team&a", "team&b"] } } },
        { "effect": "deny", "action": "*", "resource": "*",
          "condition": { "date_greater_than": { "qcs:current_time": "2100-01-01T00:00:00Z" } } },
        { "effect": "deny", "action": "lighthouse:DeleteKeyPairs", "resource": "*",
          "condition": { "string_not_equal": { "qcs:uin": "3" } } },
    ]});
    let tagged = tagged.to_string();
    let user = server.add_user(2, &[&tagged]);
    let create = |name: &str, tags: serde_json::Value| {
        let body = json!({ "KeyName": name, "Tags": tags }).to_string();
        let request = server.request(&body);
        is_allowed(&server.send(&request.with(|request| request.secret_id = user.clone())))
    };
    let tag = |value: &str| json!([{ "Key": "team", "Value": value }]);
    assert!(create("a", tag("a")));
    assert!(!create("c", tag("c")));
    assert!(!create("none", json!([])));
    let allowed = preset("AdministratorAccess");
    let delete = ACTIONS
        .iter()
        .find(|action| action.name == "DeleteKeyPairs")
        .unwrap();
    for (number, expected) in [(3, true), (4, false)] {
        let user = server.add_user(number, &[&allowed, &tagged]);
        assert_eq!(
            is_allowed(&call(&server, HERE, delete, &user)),
            expected,
            "{number}"
        );
    }
}

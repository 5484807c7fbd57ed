//! Who may do what: each action is refused to whom it is denied, and the whole matrix is a page that a
//! person can read, `permissions.txt`.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::fmt::Write;

use pharos_api::action::{ACTIONS, Action};
use pharos_api::credential::SecretId;
use pharos_policy::preset_document;
use pharos_server::Options;
use pharos_testkit::TestServer;
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

/// Whether it was allowed; what became of it then is another matter.
fn is_allowed(reply: &TestReply) -> bool {
    reply.code().as_deref() != Some("UnauthorizedOperation.NoPermission")
}

fn preset(name: &str) -> String {
    preset_document(name).unwrap()
}

fn one(effect: &str, action: &str, resource: &str) -> String {
    let statement = json!({ "effect": effect, "action": action, "resource": resource });
    json!({ "version": "2.0", "statement": statement }).to_string()
}

#[test]
fn each_action_is_refused_where_one_of_its_resources_is_denied() {
    let server = server();
    let administrator = preset("AdministratorAccess");
    let allowed = server.add_user(2, &[&administrator]);
    let nobody = server.add_user(3, &[]);
    let mut number = 3;
    for action in ACTIONS {
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

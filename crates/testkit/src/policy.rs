//! Random policies and calls, and whether the two evaluators agree about them.

pub mod naive;

use std::net::IpAddr;

use pharos_api::account::Uin;
use pharos_api::resource::Resource;
use pharos_api::tag::Tag;
use pharos_api::time::Timestamp;
use pharos_policy::{Decision, Policy, Principal, RequestContext, evaluate};
use serde_json::{Map, Value, json};

use crate::random::SeededRandom;

/// How many calls are asked of each policy: reading it takes longer than asking.
pub const CALLS_A_POLICY: u64 = 10;

/// What was decided, to see that a run tried something.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Calls that were allowed.
    pub allowed: u64,
    /// Calls that a statement denied.
    pub denied: u64,
    /// Calls that no statement allowed.
    pub not_allowed: u64,
}

/// One call, as both evaluators take it.
#[derive(Clone, Debug)]
pub struct RandomCall {
    /// `lighthouse:CreateKeyPair`
    pub operation: &'static str,
    /// The six segments, or nothing.
    pub resource: Option<&'static str>,
    /// Who calls, in the account [`ACCOUNT`].
    pub caller: u64,
    /// Where it comes from.
    pub source: &'static str,
    /// When.
    pub time: &'static str,
    /// The tags that it gives.
    pub request_tags: Vec<&'static str>,
    /// The tags that the resource has.
    pub resource_tags: Vec<&'static str>,
}

/// The account of every caller and resource.
pub const ACCOUNT: u64 = 1;

struct Named(Option<&'static str>);

impl Resource for Named {
    fn account(&self) -> Uin {
        Uin(ACCOUNT)
    }

    fn name(&self) -> Option<String> {
        self.0.map(str::to_owned)
    }
}

/// Has both evaluators decide this many pairs of a policy and a call.
///
/// # Panics
/// When they differ, with both.
pub fn compare(random: &SeededRandom, pairs: u64) -> Tally {
    let mut tally = Tally::default();
    for _ in 0..pairs.div_ceil(CALLS_A_POLICY) {
        let policies: Vec<_> = (0..=random.below(2)).map(|_| policy(random)).collect();
        let mut caller = caller(&policies);
        for _ in 0..CALLS_A_POLICY {
            let call = call(random);
            let decided = decide(&mut caller, &call);
            let naive = naive::decide(&policies, &call);
            assert_eq!(decided, naive, "{call:?}\n{}", json!(policies));
            match decided {
                "allowed" => tally.allowed += 1,
                "denied" => tally.denied += 1,
                _ => tally.not_allowed += 1,
            }
        }
    }
    tally
}

/// Whoever has these policies; each call says who it is.
pub fn caller(policies: &[Value]) -> Principal {
    let parsed = policies.iter().map(|policy| {
        Policy::parse(&policy.to_string()).unwrap_or_else(|bad| panic!("{policy}: {bad}"))
    });
    Principal::User {
        account: Uin(ACCOUNT),
        user: Uin(ACCOUNT),
        policies: parsed.collect(),
    }
}

/// What the crate decides.
pub fn decide(caller: &mut Principal, call: &RandomCall) -> &'static str {
    if let Principal::User { user, .. } = caller {
        *user = Uin(call.caller);
    }
    let tags = |texts: &[&'static str]| -> Vec<Tag> {
        let pairs = texts.iter().map(|text| text.split_once('&').unwrap());
        let tags = pairs.map(|(key, value)| Tag {
            key: key.to_owned(),
            value: value.to_owned(),
        });
        tags.collect()
    };
    let (request_tags, resource_tags) = (tags(&call.request_tags), tags(&call.resource_tags));
    let context = RequestContext {
        source: call.source.parse::<IpAddr>().unwrap(),
        time: Timestamp::from_rfc3339(call.time).unwrap(),
        request_tags: &request_tags,
        resource_tags: Some(&resource_tags),
    };
    match evaluate(caller, call.operation, &Named(call.resource), &context) {
        Decision::Allowed(_) => "allowed",
        Decision::Denied(_) => "denied",
        _ => "not allowed",
    }
}

fn one_of<T: Copy>(random: &SeededRandom, items: &[T]) -> T {
    items[random.below(items.len())]
}

/// Up to this many of them, in their order, each once.
fn some_of(random: &SeededRandom, items: &[&'static str]) -> Vec<&'static str> {
    let mut chosen = items.to_vec();
    chosen.retain(|_| random.below(3) == 0);
    chosen
}

/// A string, or a list of some.
fn one_or_many(random: &SeededRandom, items: &[&'static str]) -> Value {
    match random.below(3) {
        0 => json!(one_of(random, items)),
        more => json!(
            (0..=more)
                .map(|_| one_of(random, items))
                .collect::<Vec<_>>()
        ),
    }
}

const TIMES: &[&str] = &[
    "2026-01-31T08:00:00Z",
    "2026-01-31T08:00:01Z",
    "2027-12-01T00:00:00Z",
];
const SOURCES: &[&str] = &[
    "10.1.2.3",
    "::ffff:10.1.2.3",
    "192.0.2.7",
    "2001:db8::7",
    "2001:db8:1::7",
];
const TAGS: &[&str] = &[
    "a&b",
    "A&B",
    "a&8",
    "n&8",
    "n&8.0",
    "n&10",
    "n&-1",
    "f&true",
    "f&false",
    "t&2026-01-31T08:00:00Z",
    "i&10.1.2.3",
    "x&",
];

/// A call that the statements are often about.
pub fn call(random: &SeededRandom) -> RandomCall {
    RandomCall {
        operation: one_of(
            random,
            &[
                "lighthouse:CreateKeyPair",
                "lighthouse:DeleteKeyPairs",
                "cvm:RunInstances",
            ],
        ),
        resource: one_of(
            random,
            &[
                None,
                Some("qcs::lighthouse:ap-guangzhou:uin/1:keypair/lhkp-11111111"),
                Some("qcs::lighthouse:ap-beijing:uin/1:keypair/lhkp-11112222"),
                Some("qcs::lighthouse:ap-beijing:uin/1:instance/lhins-33333333"),
            ],
        ),
        caller: one_of(random, &[2, 3]),
        source: one_of(random, SOURCES),
        time: one_of(random, TIMES),
        request_tags: some_of(random, TAGS),
        resource_tags: some_of(random, TAGS),
    }
}

/// A policy of a small vocabulary.
pub fn policy(random: &SeededRandom) -> Value {
    let statements: Vec<_> = (0..=random.below(3)).map(|_| statement(random)).collect();
    json!({ "version": "2.0", "statement": statements })
}

/// A statement of it.
pub fn statement(random: &SeededRandom) -> Value {
    const ACTIONS: &[&str] = &[
        "*",
        "lighthouse:*",
        "name/lighthouse:Create*",
        "lighthouse:*KeyPair*",
        "*:D*s",
        "cvm:*",
    ];
    const RESOURCES: &[&str] = &[
        "*",
        "*",
        "qcs::lighthouse:::*",
        "qcs::*:ap-b*::*",
        "qcs::::uin/1:keypair/*",
        "qcs:*:lighthouse::uin/*:*/lh*-*1*1",
        "qcs::cvm:::*",
    ];
    let mut statement = json!({
        "effect": one_of(random, &["allow", "allow", "deny"]),
        "action": one_or_many(random, ACTIONS),
        "resource": one_or_many(random, RESOURCES),
    });
    if random.below(2) == 0 {
        let mut block = Map::new();
        for _ in 0..=random.below(2) {
            let (operator, key, values) = condition(random);
            let keys = block.entry(operator).or_insert_with(|| json!({}));
            keys[key] = values;
        }
        statement["condition"] = Value::Object(block);
    }
    statement
}

fn condition(random: &SeededRandom) -> (String, &'static str, Value) {
    const TIME_OPERATORS: &[&str] = &[
        "date_equal",
        "date_not_equal",
        "date_less_than",
        "date_less_than_equal",
        "date_greater_than",
        "date_greater_than_equal",
    ];
    const UIN_OPERATORS: &[&str] = &[
        "string_equal",
        "string_not_equal",
        "string_equal_ignore_case",
        "numeric_equal",
        "numeric_not_equal",
        "numeric_less_than",
        "numeric_less_than_equal",
        "numeric_greater_than",
        "numeric_greater_than_equal",
    ];
    const TEXT_OPERATORS: &[&str] = &[
        "string_equal",
        "string_not_equal",
        "string_equal_ignore_case",
        "string_not_equal_ignore_case",
    ];
    const NUMBER_OPERATORS: &[&str] = &[
        "numeric_equal",
        "numeric_not_equal",
        "numeric_less_than",
        "numeric_less_than_equal",
        "numeric_greater_than",
        "numeric_greater_than_equal",
    ];
    const NETWORKS: &[&str] = &[
        "10.0.0.0/8",
        "10.1.2.3",
        "192.0.2.99/24",
        "2001:db8::/32",
        "2001:db8::/47",
        "0.0.0.0/0",
        "::ffff:10.0.0.0/104",
        "::/0",
    ];
    let tag = one_of(random, &["qcs:request_tag", "qcs:resource_tag"]);
    let (operators, key, values): (&[&str], _, &[&str]) = match random.below(10) {
        0 => {
            let key = one_of(
                random,
                &["qcs:ip", "qcs:uin", "qcs:request_tag", "qcs:resource_tag"],
            );
            return (
                "null_equal".to_owned(),
                key,
                json!(one_of(random, &["true", "false"])),
            );
        }
        1 => (TIME_OPERATORS, "qcs:current_time", TIMES),
        2 => (UIN_OPERATORS, "qcs:uin", &["1", "2", "3", "30"]),
        3 => (&["binary_equal"], "qcs:uin", &["Mg==", "Mw=="]),
        4 => (&["ip_equal", "ip_not_equal"], "qcs:ip", NETWORKS),
        5 => (
            &["ip_equal", "ip_not_equal"],
            tag,
            &["i&10.0.0.0/8", "i&192.0.2.0/24"],
        ),
        6 => (NUMBER_OPERATORS, tag, &["n&8", "n&9.50", "n&-0.5", "a&8"]),
        7 => (&["bool_equal"], tag, &["f&true", "f&false"]),
        8 => (
            TIME_OPERATORS,
            tag,
            &["t&2026-01-31T08:00:00Z", "t&2026-02-01T08:00:00Z"],
        ),
        _ => (TEXT_OPERATORS, tag, TAGS),
    };
    let set = one_of(random, &["", "", "for_any_value:", "for_all_value:"]);
    let operator = format!("{set}{}", one_of(random, operators));
    (operator, key, one_or_many(random, values))
}

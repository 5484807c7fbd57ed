//! The two evaluators of policies agree, and what holds of every policy holds of random ones.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use pharos_testkit::policy::{call, caller, compare, decide, policy, statement};
use pharos_testkit::random::SeededRandom;
use serde_json::{Value, json};

/// How many pairs of a policy and a call: what a run of all tests has time for. `cargo xtask fuzz policy`
/// tries a hundred times as many.
const PAIRS: u64 = 1_000_000;

/// How many policies are changed.
const CHANGES: u64 = 50_000;

#[test]
fn random_policies_decide_random_calls_as_the_naive_evaluator_does() {
    let tally = compare(&SeededRandom::announced(), PAIRS);
    // Each decision has its share, or the random policies tried nothing.
    for count in [tally.allowed, tally.denied, tally.not_allowed] {
        assert!(count > PAIRS / 20, "{tally:?}");
    }
}

/// Changes random policies, and looks whether a random call is allowed before and after; how many decisions
/// it changed.
fn change(
    change: impl Fn(&SeededRandom, &mut Vec<Value>),
    is_right: fn(bool, bool) -> bool,
) -> u64 {
    let random = SeededRandom::announced();
    let mut changed = 0;
    for _ in 0..CHANGES {
        let before = policy(&random);
        let mut after = before.clone();
        change(&random, after["statement"].as_array_mut().unwrap());
        let call = call(&random);
        let is_allowed =
            |policy: &Value| decide(&mut caller(std::slice::from_ref(policy)), &call) == "allowed";
        let (was, is) = (is_allowed(&before), is_allowed(&after));
        assert!(
            is_right(was, is),
            "{was} and then {is}: {call:?}\n{before}\n{after}"
        );
        changed += u64::from(was != is);
    }
    changed
}

fn with_effect(random: &SeededRandom, effect: &str) -> Value {
    let mut statement = statement(random);
    statement["effect"] = json!(effect);
    statement
}

/// Somewhere among them.
fn insert(random: &SeededRandom, statements: &mut Vec<Value>, statement: Value) {
    statements.insert(random.below(statements.len() + 1), statement);
}

#[test]
fn adding_a_deny_never_allows() {
    let changed = change(
        |random, statements| insert(random, statements, with_effect(random, "deny")),
        |was, is| was || !is,
    );
    assert!(changed > CHANGES / 100, "only {changed} decisions changed");
}

#[test]
fn adding_an_allow_never_denies() {
    let changed = change(
        |random, statements| insert(random, statements, with_effect(random, "allow")),
        |was, is| !was || is,
    );
    assert!(changed > CHANGES / 100, "only {changed} decisions changed");
}

#[test]
fn the_order_of_statements_never_matters() {
    let changed = change(
        |random, statements| {
            let count = statements.len();
            statements.rotate_left(random.below(count));
            statements.swap(0, random.below(count));
        },
        |was, is| was == is,
    );
    assert_eq!(changed, 0);
}

//! What the vendor documents for an action is answered, or said not to be.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use pharos_api::action::{ACTIONS, Action, LIGHTHOUSE};
use pharos_api::code::Code;
use pharos_api::lighthouse::unanswered::UNANSWERED;

/// Each action's name and each of its documented codes.
fn documented() -> Vec<(&'static str, &'static str)> {
    let mut action = "";
    let mut documented = Vec::new();
    for line in include_str!("documented_codes.txt").lines() {
        if let Some(code) = line.strip_prefix("    ") {
            documented.push((action, code));
        } else if !line.starts_with('#') {
            action = line;
        }
    }
    documented
}

fn action(name: &str) -> &'static Action {
    let mut actions = ACTIONS.iter();
    actions.find(|action| action.name == name).unwrap()
}

/// Whether the action answers it, or says that another code stands for it.
fn is_known(action: &Action, wire: &str) -> bool {
    let may_answer = |code: &&Code| action.may_answer(**code);
    let is_answered = Code::ALL
        .iter()
        .filter(may_answer)
        .any(|code| code.wire() == wire);
    let quoted = format!("`{wire}`");
    let mut differences = action.differences.iter();
    is_answered || differences.any(|difference| difference.en.contains(&quoted))
}

#[test]
fn every_documented_code_is_answered_or_said_not_to_be() {
    let mut unknown = documented();
    unknown.retain(|(name, wire)| {
        let mut unanswered = UNANSWERED.iter().map(|(wire, _)| *wire);
        let mut never = Code::NEVER_ANSWERED.iter().map(|(code, _)| code.wire());
        let is_said = unanswered.any(|one| one == *wire) || never.any(|one| one == *wire);
        !is_said && !is_known(action(name), wire)
    });
    assert_eq!(unknown, []);
}

#[test]
fn what_is_said_not_to_be_answered_is_documented_and_not_answered() {
    let documented: BTreeSet<_> = documented().into_iter().map(|(_, wire)| wire).collect();
    for (wire, reason) in UNANSWERED {
        assert!(documented.contains(wire), "{wire} is not documented");
        assert!(Code::ALL.iter().all(|code| code.wire() != *wire), "{wire}");
        assert!(
            reason.en.ends_with('.') && reason.zh.ends_with('。'),
            "{wire}"
        );
    }
}

#[test]
fn every_action_is_in_the_documentation() {
    let documented: BTreeSet<_> = documented().into_iter().map(|(name, _)| name).collect();
    let ours = ACTIONS
        .iter()
        .filter(|action| *action.product == LIGHTHOUSE);
    assert_eq!(documented, ours.map(|action| action.name).collect());
}

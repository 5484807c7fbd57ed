//! What the vendor documents for an action is answered, or said not to be.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use pharos_api::action::{ACTIONS, Action, PRODUCTS};
use pharos_api::code::Code;

/// Each action and each of its documented codes.
fn documented() -> Vec<(&'static Action, &'static str)> {
    let mut action = None;
    let mut documented = Vec::new();
    for line in include_str!("documented_codes.txt").lines() {
        if let Some(code) = line.strip_prefix("    ") {
            documented.push((action.unwrap(), code));
        } else if !line.is_empty() && !line.starts_with('#') {
            action = Some(find(line));
        }
    }
    documented
}

fn find(operation: &str) -> &'static Action {
    let action = ACTIONS.iter().find(|row| row.operation() == operation);
    action.unwrap_or_else(|| panic!("{operation} is not served"))
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

/// Whether the product says that the action does not answer it.
fn is_said(action: &Action, wire: &str) -> bool {
    let mut unanswered = action.product.unanswered.iter().map(|(wire, _)| *wire);
    let mut never = Code::NEVER_ANSWERED.iter().map(|(code, _)| code.wire());
    let mut elsewhere = action.product.elsewhere.iter();
    unanswered.any(|one| one == wire)
        || never.any(|one| one == wire)
        || elsewhere.any(|one| one.code.wire() == wire && one.actions.contains(&action.name))
}

#[test]
fn every_documented_code_is_answered_or_said_not_to_be() {
    let unknown = documented()
        .into_iter()
        .filter(|(action, wire)| !is_said(action, wire) && !is_known(action, wire))
        .map(|(action, wire)| (action.operation(), wire));
    assert_eq!(unknown.collect::<Vec<_>>(), []);
}

#[test]
fn what_is_said_not_to_be_answered_is_documented_and_not_answered() {
    let documented = documented();
    for product in PRODUCTS {
        for (wire, reason) in product.unanswered {
            let mut of_product = documented.iter().filter(|(row, _)| row.product == *product);
            assert!(of_product.any(|(_, one)| one == wire), "{wire}");
            assert!(Code::ALL.iter().all(|code| code.wire() != *wire), "{wire}");
            assert!(
                reason.en.ends_with('.') && reason.zh.ends_with('。'),
                "{wire}"
            );
        }
    }
}

#[test]
fn what_is_said_to_be_answered_elsewhere_is_so() {
    let documented = documented();
    for product in PRODUCTS {
        for one in product.elsewhere {
            let wire = one.code.wire();
            let mut rows = ACTIONS.iter().filter(|row| row.product == *product);
            assert!(rows.any(|row| row.codes.contains(&one.code)), "{wire}");
            for name in one.actions {
                let action = find(&format!("{}:{name}", product.name));
                let mut documented = documented.iter();
                assert!(
                    documented.any(|(row, code)| row.name == action.name && *code == wire),
                    "{name} does not document {wire}"
                );
                assert!(!action.may_answer(one.code), "{name} answers {wire}");
            }
            assert!(
                one.reason.en.ends_with('.') && one.reason.zh.ends_with('。'),
                "{wire}"
            );
        }
    }
}

#[test]
fn every_action_is_in_the_documentation() {
    let documented: BTreeSet<_> = documented()
        .iter()
        .map(|(action, _)| action.operation())
        .collect();
    assert_eq!(documented, ACTIONS.iter().map(Action::operation).collect());
}

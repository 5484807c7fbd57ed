//! Calls that policies do not allow.

use futures_util::future::{join, join_all};
use pharos_api::account::Uin;
use pharos_api::code::Code;

use super::Inspect;
use super::fixture::{
    OTHER, RACERS, ROOT, audit, chained, here, insert, key_pair, log, stored, with_accounts,
};
use crate::audit::AuditEntry;

/// The row of the `number`-th request, which was denied.
pub(super) fn denial(account: Uin, number: u32) -> AuditEntry {
    AuditEntry {
        user: Uin(7),
        operation: "lighthouse:DeleteKeyPairs".to_owned(),
        resources: vec![format!(
            "qcs::lighthouse:ap-guangzhou:uin/{account}:keypair/lhkp-00000001"
        )],
        refusal: Some(Code::NoPermission),
        ..audit(account, number)
    }
}

pub(super) async fn a_denial_is_one_row_of_its_account_and_nothing_else(store: impl Inspect) {
    let store = with_accounts(store).await;
    insert(&store, here(), 1, "before").await.expect("room");
    for number in [2, 3] {
        let recorded = store.record(denial(ROOT, number)).await;
        recorded.expect("a row");
    }
    insert(&store, here(), 4, "after").await.expect("room");
    let (key_pairs, audit_rows) = stored(&store, here()).await;
    assert_eq!(key_pairs, [key_pair(4, "after"), key_pair(1, "before")]);
    let entries = [
        audit(ROOT, 1),
        denial(ROOT, 2),
        denial(ROOT, 3),
        audit(ROOT, 4),
    ];
    assert_eq!(audit_rows, chained(&entries));
    assert_eq!(log(&store, OTHER).await, []);
}

pub(super) async fn of_many_at_once_each_denial_has_its_row_among_the_creates(store: impl Inspect) {
    let store = with_accounts(store).await;
    let denials = (0..RACERS).map(|number| store.record(denial(ROOT, number)));
    let names = ["a", "b", "c", "d"];
    let creates = (RACERS..)
        .zip(names)
        .map(|(number, name)| insert(&store, here(), number, name));
    let (told_denials, told_creates) = join(join_all(denials), join_all(creates)).await;
    for told in told_denials {
        told.expect("a row");
    }
    for told in told_creates {
        told.expect("room");
    }

    let rows = log(&store, ROOT).await;
    let denied = rows.iter().filter(|row| row.code.is_some());
    let mut denied: Vec<_> = denied.map(|row| row.time).collect();
    denied.sort();
    let expected = (0..RACERS).map(|number| denial(ROOT, number).time);
    assert_eq!(denied, expected.collect::<Vec<_>>());
    assert_eq!(rows.len(), denied.len() + names.len());
}

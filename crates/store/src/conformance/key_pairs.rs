//! Key pairs, their names and ids, and the audit rows that are written with them.

use futures_util::future::join_all;
use pharos_api::region::Region;

use super::Inspect;
use super::fixture::{
    NOBODY, OTHER, QUOTA, RACERS, ROOT, audit, chained, collection, granted, here, insert,
    key_pair, stored, tags, with_accounts,
};
use crate::error::{InsertKeyPairError, StoreError};

pub(super) async fn a_new_key_pair_is_kept_with_its_tags_and_one_audit_row(store: impl Inspect) {
    let store = with_accounts(store).await;
    let mut record = key_pair(1, "tagged");
    record.tags = tags(&["zone", "a", "team", "环境"]);
    let mut entry = audit(ROOT, 1);
    entry.resources = vec!["*".to_owned(), "qcs::lighthouse:\"quoted\"".to_owned()];
    entry.source = "2001:db8::7".parse().expect("an address");

    store
        .insert_key_pair(&granted(here()), record.clone(), QUOTA, entry.clone())
        .await
        .expect("a key pair");
    let rows = chained([&entry]);
    assert_eq!(stored(&store, here()).await, (vec![record], rows));
}

pub(super) async fn a_name_is_taken_in_one_account_and_region_only(store: impl Inspect) {
    let store = with_accounts(store).await;
    let elsewhere = [
        here(),
        collection(ROOT, Region::Tokyo),
        collection(OTHER, Region::Guangzhou),
    ];
    for place in elsewhere {
        insert(&store, place, 1, "same").await.expect("a free name");
        let second = insert(&store, place, 2, "same").await;
        assert!(
            matches!(second, Err(InsertKeyPairError::NameTaken)),
            "{second:?}"
        );
    }
    for place in elsewhere {
        let (key_pairs, _) = stored(&store, place).await;
        assert_eq!(key_pairs, [key_pair(1, "same")]);
    }
}

pub(super) async fn names_differ_by_case(store: impl Inspect) {
    let store = with_accounts(store).await;
    for (number, name) in (1..).zip(["key", "Key", "KEY"]) {
        insert(&store, here(), number, name)
            .await
            .expect("a free name");
    }
}

pub(super) async fn a_taken_key_id_is_told_apart(store: impl Inspect) {
    let store = with_accounts(store).await;
    insert(&store, here(), 1, "first")
        .await
        .expect("a free KeyId");
    let second = insert(&store, here(), 1, "second").await;
    assert!(
        matches!(second, Err(InsertKeyPairError::KeyIdTaken)),
        "{second:?}"
    );
    let elsewhere = collection(ROOT, Region::Tokyo);
    insert(&store, elsewhere, 1, "first")
        .await
        .expect("a KeyId is taken in its region only");
}

pub(super) async fn a_refusal_leaves_no_trace(store: impl Inspect) {
    let store = with_accounts(store).await;
    for number in 1..QUOTA.0 {
        let name = format!("key_{number}");
        insert(&store, here(), number, &name).await.expect("room");
    }
    let before = stored(&store, here()).await;
    // Were the tags of a refused one kept, they would show on the key pair that has the KeyId.
    for (number, name) in [(99, "key_1"), (1, "new")] {
        let mut record = key_pair(number, name);
        record.tags = tags(&["left", "behind"]);
        store
            .insert_key_pair(&granted(here()), record, QUOTA, audit(ROOT, number))
            .await
            .expect_err("a refusal");
        assert_eq!(stored(&store, here()).await, before);
    }
    insert(&store, here(), 50, "last")
        .await
        .expect("refusals take no room");
    let full = stored(&store, here()).await;
    insert(&store, here(), 51, "one_more")
        .await
        .expect_err("no room");
    assert_eq!(stored(&store, here()).await, full);
}

pub(super) async fn an_account_that_does_not_exist_gets_nothing(store: impl Inspect) {
    let store = with_accounts(store).await;
    let nowhere = collection(NOBODY, Region::Guangzhou);
    let inserted = insert(&store, nowhere, 1, "lost").await;
    let failed = matches!(
        inserted,
        Err(InsertKeyPairError::Store(StoreError::Failed(_)))
    );
    assert!(failed, "{inserted:?}");
    assert_eq!(stored(&store, nowhere).await, (vec![], vec![]));
}

pub(super) async fn audit_rows_are_a_chain_in_each_account(store: impl Inspect) {
    let store = with_accounts(store).await;
    for number in 1..=3 {
        let name = format!("key_{number}");
        insert(&store, here(), number, &name).await.expect("room");
        let theirs = collection(OTHER, Region::Tokyo);
        insert(&store, theirs, number, &name).await.expect("room");
    }
    for account in [ROOT, OTHER] {
        let rows = store.audit_rows(account).await.expect("the log");
        let entries = [1, 2, 3].map(|number| audit(account, number));
        assert_eq!(rows, chained(&entries));
    }
}

pub(super) async fn of_many_at_once_one_gets_the_name(store: impl Inspect) {
    let store = with_accounts(store).await;
    let racers = (0..RACERS).map(|number| insert(&store, here(), number, "wanted"));
    let ends = join_all(racers).await;
    let winners = ends.iter().filter(|end| end.is_ok()).count();
    assert_eq!(winners, 1);
    for end in ends {
        assert!(
            matches!(end, Ok(()) | Err(InsertKeyPairError::NameTaken)),
            "{end:?}"
        );
    }
    let (key_pairs, audit_rows) = stored(&store, here()).await;
    assert_eq!((key_pairs.len(), audit_rows.len()), (1, 1));
}

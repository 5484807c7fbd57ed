//! Key pairs, their names and ids, and the audit rows that are written with them.

use futures_util::future::join_all;
use pharos_api::region::Region;
use pharos_api::resource::{Account, KeyPairs};

use super::Inspect;
use super::fixture::{
    NOBODY, OTHER, QUOTA, RACERS, ROOT, audit, chained, collection, granted, here, insert,
    key_pair, stored, tags, with_accounts,
};
use super::instances::proof;
use crate::KeyPairQuota;
use crate::audit::{AuditHead, AuditRow};
use crate::error::{InsertKeyPairError, StoreError};
use crate::record::KeyPairRecord;

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
    let second = KeyPairRecord {
        key_id: key_pair(1, "first").key_id,
        ..key_pair(2, "second")
    };
    let place = granted(here());
    let second = store.insert_key_pair(&place, second, QUOTA, audit(ROOT, 2));
    let second = second.await;
    assert!(
        matches!(second, Err(InsertKeyPairError::KeyIdTaken)),
        "{second:?}"
    );
    let elsewhere = collection(ROOT, Region::Tokyo);
    insert(&store, elsewhere, 1, "first")
        .await
        .expect("a KeyId is taken in its region only");
}

pub(super) async fn a_public_key_is_kept_once_in_an_account_and_region(store: impl Inspect) {
    let store = with_accounts(store).await;
    // The same material under another id, name and line.
    let same = |number, name| KeyPairRecord {
        fingerprint: key_pair(1, name).fingerprint,
        ..key_pair(number, name)
    };
    let add = async |place: KeyPairs, record| {
        let entry = audit(place.account, 7);
        let place = granted(place);
        store
            .insert_key_pair(&place, record, KeyPairQuota(1), entry)
            .await
    };
    let elsewhere = [
        here(),
        collection(ROOT, Region::Tokyo),
        collection(OTHER, Region::Guangzhou),
    ];
    for place in elsewhere {
        add(place, same(1, "first"))
            .await
            .expect("a new public key");
        let before = stored(&store, place).await;
        // Before the quota, which is used up, and behind the name.
        let told = add(place, same(2, "second")).await;
        let first = key_pair(1, "first").key_id;
        let is_told = matches!(
            &told,
            Err(InsertKeyPairError::PublicKeyTaken { key_id }) if *key_id == first
        );
        assert!(is_told, "{told:?}");
        let told = add(place, same(3, "first")).await;
        assert!(
            matches!(told, Err(InsertKeyPairError::NameTaken)),
            "{told:?}"
        );
        assert_eq!(stored(&store, place).await, before);
    }
}

pub(super) async fn of_many_at_once_one_keeps_the_public_key(store: impl Inspect) {
    let store = with_accounts(store).await;
    let quota = KeyPairQuota(RACERS);
    let place = granted(here());
    let racers = (0..RACERS).map(|number| {
        let record = KeyPairRecord {
            fingerprint: [7; 32],
            ..key_pair(number, &format!("key_{number}"))
        };
        store.insert_key_pair(&place, record, quota, audit(ROOT, number))
    });
    let told = join_all(racers).await;
    let (kept, _) = stored(&store, here()).await;
    assert_eq!(kept.len(), 1);
    for loser in told.into_iter().filter_map(Result::err) {
        let is_told = matches!(
            &loser,
            InsertKeyPairError::PublicKeyTaken { key_id } if kept.iter().all(|one| one.key_id == *key_id)
        );
        assert!(is_told, "{loser:?}");
    }
}

pub(super) async fn a_refusal_leaves_no_trace(store: impl Inspect) {
    let store = with_accounts(store).await;
    for number in 1..QUOTA.0 {
        let name = format!("key_{number}");
        insert(&store, here(), number, &name).await.expect("room");
    }
    let before = stored(&store, here()).await;
    // Were the tags of a refused one kept, they would show on the key pair that has the KeyId.
    let of_first = key_pair(1, "any").key_id;
    let taken_id = KeyPairRecord {
        key_id: of_first,
        ..key_pair(99, "new")
    };
    for (number, record) in [
        (99, key_pair(99, "key_1")),
        (1, key_pair(1, "new")),
        (99, taken_id),
    ] {
        let mut record = record;
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

pub(super) async fn an_audit_log_is_read_in_pages_up_to_its_end(store: impl Inspect) {
    let store = with_accounts(store).await;
    for number in 1..=5 {
        let name = format!("key_{number}");
        insert(&store, here(), number, &name).await.expect("room");
    }
    let page = async |account: Account, after: u64, limit: u32| {
        let page = store.audit_page(&proof(account), after, limit).await;
        let rows = page.expect("the log").into_iter();
        rows.map(|row| row.sequence).collect::<Vec<_>>()
    };
    assert_eq!(page(Account(ROOT), 0, 2).await, [1, 2]);
    assert_eq!(page(Account(ROOT), 2, 2).await, [3, 4]);
    assert_eq!(page(Account(ROOT), 4, u32::MAX).await, [5]);
    assert!(page(Account(ROOT), 5, 2).await.is_empty());
    assert!(page(Account(OTHER), 0, 2).await.is_empty());
    let rows = store.audit_rows(ROOT).await.expect("the log");
    let end = async |account: Account| store.audit_end(&proof(account)).await.expect("the end");
    assert_eq!(
        Some(end(Account(ROOT)).await),
        rows.last().map(AuditRow::head)
    );
    for account in [OTHER, NOBODY] {
        assert_eq!(end(Account(account)).await, AuditHead::EMPTY);
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

//! Deleting key pairs.

use futures_util::future::join_all;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_api::region::Region;
use pharos_api::resource::{KeyPair, KeyPairs};
use pharos_policy::{Granted, authorize_root};

use super::Inspect;
use super::fixture::{
    OTHER, QUOTA, RACERS, ROOT, audit, collection, granted, here, insert, key_pair, stored, tags,
    with_accounts,
};
use crate::audit::AuditEntry;
use crate::error::DeleteKeyPairsError;
use crate::record::Page;

fn one(collection: KeyPairs, number: u32) -> Granted<KeyPair> {
    let account = collection.account;
    let key_id = key_pair(number, "any").key_id;
    let key_pair = KeyPair { collection, key_id };
    authorize_root(account, "lighthouse:DeleteKeyPairs", key_pair)
        .expect("root may do everything in its account")
}

fn entry(number: u32) -> AuditEntry {
    AuditEntry {
        operation: "lighthouse:DeleteKeyPairs".to_owned(),
        ..audit(ROOT, number)
    }
}

pub(super) async fn what_is_deleted_is_gone_with_its_tags(store: impl Inspect) {
    let store = with_accounts(store).await;
    let mut tagged = key_pair(1, "tagged");
    tagged.tags = tags(&["a", "b"]);
    let place = granted(here());
    let inserted = store.insert_key_pair(&place, tagged.clone(), QUOTA, audit(ROOT, 1));
    inserted.await.expect("room");
    for number in 2..=4 {
        insert(&store, here(), number, &format!("key_{number}"))
            .await
            .expect("room");
    }
    let wanted = [one(here(), 3), one(here(), 1)];
    let deleted = store.delete_key_pairs(&wanted, entry(5));
    deleted.await.expect("they are there");

    let (left, audit_rows) = stored(&store, here()).await;
    let names: Vec<_> = left.iter().map(|record| record.key_name.as_str()).collect();
    assert_eq!(names, ["key_4", "key_2"]);
    assert_eq!(audit_rows.len(), 5, "one row for both");
    let by_tag = KeyPairFilter::TagKey(vec!["a".to_owned()]);
    let all = Page {
        offset: 0,
        limit: 10,
    };
    let found = store.key_pairs(&granted(here()), &[by_tag], all).await;
    assert_eq!(found.expect("a page").total, 0);

    // Name and KeyId are free again, and without the tags of before.
    tagged.tags = tags(&[]);
    let again = store.insert_key_pair(&place, tagged.clone(), QUOTA, audit(ROOT, 6));
    again.await.expect("room");
    assert!(stored(&store, here()).await.0.contains(&tagged));
}

pub(super) async fn all_are_deleted_or_none(store: impl Inspect) {
    let store = with_accounts(store).await;
    for number in 1..=3 {
        insert(&store, here(), number, &format!("key_{number}"))
            .await
            .expect("room");
    }
    let elsewhere = collection(ROOT, Region::Tokyo);
    insert(&store, elsewhere, 4, "key_4").await.expect("room");
    let before = stored(&store, here()).await;
    // The one that is missing comes first, in between, last; it is in another region.
    for missing in 0..3 {
        let mut wanted = vec![one(here(), 1), one(here(), 2)];
        wanted.insert(missing, one(here(), 4));
        let told = store.delete_key_pairs(&wanted, entry(9)).await;
        let missing = key_pair(4, "any").key_id;
        let is_told = matches!(&told, Err(DeleteKeyPairsError::NotFound(id)) if *id == missing);
        assert!(is_told, "{told:?}");
        assert_eq!(stored(&store, here()).await, before);
    }
    let of_nobody = [one(collection(OTHER, Region::Guangzhou), 1)];
    let entry = AuditEntry {
        account: OTHER,
        ..entry(9)
    };
    let told = store.delete_key_pairs(&of_nobody, entry).await;
    assert!(matches!(told, Err(DeleteKeyPairsError::NotFound(_))));
}

pub(super) async fn a_deleted_key_pair_makes_room_in_the_quota(store: impl Inspect) {
    let store = with_accounts(store).await;
    for number in 1..=QUOTA.0 {
        insert(&store, here(), number, &format!("key_{number}"))
            .await
            .expect("room");
    }
    insert(&store, here(), 99, "more")
        .await
        .expect_err("no room");
    store
        .delete_key_pairs(&[one(here(), 5)], entry(5))
        .await
        .expect("it is there");
    insert(&store, here(), 99, "more")
        .await
        .expect("room again");
    insert(&store, here(), 98, "too_much")
        .await
        .expect_err("no room");
}

pub(super) async fn of_many_at_once_one_deletes_it(store: impl Inspect) {
    let store = with_accounts(store).await;
    insert(&store, here(), 1, "key").await.expect("room");
    let wanted = [one(here(), 1)];
    let racers = (0..RACERS).map(|number| store.delete_key_pairs(&wanted, entry(number)));
    let told = join_all(racers).await;
    let winners = told.iter().filter(|told| told.is_ok()).count();
    assert_eq!(winners, 1);
    for loser in told.into_iter().filter_map(Result::err) {
        assert!(matches!(loser, DeleteKeyPairsError::NotFound(_)), "{loser}");
    }
    let (left, audit_rows) = stored(&store, here()).await;
    assert_eq!((left.len(), audit_rows.len()), (0, 2));
}

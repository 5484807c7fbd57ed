//! How many key pairs there may be.

use futures_util::future::join_all;
use pharos_api::account::{AppId, Uin};
use pharos_api::region::Region;
use pharos_api::resource::KeyPairs;

use super::Inspect;
use super::fixture::{
    NOBODY, OTHER, QUOTA, RACERS, ROOT, audit, collection, granted, here, insert, key_name,
    key_pair, stored, with_accounts,
};
use crate::KeyPairQuota;
use crate::error::InsertKeyPairError;

pub(super) async fn the_default_quota_holds_for_each_account_and_region(store: impl Inspect) {
    let store = with_accounts(store).await;
    for place in [
        here(),
        collection(ROOT, Region::Tokyo),
        collection(OTHER, Region::Guangzhou),
    ] {
        fill(&store, place, QUOTA).await;
    }
}

pub(super) async fn an_account_may_have_a_quota_of_its_own(store: impl Inspect) {
    for (account, quota) in [(Uin(1), 0), (Uin(2), 3), (Uin(3), QUOTA.0 + 5)] {
        let quota = KeyPairQuota(quota);
        let inserted = store.insert_bare_account(account, AppId(account.0), Some(quota));
        inserted.await.expect("an account");
        fill(&store, collection(account, Region::Guangzhou), quota).await;
    }
}

pub(super) async fn a_taken_name_is_told_before_a_used_up_quota(store: impl Inspect) {
    let store = with_accounts(store).await;
    fill(&store, here(), QUOTA).await;
    let refused = insert(&store, here(), 99, "key_1").await;
    assert!(
        matches!(refused, Err(InsertKeyPairError::NameTaken)),
        "{refused:?}"
    );
}

pub(super) async fn looking_says_what_inserting_decides(store: impl Inspect) {
    let store = with_accounts(store).await;
    for (number, name) in (1..).zip(["a", "b", "a", "c", "d", "b"]) {
        let quota = KeyPairQuota(3);
        let place = granted(here());
        let looked = store
            .look_at_name_and_quota(&place, &key_name(name), quota)
            .await;
        let record = key_pair(number, name);
        let inserted = store
            .insert_key_pair(&place, record, quota, audit(ROOT, number))
            .await;
        assert_eq!(format!("{looked:?}"), format!("{inserted:?}"), "{name}");
    }
    let (key_pairs, _) = stored(&store, here()).await;
    assert_eq!(key_pairs.len(), 3);

    // An account that does not exist has no key pairs, and looking does not make it.
    let nowhere = collection(NOBODY, Region::Guangzhou);
    let looked = store
        .look_at_name_and_quota(&granted(nowhere), &key_name("a"), QUOTA)
        .await;
    looked.expect("room");
}

pub(super) async fn of_many_at_once_exactly_the_quota_is_let_in(store: impl Inspect) {
    let store = with_accounts(store).await;
    let names: Vec<_> = (0..RACERS).map(|number| format!("key_{number}")).collect();
    let racers = (0..)
        .zip(&names)
        .map(|(number, name)| insert(&store, here(), number, name));
    let ends = join_all(racers).await;
    for end in &ends {
        let expected = matches!(
            end,
            Ok(()) | Err(InsertKeyPairError::QuotaUsedUp { quota: 10 })
        );
        assert!(expected, "{end:?}");
    }
    // What was acknowledged is there, and nothing else is.
    let winners = (0..).zip(&names).zip(&ends).filter(|(_, end)| end.is_ok());
    let mut winners: Vec<_> = winners
        .map(|((number, name), _)| key_pair(number, name))
        .collect();
    winners.reverse(); // the newest first
    assert_eq!(winners.len(), 10);
    let (key_pairs, audit_rows) = stored(&store, here()).await;
    assert_eq!(key_pairs, winners);
    assert_eq!(audit_rows.len(), 10);
    assert!(
        (1..)
            .zip(&audit_rows)
            .all(|(sequence, row)| row.sequence == sequence)
    );
}

/// Adds `key_1`, `key_2`, ... until the quota is used up, and one more that is refused.
async fn fill(store: &impl Inspect, place: KeyPairs, quota: KeyPairQuota) {
    for number in 1..=quota.0 {
        let name = format!("key_{number}");
        insert(store, place, number, &name).await.expect("room");
    }
    let refused = insert(store, place, 98, "one_more").await;
    let expected =
        matches!(refused, Err(InsertKeyPairError::QuotaUsedUp { quota: told }) if told == quota.0);
    assert!(expected, "{refused:?}");
}

//! Stores that are busy, blocked or large.

use futures_util::future::{join, join_all};
use pharos_api::account::{AppId, Uin};
use pharos_api::region::Region;

use super::Inspect;
use super::denials::denial;
use super::fixture::{
    OTHER, ROOT, audit, collection, granted, here, insert, key_name, key_pair, stored,
    with_accounts,
};
use crate::KeyPairQuota;
use crate::error::{InsertKeyPairError, StoreError};
use crate::record::Page;

/// More than a batch of the writer, and more than a page of anything.
const MANY: u32 = 1_000;

pub(super) async fn who_waits_in_vain_is_told_that_nothing_was_done(store: impl Inspect) {
    let store = with_accounts(store).await;
    insert(&store, here(), 1, "before").await.expect("room");
    let before = stored(&store, here()).await;
    let block = store.block_writes(ROOT).await.expect("a block");
    // Several, so that it shows whether they wait together or one after the other.
    let names: Vec<_> = (2..=9).map(|number| format!("key_{number}")).collect();
    let waiting = (2..)
        .zip(&names)
        .map(|(n, name)| insert(&store, here(), n, name));
    let denied = store.record(denial(ROOT, 10));
    let (told, denied) = join(join_all(waiting), denied).await;
    for told in told {
        let failed = matches!(told, Err(InsertKeyPairError::Store(StoreError::Failed(_))));
        assert!(failed, "{told:?}");
    }
    assert!(matches!(denied, Err(StoreError::Failed(_))), "{denied:?}");
    assert_eq!(stored(&store, here()).await, before);
    drop(block);
    assert_eq!(stored(&store, here()).await, before, "nothing comes late");
    insert(&store, here(), 2, "after").await.expect("room");
}

pub(super) async fn many_at_once_all_get_what_they_ask_for(store: impl Inspect) {
    let store = with_accounts(store).await;
    let accounts = [ROOT, OTHER];
    let quota = KeyPairQuota(MANY);
    let requests = accounts.into_iter().flat_map(|account| {
        let store = &store;
        (0..MANY).map(move |number| async move {
            let record = key_pair(number, &format!("key_{number}"));
            let place = granted(collection(account, Region::Guangzhou));
            let entry = audit(account, number);
            store.insert_key_pair(&place, record, quota, entry).await
        })
    });
    for told in join_all(requests).await {
        told.expect("room");
    }
    for account in accounts {
        let place = collection(account, Region::Guangzhou);
        let (key_pairs, audit_rows) = stored(&store, place).await;
        let expected = (0..MANY).rev();
        let expected = expected.map(|number| key_pair(number, &format!("key_{number}")));
        assert_eq!(key_pairs, expected.collect::<Vec<_>>());
        assert_eq!(audit_rows.len(), key_pairs.len());

        // The quota is as exact as it is when it is small.
        let (place, name) = (granted(place), key_name("one_more"));
        let full = store.look_at_name_and_quota(&place, &name, quota).await;
        let expected = matches!(full, Err(InsertKeyPairError::QuotaUsedUp { quota: MANY }));
        assert!(expected, "{full:?}");
    }
}

pub(super) async fn many_accounts_do_not_see_each_other(store: impl Inspect) {
    let numbers = 1..=u64::from(MANY);
    for number in numbers.clone() {
        let account = store.insert_bare_account(Uin(number), AppId(number), None);
        account.await.expect("an account");
    }
    let place = |number| collection(Uin(number), Region::Guangzhou);
    let requests = numbers
        .clone()
        .map(|number| insert(&store, place(number), 1, "same"));
    for told in join_all(requests).await {
        told.expect("room");
    }
    for number in numbers.step_by(97) {
        let (key_pairs, audit_rows) = stored(&store, place(number)).await;
        assert_eq!(key_pairs, [key_pair(1, "same")]);
        assert_eq!(audit_rows.len(), 1);
    }
    let limit = Page {
        offset: 0,
        limit: 1,
    };
    let nowhere = granted(place(u64::from(MANY) + 1));
    let nobody = store.key_pairs(&nowhere, &[], limit).await.expect("a page");
    assert_eq!(nobody.total, 0);
}

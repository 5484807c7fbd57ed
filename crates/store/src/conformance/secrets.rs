//! Sealed secrets, and what they are sealed under.

use pharos_api::credential::SecretId;

use super::Inspect;
use super::fixture::{MASTER_KEY, ROOT, access_key, root, secret_id, time, user, with_accounts};
use crate::Store;
use crate::directory::ChangeError;
use crate::error::StoreError;
use crate::record::{AccessKey, MasterKeyId, Reseal, SealedSecretKey};

/// Another master key than the fixture's.
const NEXT: MasterKeyId = MasterKeyId(*b"master_2");

pub(super) async fn the_first_secret_decides_the_master_key(store: impl Inspect) {
    assert_eq!(master_key(&store).await, None);
    store.ensure_root(root(None)).await.expect("a start");
    assert_eq!(master_key(&store).await, None);
    let first = root(Some(access_key("AKIDroot", b"sealed")));
    store.ensure_root(first).await.expect("a start");
    assert_eq!(master_key(&store).await, Some(MASTER_KEY));
}

pub(super) async fn a_secret_under_another_master_key_is_not_kept(store: impl Inspect) {
    let store = with_accounts(store).await;
    store.set_master_key(NEXT).await.expect("another key");
    let refused = user(7, "AKIDold", &[]).add_to(&store).await;
    assert!(
        matches!(refused, Err(ChangeError::Store(StoreError::Failed(_)))),
        "{refused:?}"
    );
    let start = root(Some(access_key("AKIDroot", b"again")));
    let refused = store.ensure_root(start).await;
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");

    let mut new = user(7, "AKIDnew", &[]);
    new.access_key.sealed_secret_key.master_key = NEXT;
    new.add_to(&store).await.expect("a user");
    assert_eq!(outdated(&store, 10).await, ["AKIDroot"]);
}

pub(super) async fn outdated_secrets_come_in_pages_active_or_not(store: impl Inspect) {
    let store = with_accounts(store).await;
    let off = access_key("AKIDoff", b"off");
    let made = store.insert_access_key(ROOT, off, false, time(1));
    made.await.expect("an access key");
    for number in 1..=7 {
        let new = user(number, &format!("AKIDuser{number}"), &[]);
        new.add_to(&store).await.expect("a user");
    }
    assert_eq!(outdated(&store, 10).await, Vec::<String>::new());
    store.set_master_key(NEXT).await.expect("another key");
    let all = [
        "AKIDoff",
        "AKIDroot",
        "AKIDuser1",
        "AKIDuser2",
        "AKIDuser3",
        "AKIDuser4",
        "AKIDuser5",
        "AKIDuser6",
        "AKIDuser7",
    ];
    for limit in [1, 2, 3, 9, 10] {
        assert_eq!(outdated(&store, limit).await, all, "{limit} a page");
    }
}

pub(super) async fn a_secret_is_sealed_anew_only_where_the_old_one_stands(store: impl Inspect) {
    let store = with_accounts(store).await;
    store.set_master_key(NEXT).await.expect("another key");
    let reseal = |id: &str, from: &[u8], to: &[u8]| Reseal {
        secret_id: secret_id(id),
        from: access_key(id, from).sealed_secret_key,
        to: SealedSecretKey {
            master_key: NEXT,
            sealed: to.to_vec(),
        },
    };
    let secrets = vec![
        reseal("AKIDroot", b"changed meanwhile", b"too late"),
        reseal("AKIDgone", b"sealed", b"nobody's"),
    ];
    assert_eq!(store.reseal(secrets).await.expect("an answer"), 0);
    assert_eq!(outdated(&store, 10).await, ["AKIDroot"]);

    let before = store.access_version().await;
    let secrets = vec![reseal("AKIDroot", b"sealed", b"anew")];
    assert_eq!(store.reseal(secrets).await.expect("an answer"), 1);
    assert_eq!(outdated(&store, 10).await, Vec::<String>::new());
    let found = store.access_key(&secret_id("AKIDroot")).await;
    let (key, _) = found.expect("a look").expect("the key");
    let anew = reseal("AKIDroot", b"", b"anew").to;
    assert_eq!(key.sealed_secret_key, anew);
    assert!(before.is_none() || store.access_version().await != before);
}

async fn master_key(store: &impl Store) -> Option<MasterKeyId> {
    store.master_key().await.expect("an answer")
}

/// All outdated secrets, read so many at a time.
async fn outdated(store: &impl Store, limit: u32) -> Vec<String> {
    let mut all: Vec<SecretId> = Vec::new();
    loop {
        let page = store.outdated_secrets(all.last(), limit).await;
        let page = page.expect("a page");
        let is_last = page.len() < usize::try_from(limit).expect("a small number");
        let ids = page
            .into_iter()
            .map(|AccessKey { secret_id, .. }| secret_id);
        all.extend(ids);
        if is_last {
            return all.iter().map(ToString::to_string).collect();
        }
    }
}

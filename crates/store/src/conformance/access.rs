//! The root account, users, and the access keys of both.

use futures_util::future::join_all;
use pharos_api::account::{AppId, Uin};

use super::Inspect;
use super::fixture::{NOBODY, ROOT, access_key, root, secret_id, time, user, with_accounts};
use crate::Store;
use crate::error::StoreError;
use crate::record::{AccessKey, AccessKeyOwner, RootAccount, StartKey};

pub(super) async fn a_fresh_store_has_no_root_account(store: impl Inspect) {
    assert_eq!(root_secret_ids(&store).await, Vec::<String>::new());
}

pub(super) async fn the_first_start_makes_the_root_account_and_its_key(store: impl Inspect) {
    let key = access_key("AKIDfirst", b"sealed");
    start(&store, root(Some(key.clone()))).await;
    assert_eq!(root_secret_ids(&store).await, ["AKIDfirst"]);
    let owner = AccessKeyOwner::Root { account: ROOT };
    assert_eq!(find(&store, "AKIDfirst").await, Some((key, owner)));
}

pub(super) async fn a_start_without_a_key_makes_the_account_and_leaves_its_keys(
    store: impl Inspect,
) {
    start(&store, root(None)).await;
    assert_eq!(root_secret_ids(&store).await, Vec::<String>::new());
    // It exists: it can have keys.
    make_through_api(&store, access_key("AKIDmade", b"made"), true, 1).await;
    start(&store, root(None)).await;
    assert_eq!(root_secret_ids(&store).await, ["AKIDmade"]);
}

pub(super) async fn starting_again_changes_nothing(store: impl Inspect) {
    let key = access_key("AKIDfirst", b"sealed");
    start(&store, root(Some(key.clone()))).await;
    let before = find(&store, "AKIDfirst").await;
    // Other numbers do not matter any more, nor does the time.
    let again = RootAccount {
        account: NOBODY,
        app_id: AppId(404),
        start_key: Some(StartKey::Set(key)),
        created_time: time(9),
    };
    start(&store, again).await;
    assert_eq!(root_secret_ids(&store).await, ["AKIDfirst"]);
    assert_eq!(find(&store, "AKIDfirst").await, before);
}

pub(super) async fn a_start_seals_its_key_anew(store: impl Inspect) {
    start(&store, root(Some(access_key("AKIDfirst", b"sealed")))).await;
    let resealed = access_key("AKIDfirst", b"sealed under another nonce");
    start(&store, root(Some(resealed.clone()))).await;
    let (found, _) = find(&store, "AKIDfirst").await.expect("the start key");
    assert_eq!(found, resealed);
}

pub(super) async fn a_new_start_key_replaces_the_old_one_and_no_other(store: impl Inspect) {
    start(&store, root(Some(access_key("AKIDfirst", b"first")))).await;
    make_through_api(&store, access_key("AKIDmade", b"made"), true, 1).await;
    let theirs = user(7, "AKIDuser", &[]);
    theirs.add_to(&store).await.expect("a user");

    let second = RootAccount {
        created_time: time(2),
        ..root(Some(access_key("AKIDoperator", b"operator")))
    };
    start(&store, second).await;
    assert_eq!(root_secret_ids(&store).await, ["AKIDmade", "AKIDoperator"]);
    assert_eq!(find(&store, "AKIDfirst").await, None);
    assert!(find(&store, "AKIDuser").await.is_some());
}

pub(super) async fn of_start_keys_that_are_made_the_first_holds(store: impl Inspect) {
    let made = |id: &str| RootAccount {
        start_key: Some(StartKey::Made(access_key(id, b"made"))),
        ..root(None)
    };
    let names: Vec<_> = (0..8).map(|number| format!("AKID{number}")).collect();
    let starts = names.iter().map(|name| store.ensure_root(made(name)));
    let told = join_all(starts).await;
    let held = root_secret_ids(&store).await;
    assert_eq!(held.len(), 1, "{held:?}");
    let first = held.first().expect("the one that holds");
    for told in told {
        let told = told.expect("a start");
        assert_eq!(told, [secret_id(first)], "everybody is told who was first");
    }
    // One that the operator sets still takes its place.
    start(&store, root(Some(access_key("AKIDset", b"set")))).await;
    start(&store, made("AKIDlate")).await;
    assert_eq!(root_secret_ids(&store).await, ["AKIDset"]);
}

pub(super) async fn a_start_key_cannot_take_over_the_key_of_a_user(store: impl Inspect) {
    start(&store, root(Some(access_key("AKIDfirst", b"first")))).await;
    let theirs = user(7, "AKIDuser", &[]);
    theirs.add_to(&store).await.expect("a user");
    let before = find(&store, "AKIDuser").await;

    let taking = root(Some(access_key("AKIDuser", b"operator")));
    let refused = store.ensure_root(taking).await;
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    assert_eq!(find(&store, "AKIDuser").await, before);
    assert_eq!(root_secret_ids(&store).await, ["AKIDfirst"]);
}

pub(super) async fn an_access_key_knows_its_user_and_the_policies_in_order(store: impl Inspect) {
    start(&store, root(None)).await;
    let documents: Vec<_> = (0..12).rev().map(|n| format!(r#"{{"n":{n}}}"#)).collect();
    let documents: Vec<_> = documents.iter().map(String::as_str).collect();
    for (number, secret_id_text, policies) in [(7, "AKIDmany", &*documents), (8, "AKIDnone", &[])] {
        let new = user(number, secret_id_text, policies);
        new.clone().add_to(&store).await.expect("a user");
        let owner = AccessKeyOwner::User {
            account: ROOT,
            user: Uin(number),
            policies: new.policies,
        };
        let found = find(&store, secret_id_text).await;
        assert_eq!(found, Some((new.access_key, owner)));
    }
}

pub(super) async fn what_is_unknown_or_inactive_is_not_found(store: impl Inspect) {
    let store = with_accounts(store).await;
    make_through_api(&store, access_key("AKIDoff", b"off"), false, 1).await;
    for unknown in ["AKIDoff", "AKIDroo", "akidroot", "AKIDroot_", "AKID"] {
        assert_eq!(find(&store, unknown).await, None, "{unknown}");
    }
    assert_eq!(root_secret_ids(&store).await, ["AKIDroot"]);
}

pub(super) async fn the_version_changes_with_whatever_an_access_key_may_do(store: impl Inspect) {
    start(&store, root(Some(access_key("AKIDfirst", b"first")))).await;
    let Some(first) = store.access_version().await else {
        return; // It cannot be told here, so everybody is looked up each time.
    };
    let version = async || store.access_version().await.expect("a version");
    assert_eq!(version().await, first, "nothing has changed");
    let mut seen = vec![first];
    let mut changed = async || {
        let now = version().await;
        assert!(!seen.contains(&now), "{now:?} in {seen:?}");
        seen.push(now);
    };
    let new = user(7, "AKIDuser", &["{}"]);
    new.add_to(&store).await.expect("a user");
    changed().await;
    make_through_api(&store, access_key("AKIDmade", b"made"), true, 1).await;
    changed().await;
    start(&store, root(Some(access_key("AKIDsecond", b"second")))).await;
    changed().await;
}

async fn start(store: &impl Store, root: RootAccount) {
    let told = store.ensure_root(root).await.expect("a start");
    let told: Vec<_> = told.iter().map(ToString::to_string).collect();
    assert_eq!(root_secret_ids(store).await, told);
}

async fn make_through_api(store: &impl Inspect, key: AccessKey, is_active: bool, at: i64) {
    store
        .insert_access_key(ROOT, key, is_active, time(at))
        .await
        .expect("an access key");
}

async fn find(store: &impl Store, text: &str) -> Option<(AccessKey, AccessKeyOwner)> {
    let found = store.access_key(&secret_id(text)).await;
    found.expect("a look at the access keys")
}

async fn root_secret_ids(store: &impl Store) -> Vec<String> {
    let secret_ids = store.root_secret_ids().await.expect("the SecretIds");
    secret_ids.iter().map(ToString::to_string).collect()
}

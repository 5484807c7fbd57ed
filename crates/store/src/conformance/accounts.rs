//! Accounts, and their numbers.

use pharos_api::account::{AppId, Uin};
use pharos_api::resource::Account;
use pharos_api::role_id::RoleId;

use super::Inspect;
use super::directory::role;
use super::fixture::{
    NOBODY, OTHER, ROOT, access_key, audit, chained, log, proof_in, secret_id, time, user,
    with_accounts,
};
use crate::directory::{Change, ChangeError, RoleKey};
use crate::error::InsertAccountError;
use crate::record::{AccessKeyOwner, AccountRecord, NewAccount};

const NEW: Uin = Uin(200_000_000_001);

fn new(account: Uin, app_id: u64, secret_id_text: &str) -> NewAccount {
    NewAccount {
        account,
        app_id: AppId(app_id),
        access_key: access_key(secret_id_text, b"sealed"),
        created_time: time(5),
    }
}

pub(super) async fn an_account_is_added_with_a_key_that_signs(store: impl Inspect) {
    let store = with_accounts(store).await;
    let entry = audit(NEW, 1);
    let added = store.insert_account(new(NEW, 7, "AKIDnew"), entry.clone());
    added.await.expect("an account");
    let found = store.access_key(&secret_id("AKIDnew")).await;
    let (_, owner) = found.expect("a look").expect("the key");
    assert_eq!(owner, AccessKeyOwner::Root { account: NEW });
    assert_eq!(log(&store, NEW).await, chained(&[entry]));
    let accounts = store.accounts().await.expect("a look");
    let numbers: Vec<_> = accounts.iter().map(|account| account.account).collect();
    assert_eq!(numbers, [ROOT, NEW, OTHER]);
    let expected = AccountRecord {
        account: NEW,
        app_id: AppId(7),
        is_root: false,
        is_disabled: false,
        created_time: time(5),
    };
    assert_eq!(accounts.get(1), Some(&expected));
    assert!(accounts.first().is_some_and(|account| account.is_root));
}

pub(super) async fn a_disabled_account_cannot_sign(store: impl Inspect) {
    let store = with_accounts(store).await;
    let added = store.insert_account(new(NEW, 7, "AKIDnew"), audit(NEW, 1));
    added.await.expect("an account");
    let mut theirs = user(7, "AKIDseven", &[]);
    theirs.account = NEW;
    theirs.add_to(&store).await.expect("a user");
    let set = async |account, is_disabled| {
        let proof = proof_in(account, Account(account));
        let set = store.set_account_status(&proof, is_disabled, audit(account, 2));
        set.await.expect("a change")
    };
    let can_sign = async |text| {
        let found = store.access_key(&secret_id(text)).await;
        found.expect("a look").is_some()
    };
    let role = Change::AddRole {
        account: proof_in(NEW, Account(NEW)),
        role: role(RoleId(1), "keeper"),
    };
    let added = store.change_directory(role, audit(NEW, 1)).await;
    added.expect("a role");
    let rows = log(&store, NEW).await.len();
    for is_disabled in [true, false, true] {
        assert!(set(NEW, is_disabled).await);
        for text in ["AKIDnew", "AKIDseven"] {
            assert_eq!(can_sign(text).await, !is_disabled, "{text}");
        }
        let role = store.role(NEW, &RoleKey::Id(RoleId(1))).await;
        assert_eq!(role.expect("a look").is_some(), !is_disabled);
    }
    assert_eq!(log(&store, NEW).await.len(), rows + 3);
    assert!(!set(ROOT, true).await, "a server starts with it");
    assert!(!set(NOBODY, true).await);
    assert!(can_sign("AKIDroot").await);
    assert_eq!(log(&store, ROOT).await, []);
}

pub(super) async fn a_number_is_one_in_the_whole_store(store: impl Inspect) {
    let store = with_accounts(store).await;
    let seven = user(7, "AKIDseven", &[]);
    seven.add_to(&store).await.expect("a user");
    for (account, app_id, text) in [
        (OTHER, 7, "AKIDa"),
        (Uin(7), 7, "AKIDb"),
        (NEW, u64::MAX, "AKIDc"),
        (NEW, 7, "AKIDseven"),
    ] {
        let refused = store.insert_account(new(account, app_id, text), audit(account, 1));
        let refused = refused.await;
        let is_told = matches!(refused, Err(InsertAccountError::NumberTaken));
        assert!(is_told, "{account}: {refused:?}");
    }
    for (account, number, text) in [
        (OTHER, 7, "AKIDd"),
        (ROOT, OTHER.0, "AKIDe"),
        (ROOT, ROOT.0, "AKIDf"),
        (OTHER, 8, "AKIDseven"),
    ] {
        let mut new = user(number, text, &[]);
        new.account = account;
        let refused = new.add_to(&store).await;
        let is_told = matches!(refused, Err(ChangeError::IdTaken));
        assert!(is_told, "{number}: {refused:?}");
    }
    let accounts = store.accounts().await.expect("a look");
    assert_eq!(accounts.len(), 2);
    for text in ["AKIDa", "AKIDb", "AKIDc", "AKIDd", "AKIDe", "AKIDf"] {
        let found = store.access_key(&secret_id(text)).await;
        assert_eq!(found.expect("a look"), None, "{text}");
    }
    assert_eq!(log(&store, OTHER).await, []);
    // What was refused took no number.
    let mut new = user(8, "AKIDeight", &[]);
    new.account = OTHER;
    new.add_to(&store).await.expect("a user");
}

//! The operator of a store, at work on it without a server.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::instance_name::InstanceName;
use pharos_api::platform_type::PlatformType;
use pharos_api::region::Region;
use pharos_api::username::Username;
use pharos_service::clock::Clock;
use pharos_service::master_keys::MasterKeys;
use pharos_service::operator::{Machine, Operator};
use pharos_service::root::ROOT_ACCOUNT;
use pharos_store::conformance::Inspect;
use pharos_store::directory::{ChangeError, Limit, Missing};
use pharos_store::instance::Addresses;
use pharos_store::record::{
    AccessKey, AccessKeyOwner, MasterKeyId, Quotas, RootAccount, SealedSecretKey, StartKey,
};
use pharos_store::{InstanceQuota, Store};
use pharos_store_sqlite::SqliteStore;
use pharos_testkit::clock::ManualClock;
use pharos_testkit::master_key::FixedMasterKey;
use pharos_testkit::random::SeededRandom;
use tempfile::TempDir;

const QUOTA: InstanceQuota = InstanceQuota(2);

struct Setup {
    _folder: TempDir,
    store: Arc<SqliteStore>,
    clock: Arc<ManualClock>,
}

impl Setup {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("store")).unwrap();
        Self {
            _folder: folder,
            store: Arc::new(store),
            clock: Arc::new(ManualClock::default()),
        }
    }

    async fn operator(&self) -> Operator {
        self.at_work_on(None).await.unwrap()
    }

    async fn at_work_on(&self, account: Option<Uin>) -> Option<Operator> {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let random = Arc::new(SeededRandom::announced());
        let operator = Operator::new(store, clock, random, account).await;
        operator.unwrap()
    }
}

fn machine() -> Machine {
    Machine {
        name: InstanceName::try_from("web".to_owned()).unwrap(),
        platform_type: PlatformType::LinuxUnix,
        default_user: Username::root(),
        addresses: Addresses::default(),
    }
}

#[tokio::test]
async fn what_is_done_stands_in_the_log_as_the_operators_with_its_request() {
    let setup = Setup::new();
    let operator = setup.operator().await;
    let region = Region::Tokyo;
    let id = operator.register(region, machine(), QUOTA).await.unwrap();
    let seen = operator.instances(region, None).await.unwrap();
    operator.remove(region, &[id]).await.unwrap();
    let rows = setup.store.audit_rows(ROOT_ACCOUNT).await.unwrap();
    let operations: Vec<_> = rows.iter().map(|row| row.operation.as_str()).collect();
    assert_eq!(
        operations,
        ["pharos:RegisterInstance", "pharos:RemoveInstance"]
    );
    for row in &rows {
        assert_eq!(row.secret_id, SecretId::operator());
        assert_eq!(row.time, setup.clock.now());
    }
    assert_eq!(seen[0].latest_operation_request_id, rows[0].request_id);
    assert_eq!(seen[0].created_time, Some(rows[0].time));
}

#[tokio::test]
async fn a_refusal_leaves_no_trace() {
    let setup = Setup::new();
    let operator = setup.operator().await;
    let region = Region::Tokyo;
    let first = operator.register(region, machine(), QUOTA).await.unwrap();
    operator.register(region, machine(), QUOTA).await.unwrap();
    let before = setup.store.audit_rows(ROOT_ACCOUNT).await.unwrap();
    let refused = operator.register(region, machine(), QUOTA).await;
    assert!(refused.is_err());
    let elsewhere = operator.remove(Region::Seoul, &[first]).await;
    assert!(elsewhere.is_err());
    let after = setup.store.audit_rows(ROOT_ACCOUNT).await.unwrap();
    assert_eq!(after, before);
    assert_eq!(operator.instances(region, None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_root_account_that_is_there_is_worked_on() {
    let setup = Setup::new();
    let account = Uin(7);
    let start_key = AccessKey {
        secret_id: SecretId::parse("AKIDseven").unwrap(),
        sealed_secret_key: SealedSecretKey {
            master_key: MasterKeyId(*b"operator"),
            sealed: vec![7],
        },
    };
    let root = RootAccount {
        account,
        app_id: AppId(7),
        start_key: Some(StartKey::Set(start_key)),
        created_time: setup.clock.now(),
    };
    setup.store.ensure_root(root).await.unwrap();
    let operator = setup.operator().await;
    assert_eq!(operator.account(), account);
    let quotas = Quotas {
        key_pairs: Some(3),
        instances: None,
    };
    let changed = operator.change_quotas(|_| quotas).await.unwrap();
    assert_eq!(changed, quotas);
    let usage = operator.usage(Region::Seoul).await.unwrap();
    assert_eq!(usage.quotas, quotas);
}

fn master_keys() -> MasterKeys {
    MasterKeys::load(FixedMasterKey(7)).unwrap()
}

/// Gives the root user a new access key, and answers which.
async fn add_root_key(operator: &Operator) -> Result<SecretId, ChangeError> {
    let (access_key, _) = operator.new_access_key(&master_keys()).await.unwrap();
    let secret_id = access_key.secret_id.clone();
    let root = operator.users().await?.remove(0);
    operator.add_access_key(&root, access_key).await?;
    Ok(secret_id)
}

async fn create_account(operator: &Operator) -> (Uin, SecretId) {
    let (access_key, _) = operator.new_access_key(&master_keys()).await.unwrap();
    let secret_id = access_key.secret_id.clone();
    let (account, _) = operator.create_account(access_key).await.unwrap();
    (account, secret_id)
}

impl Setup {
    async fn can_sign(&self, secret_id: &SecretId) -> bool {
        self.store.access_key(secret_id).await.unwrap().is_some()
    }

    /// What stands in an account's log: the operations, each with what it names, in a line.
    async fn log(&self, account: Uin) -> Vec<(String, String)> {
        let rows = self.store.audit_rows(account).await.unwrap();
        let rows = rows.into_iter().map(|row| {
            assert_eq!((row.account, row.user), (account, account));
            assert_eq!(row.secret_id, SecretId::operator());
            (row.operation, row.resources.join(" "))
        });
        rows.collect()
    }
}

/// What a row names of what was done to an access key of the root user.
fn named(account: Uin, secret_id: &SecretId) -> String {
    let cam = format!("qcs::cam::uin/{account}");
    format!("{cam}:uin/{account} {cam}:secretId/{secret_id}")
}

fn rows<const N: usize>(rows: [(&str, &str); N]) -> Vec<(String, String)> {
    rows.map(|(operation, resource)| (operation.to_owned(), resource.to_owned()))
        .to_vec()
}

#[tokio::test]
async fn a_new_account_signs_until_it_is_disabled_and_its_log_tells() {
    let setup = Setup::new();
    let operator = setup.operator().await;
    let (account, secret_id) = create_account(&operator).await;
    assert_ne!(account, ROOT_ACCOUNT);
    let (access_key, owner) = setup.store.access_key(&secret_id).await.unwrap().unwrap();
    assert_eq!(owner, AccessKeyOwner::Root { account });
    let sealed = &access_key.sealed_secret_key;
    let opened = master_keys().unseal(&secret_id, sealed).await;
    assert!(opened.is_ok(), "it is sealed under the store's master key");
    let there = setup.at_work_on(Some(account)).await.unwrap();
    for is_disabled in [true, false] {
        assert!(there.set_disabled(is_disabled).await.unwrap());
        assert_eq!(there.is_disabled().await.unwrap(), is_disabled);
        assert_eq!(setup.can_sign(&secret_id).await, !is_disabled);
    }
    assert_eq!(
        setup.log(account).await,
        rows([
            ("pharos:CreateAccount", "*"),
            ("pharos:DisableAccount", "*"),
            ("pharos:EnableAccount", "*"),
        ])
    );
    assert_eq!(setup.log(ROOT_ACCOUNT).await, []);
}

#[tokio::test]
async fn a_number_that_is_taken_is_drawn_again() {
    let setup = Setup::new();
    let keys = setup.operator().await;
    let mut accounts = Vec::new();
    for _ in 0..2 {
        let (access_key, _) = keys.new_access_key(&master_keys()).await.unwrap();
        let (store, clock) = (setup.store.clone(), setup.clock.clone());
        // Both draw the same numbers.
        let random = Arc::new(SeededRandom::from_seed(7));
        let operator = Operator::new(store, clock, random, None).await.unwrap();
        let made = operator.unwrap().create_account(access_key).await;
        accounts.push(made.unwrap());
    }
    assert_ne!(accounts[0].0, accounts[1].0);
    assert_ne!(accounts[0].1, accounts[1].1);
}

#[tokio::test]
async fn the_root_account_is_never_disabled() {
    let setup = Setup::new();
    let operator = setup.operator().await;
    let secret_id = add_root_key(&operator).await.unwrap();
    assert!(!operator.set_disabled(true).await.unwrap());
    assert!(setup.can_sign(&secret_id).await);
    assert_eq!(setup.log(ROOT_ACCOUNT).await.len(), 1, "its key");
}

#[tokio::test]
async fn nobody_is_at_work_on_an_account_that_is_not_there() {
    let setup = Setup::new();
    assert!(setup.at_work_on(Some(Uin(7))).await.is_none());
    // The root account is there as soon as anything is added.
    let root = setup.at_work_on(Some(ROOT_ACCOUNT)).await.unwrap();
    assert!(root.is_store_new());
    let (account, _) = create_account(&root).await;
    assert!(setup.at_work_on(Some(Uin(7))).await.is_none());
    let there = setup.at_work_on(Some(account)).await.unwrap();
    assert!(!there.is_store_new());
    let accounts = there.accounts().await.unwrap();
    assert_eq!(accounts.len(), 2);
    assert!(accounts[0].is_root && accounts[0].account == ROOT_ACCOUNT);
}

#[tokio::test]
async fn an_access_key_is_made_disabled_enabled_and_deleted_whosever_it_is() {
    let setup = Setup::new();
    let operator = setup.operator().await;
    let (account, secret_id) = create_account(&operator).await;
    let user = operator.owner(&secret_id).await.unwrap().unwrap();
    assert_eq!(
        (user.account, user.user, &user.name),
        (account, account, &None)
    );
    for is_active in [false, true] {
        let id = secret_id.clone();
        let set = operator.set_access_key_status(&user, id, is_active).await;
        set.unwrap();
        assert_eq!(setup.can_sign(&secret_id).await, is_active);
    }
    let deleted = operator.delete_access_key(&user, secret_id.clone()).await;
    deleted.unwrap();
    assert!(!setup.can_sign(&secret_id).await);
    assert_eq!(operator.owner(&secret_id).await.unwrap(), None);
    let named = named(account, &secret_id);
    assert_eq!(
        setup.log(account).await,
        rows([
            ("pharos:CreateAccount", "*"),
            ("pharos:DisableAccessKey", &named),
            ("pharos:EnableAccessKey", &named),
            ("pharos:DeleteAccessKey", &named),
        ])
    );
    let again = operator.delete_access_key(&user, secret_id).await;
    let is_told = matches!(again, Err(ChangeError::Missing(Missing::AccessKey(_))));
    assert!(is_told, "{again:?}");
    assert_eq!(setup.log(account).await.len(), 4);
}

#[tokio::test]
async fn a_user_has_no_more_access_keys_than_it_may() {
    let setup = Setup::new();
    let operator = setup.operator().await;
    let first = add_root_key(&operator).await.unwrap();
    setup.clock.advance(Duration::from_secs(1));
    let second = add_root_key(&operator).await.unwrap();
    let refused = add_root_key(&operator).await;
    let is_told = matches!(refused, Err(ChangeError::Full(Limit::AccessKeys)));
    assert!(is_told, "{refused:?}");
    let root = operator.users().await.unwrap().remove(0);
    let kept = root.access_keys.into_iter().map(|found| found.secret_id);
    let kept: Vec<_> = kept.collect();
    assert_eq!(kept, [first.clone(), second.clone()]);
    let named = [first, second].map(|secret_id| named(ROOT_ACCOUNT, &secret_id));
    let row = |index: usize| ("pharos:CreateAccessKey", named[index].as_str());
    assert_eq!(setup.log(ROOT_ACCOUNT).await, rows([row(0), row(1)]));
}

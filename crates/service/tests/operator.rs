//! The operator of a store, at work on it without a server.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::instance_name::InstanceName;
use pharos_api::platform_type::PlatformType;
use pharos_api::region::Region;
use pharos_api::username::Username;
use pharos_service::clock::Clock;
use pharos_service::operator::{Machine, Operator};
use pharos_service::root::ROOT_ACCOUNT;
use pharos_store::conformance::Inspect;
use pharos_store::instance::Addresses;
use pharos_store::record::{
    AccessKey, MasterKeyId, Quotas, RootAccount, SealedSecretKey, StartKey,
};
use pharos_store::{InstanceQuota, Store};
use pharos_store_sqlite::SqliteStore;
use pharos_testkit::clock::ManualClock;
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
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let random = Arc::new(SeededRandom::announced());
        Operator::new(store, clock, random, None).await.unwrap()
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
    assert_eq!(changed, Some(quotas));
    let usage = operator.usage(Region::Seoul).await.unwrap();
    assert_eq!(usage.quotas, quotas);
}

//! The Store trait on SQLite: one file, one writer that batches into durable commits, and a few
//! readers beside it.

mod account;
mod archive;
mod audit;
mod binding;
mod column;
mod commits;
mod diagnose;
mod directory;
mod fault;
#[cfg(any(test, feature = "conformance"))]
mod inspect;
mod instance;
mod key_pair;
mod open;
#[cfg(test)]
mod plans;
mod quota;
mod readers;
mod rows;
mod schema;
mod secret;
mod statement;
mod undone;
mod wal;
mod writer;

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::instance_id::InstanceId;
use pharos_api::key_name::KeyName;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_api::resource::{Account, Instances, KeyPair, KeyPairs};
use pharos_api::time::Timestamp;
use pharos_policy::Granted;
use pharos_store::audit::{AuditEntry, AuditHead, AuditRow};
use pharos_store::directory::{Change, ChangeError, Directory, RoleKey, RoleRecord};
use pharos_store::error::{
    DeleteKeyPairsError, InsertAccountError, InsertInstancesError, InsertKeyPairError, StoreError,
};
use pharos_store::instance::{Operate, OperateError};
use pharos_store::record::{
    AccessKey, AccessKeyOwner, AccountRecord, KeyPairPage, KeyPairRecord, ListedInstance,
    MasterKeyId, NewAccount, NewInstances, Page, Quotas, Reseal, RootAccount, Usage,
};
use pharos_store::{AccessVersion, InstanceQuota, KeyPairQuota, Store};

pub use archive::Snapshot;
use commits::Commits;
pub use diagnose::{Diagnosis, diagnose};
pub use open::OpenError;
use readers::Readers;
use undone::Undone;
use writer::Writer;

/// How long another process may hold the write lock before a request fails: longer than a backup or
/// an operator's statement takes, shorter than a client waits.
pub const BUSY_WAIT: Duration = Duration::from_secs(5);

/// A store in one file, with its companions `-wal` and `-shm` beside it.
///
/// Dropping it blocks until what waits is done, moves the WAL into the file, and ends its threads.
pub struct SqliteStore {
    path: PathBuf,
    // Dropped in this order: the connection that closes last removes the WAL, and only the writer
    // may.
    readers: Readers,
    commits: Commits,
    writer: Writer,
}

#[async_trait]
impl Store for SqliteStore {
    async fn ready(&self) -> Result<(), StoreError> {
        let look = |store: &_| {
            schema::check_version(store)
                .map_err(|fault| Undone::Refused(StoreError::Failed(Box::new(fault))))
        };
        self.readers.read(look).await
    }

    async fn ensure_root(&self, root: RootAccount) -> Result<Vec<SecretId>, StoreError> {
        let work = move |store: &_| account::ensure_root(store, &root);
        self.writer.write(work).await
    }

    async fn root_secret_ids(&self) -> Result<Vec<SecretId>, StoreError> {
        self.readers.read(account::root_secret_ids).await
    }

    async fn accounts(&self) -> Result<Vec<AccountRecord>, StoreError> {
        self.readers.read(account::all).await
    }

    async fn insert_account(
        &self,
        account: NewAccount,
        audit: AuditEntry,
    ) -> Result<(), InsertAccountError> {
        let work = move |store: &_| account::insert(store, &account, &audit);
        self.writer.write(work).await
    }

    async fn set_account_status(
        &self,
        account: &Granted<Account>,
        is_disabled: bool,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let account = **account;
        let work = move |store: &_| account::set_status(store, account, is_disabled, &audit);
        self.writer.write(work).await
    }

    async fn directory(&self, account: &Granted<Account>) -> Result<Directory, StoreError> {
        let Account(account) = **account;
        let work = move |store: &_| directory::read(store, account);
        self.readers.read(work).await
    }

    async fn change_directory(&self, change: Change, audit: AuditEntry) -> Result<(), ChangeError> {
        let work = move |store: &_| directory::change(store, &change, &audit);
        self.writer.write(work).await
    }

    async fn role(
        &self,
        account: Uin,
        role: &RoleKey,
    ) -> Result<Option<(RoleRecord, Vec<String>)>, StoreError> {
        let role = role.clone();
        let work = move |store: &_| directory::role(store, account, &role);
        self.readers.read(work).await
    }

    async fn note_use(&self, secret_id: &SecretId, time: Timestamp) -> Result<(), StoreError> {
        let secret_id = secret_id.clone();
        let work = move |store: &_| directory::note_use(store, &secret_id, time);
        self.writer.write(work).await
    }

    async fn access_key(
        &self,
        secret_id: &SecretId,
    ) -> Result<Option<(AccessKey, AccessKeyOwner)>, StoreError> {
        let secret_id = secret_id.clone();
        let work = move |store: &_| account::access_key(store, secret_id);
        self.readers.read(work).await
    }

    async fn access_version(&self) -> Option<AccessVersion> {
        self.commits.version()
    }

    async fn master_key(&self) -> Result<Option<MasterKeyId>, StoreError> {
        self.readers.read(secret::master_key).await
    }

    async fn set_master_key(&self, id: MasterKeyId) -> Result<(), StoreError> {
        let work = move |store: &_| secret::set_master_key(store, id);
        self.writer.write(work).await
    }

    async fn outdated_secrets(
        &self,
        after: Option<&SecretId>,
        limit: u32,
    ) -> Result<Vec<AccessKey>, StoreError> {
        let after = after.map_or(String::new(), |id| id.as_str().to_owned());
        let work = move |store: &_| secret::outdated(store, &after, limit);
        self.readers.read(work).await
    }

    async fn reseal(&self, secrets: Vec<Reseal>) -> Result<u64, StoreError> {
        let work = move |store: &_| secret::reseal(store, &secrets);
        self.writer.write(work).await
    }

    async fn key_pairs(
        &self,
        collection: &Granted<KeyPairs>,
        filters: &[KeyPairFilter],
        page: Page,
    ) -> Result<KeyPairPage, StoreError> {
        let (collection, filters) = (**collection, filters.to_vec());
        let work = move |store: &_| key_pair::page(store, collection, &filters, page);
        self.readers.read(work).await
    }

    async fn look_at_name_and_quota(
        &self,
        collection: &Granted<KeyPairs>,
        name: &KeyName,
        default_quota: KeyPairQuota,
    ) -> Result<(), InsertKeyPairError> {
        let (collection, name) = (**collection, name.clone());
        let work =
            move |store: &_| key_pair::find_room(store, collection, &name, None, default_quota);
        self.readers.read(work).await
    }

    async fn insert_key_pair(
        &self,
        collection: &Granted<KeyPairs>,
        key_pair: KeyPairRecord,
        default_quota: KeyPairQuota,
        audit: AuditEntry,
    ) -> Result<(), InsertKeyPairError> {
        let collection = **collection;
        let work =
            move |store: &_| key_pair::insert(store, collection, &key_pair, default_quota, &audit);
        self.writer.write(work).await
    }

    async fn delete_key_pairs(
        &self,
        key_pairs: &[Granted<KeyPair>],
        audit: AuditEntry,
    ) -> Result<(), DeleteKeyPairsError> {
        let key_pairs: Vec<KeyPair> = key_pairs
            .iter()
            .map(|key_pair| (**key_pair).clone())
            .collect();
        let work = move |store: &_| key_pair::delete(store, &key_pairs, &audit);
        self.writer.write(work).await
    }

    async fn instances(
        &self,
        collection: &Granted<Instances>,
        instance_ids: Option<&[InstanceId]>,
    ) -> Result<Vec<ListedInstance>, StoreError> {
        let (place, instance_ids) = (**collection, instance_ids.map(<[_]>::to_vec));
        let work = move |store: &_| instance::list(store, place, instance_ids.as_deref());
        self.readers.read(work).await
    }

    async fn insert_instances(
        &self,
        collection: &Granted<Instances>,
        instances: NewInstances,
        default_quota: InstanceQuota,
        audit: AuditEntry,
    ) -> Result<Vec<InstanceId>, InsertInstancesError> {
        let place = **collection;
        let work =
            move |store: &_| instance::insert(store, place, &instances, default_quota, &audit);
        self.writer.write(work).await
    }

    async fn operate(&self, operate: Operate, audit: AuditEntry) -> Result<(), OperateError> {
        let work = move |store: &_| instance::operate(store, &operate, &audit);
        self.writer.write(work).await
    }

    async fn usage(&self, collection: &Granted<KeyPairs>) -> Result<Usage, StoreError> {
        let place = **collection;
        let work = move |store: &_| quota::usage(store, place);
        self.readers.read(work).await
    }

    async fn record(&self, entry: AuditEntry) -> Result<(), StoreError> {
        let work = move |store: &_| Ok(audit::append(store, &entry)?);
        self.writer.write(work).await
    }

    async fn audit_end(&self, account: &Granted<Account>) -> Result<AuditHead, StoreError> {
        let Account(account) = **account;
        let work = move |store: &_| Ok(audit::head(store, account)?);
        self.readers.read(work).await
    }

    async fn audit_page(
        &self,
        account: &Granted<Account>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let Account(account) = **account;
        let work = move |store: &_| Ok(audit::page(store, account, after, limit)?);
        self.readers.read(work).await
    }

    async fn set_quotas(
        &self,
        account: &Granted<Account>,
        quotas: Quotas,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let account = **account;
        let work = move |store: &_| quota::set(store, account, quotas, &audit);
        self.writer.write(work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::account::AppId;
    use pharos_api::code::Code;
    use pharos_api::key_id::KeyId;
    use pharos_api::random::Random;
    use pharos_api::region::Region;
    use pharos_api::request_id::RequestId;
    use pharos_api::tag::Tags;
    use pharos_policy::authorize_root;
    use pharos_store::audit::AuditHead;
    use pharos_store::conformance::{self, Inspect};
    use pharos_store::record::{SealedSecretKey, StartKey};
    use std::net::Ipv4Addr;
    use tempfile::TempDir;

    /// Makes stores in a folder, one at each call.
    fn stores(folder: &TempDir) -> impl AsyncFnMut() -> SqliteStore {
        let mut numbers = 1..;
        async move || {
            let name = format!("store_{}", numbers.next().unwrap());
            SqliteStore::open(folder.path().join(name)).unwrap()
        }
    }

    #[tokio::test]
    async fn it_conforms() {
        let folder = tempfile::tempdir().unwrap();
        conformance::run(stores(&folder)).await;
    }

    #[tokio::test]
    async fn it_conforms_as_an_archive() {
        let folder = tempfile::tempdir().unwrap();
        conformance::run_archive(stores(&folder)).await;
    }

    #[tokio::test]
    async fn a_commit_is_counted_before_its_caller_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("store")).unwrap();
        for commits in 1..4 {
            let root = RootAccount {
                account: Uin(1),
                app_id: AppId(2),
                start_key: None,
                created_time: Timestamp::epoch(),
            };
            store.ensure_root(root).await.unwrap();
            assert_eq!(store.commits.written().count(), commits);
        }
    }

    #[tokio::test]
    async fn denials_that_wait_share_a_commit() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("store")).unwrap();
        let root = RootAccount {
            account: Uin(1),
            app_id: AppId(2),
            start_key: None,
            created_time: Timestamp::epoch(),
        };
        store.ensure_root(root).await.unwrap();
        let denial = AuditEntry {
            time: Timestamp::epoch(),
            request_id: RequestId::generate(&Sevens),
            account: Uin(1),
            user: Uin(2),
            secret_id: SecretId::parse("AKIDuser").unwrap(),
            source: Ipv4Addr::LOCALHOST.into(),
            operation: "lighthouse:DescribeKeyPairs".to_owned(),
            resources: vec!["*".to_owned()],
            refusal: Some(Code::NoPermission),
        };
        let before = store.commits();
        let block = store.block_writes(Uin(1)).await.unwrap();
        let denials = (0..100).map(|_| store.record(denial.clone()));
        let mut denials: Vec<_> = denials.map(Box::pin).collect();
        for denial in &mut denials {
            // It is sent when it was polled once.
            assert!(futures_util::poll!(denial).is_pending());
        }
        drop(block);
        for told in futures_util::future::join_all(denials).await {
            told.unwrap();
        }
        assert_eq!(store.audit_rows(Uin(1)).await.unwrap().len(), 100);
        // What the writer had taken when the block came off, and all the others.
        assert!(store.commits() - before <= 2);
    }

    #[tokio::test]
    async fn a_store_that_is_opened_again_has_everything() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let place = KeyPairs {
            account: Uin(1),
            region: Region::Guangzhou,
        };
        let granted = authorize_root(Uin(1), "lighthouse:CreateKeyPair", place).unwrap();
        let time = Timestamp::from_unix_seconds(1_764_057_600).unwrap();
        let access_key = AccessKey {
            secret_id: SecretId::parse("AKIDroot").unwrap(),
            sealed_secret_key: SealedSecretKey {
                master_key: MasterKeyId([7; MasterKeyId::BYTES]),
                sealed: b"sealed".to_vec(),
            },
        };
        let root = RootAccount {
            account: Uin(1),
            app_id: AppId(2),
            start_key: Some(StartKey::Set(access_key.clone())),
            created_time: time,
        };
        let key_pair = KeyPairRecord {
            key_id: KeyId::parse("lhkp-hfenegt1").unwrap(),
            key_name: KeyName::try_from("my_first_key".to_owned()).unwrap(),
            public_key: "ssh-rsa AAAA lhkp-hfenegt1".to_owned(),
            fingerprint: [7; 32],
            tags: Tags::default(),
            created_time: time,
        };
        let audit = AuditEntry {
            time,
            request_id: RequestId::generate(&Sevens),
            account: Uin(1),
            user: Uin(1),
            secret_id: access_key.secret_id.clone(),
            source: Ipv4Addr::LOCALHOST.into(),
            operation: "lighthouse:CreateKeyPair".to_owned(),
            resources: vec!["*".to_owned()],
            refusal: None,
        };

        let store = SqliteStore::open(&path).unwrap();
        store.ensure_root(root).await.unwrap();
        let quota = KeyPairQuota(10);
        let inserted = store.insert_key_pair(&granted, key_pair.clone(), quota, audit.clone());
        inserted.await.unwrap();
        drop(store);

        let store = SqliteStore::open(&path).unwrap();
        let found = store.access_key(&access_key.secret_id).await.unwrap();
        let owner = AccessKeyOwner::Root { account: Uin(1) };
        assert_eq!(found, Some((access_key, owner)));
        let (offset, limit) = (0, 10);
        let page = store.key_pairs(&granted, &[], Page { offset, limit }).await;
        let kept: Vec<_> = page.unwrap().key_pairs;
        assert_eq!(kept[0].record, key_pair);
        assert_eq!(kept.len(), 1);
        let rows = store.audit_rows(Uin(1)).await.unwrap();
        assert_eq!(rows, [AuditHead::EMPTY.clone().append(&audit)]);
    }

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }
}

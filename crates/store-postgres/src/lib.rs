//! The Store trait on PostgreSQL and what speaks it: any number of nodes over one database, none of
//! which knows anything that another could contradict.

mod account;
mod archive;
mod audit;
mod batch;
mod binding;
mod calls;
mod column;
mod connection;
mod diagnose;
mod directory;
mod fault;
#[cfg(any(test, feature = "conformance"))]
mod inspect;
mod instance;
mod key_pair;
mod line;
mod mark;
mod patience;
#[cfg(any(test, feature = "conformance"))]
mod plans;
mod put_off;
mod quota;
mod schema;
mod secret;
mod settings;
mod statement;
mod tls;
mod transaction;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
use thiserror::Error;

pub use archive::Snapshot;
use batch::Insert;
use calls::Counter;
use connection::{Connection, Connector};
pub use diagnose::diagnose;
use fault::Fault;
use line::Line;
#[cfg(any(test, feature = "conformance"))]
pub use plans::Plan;
pub use settings::{Settings, SettingsError};
use transaction::Transactions;
use writer::Writer;

/// How many connections a node reads over. Few that are kept busy serve more requests than many: each
/// takes the next question before it has answered the last.
const READERS: usize = 4;

/// Why a store could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The certificate of its authority cannot be used.
    #[error("the certificate authority of the store's URL (`sslrootcert`) cannot be used")]
    Authority(#[source] std::io::Error),
    /// The database cannot be used, or not by this Pharos. The cause says what to do.
    #[error(transparent)]
    Database(Box<dyn std::error::Error + Send + Sync>),
}

/// A store in a PostgreSQL database, in its schema `pharos`.
///
/// A node has six connections: four to read, one to add key pairs, one for what is rare; and one more if
/// it counts calls together with others.
pub struct PostgresStore {
    readers: Vec<Line>,
    turn: AtomicUsize,
    writer: Writer,
    transactions: Transactions,
    counter: Counter,
    connector: Arc<Connector>,
}

impl PostgresStore {
    /// Opens the store. Makes one in a database that has none, and brings an older one to the newest
    /// version. Needs a runtime.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        let database = |fault: Fault| OpenError::Database(Box::new(fault));
        let connector = Arc::new(Connector::new(settings).map_err(OpenError::Authority)?);
        let mut client = connector.connect_session().await.map_err(database)?;
        schema::migrate(&mut client, schema::MIGRATIONS)
            .await
            .map_err(database)?;
        let line = || Line::new(Arc::clone(&connector));
        let store = Self {
            readers: std::iter::repeat_with(line).take(READERS).collect(),
            turn: AtomicUsize::new(0),
            writer: Writer::start(Arc::clone(&connector)),
            transactions: Transactions::new(Arc::clone(&connector)),
            counter: Counter::start(Arc::clone(&connector)),
            connector,
        };
        // What a connection refuses, the start should refuse.
        store
            .read(|connection| async move { ready(&connection).await })
            .await
            .map_err(database)?;
        Ok(store)
    }

    async fn read<T, F>(&self, work: impl Fn(Arc<Connection>) -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        match self.readers.get(turn % READERS) {
            Some(line) => line.repeat(work).await,
            None => Err(Fault::Silent),
        }
    }
}

async fn ready(connection: &Connection) -> Result<(), Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let row = client.query_one(&statements.ready, &[]).await?;
    schema::check_version(row.try_get(0)?)?;
    let read_only: &str = row.try_get(1)?;
    if read_only == "on" {
        return Err(Fault::Standby);
    }
    Ok(())
}

#[async_trait]
impl Store for PostgresStore {
    async fn ready(&self) -> Result<(), StoreError> {
        self.read(|connection| async move { ready(&connection).await })
            .await
            .map_err(Fault::failed)
    }

    async fn ensure_root(&self, root: RootAccount) -> Result<Vec<SecretId>, StoreError> {
        let root = &root;
        self.transactions
            .run_twice(|connection| async move { account::ensure_root(&connection, root).await })
            .await
    }

    async fn root_secret_ids(&self) -> Result<Vec<SecretId>, StoreError> {
        let secret_ids = self
            .read(|connection| async move { account::root_secret_ids(&connection).await })
            .await;
        secret_ids.map_err(Fault::failed)
    }

    async fn accounts(&self) -> Result<Vec<AccountRecord>, StoreError> {
        self.read(|connection| async move { account::all(&connection).await })
            .await
            .map_err(Fault::failed)
    }

    async fn insert_account(
        &self,
        account: NewAccount,
        audit: AuditEntry,
    ) -> Result<(), InsertAccountError> {
        let (account, audit) = (&account, &audit);
        self.transactions
            .run_marked(|connection| async move {
                let mark = account::insert(&connection, account, audit).await?;
                Ok((Some(mark), ()))
            })
            .await
    }

    async fn set_account_status(
        &self,
        account: &Granted<Account>,
        is_disabled: bool,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let (Account(account), audit) = (**account, &audit);
        self.transactions
            .run_marked(|connection| async move {
                account::set_status(&connection, account, is_disabled, audit).await
            })
            .await
    }

    async fn directory(&self, account: &Granted<Account>) -> Result<Directory, StoreError> {
        let Account(account) = **account;
        self.read(|connection| async move { directory::read(&connection, account).await })
            .await
            .map_err(Fault::failed)
    }

    async fn change_directory(&self, change: Change, audit: AuditEntry) -> Result<(), ChangeError> {
        let account = change.account()?;
        let (change, audit) = (&change, &audit);
        self.transactions
            .run_marked(|connection| async move {
                let mark = directory::change(&connection, account, change, audit).await?;
                Ok((Some(mark), ()))
            })
            .await
    }

    async fn role(
        &self,
        account: Uin,
        role: &RoleKey,
    ) -> Result<Option<(RoleRecord, Vec<String>)>, StoreError> {
        self.read(|connection| async move { directory::role(&connection, account, role).await })
            .await
            .map_err(Fault::failed)
    }

    async fn note_use(&self, secret_id: &SecretId, time: Timestamp) -> Result<(), StoreError> {
        self.transactions
            .run_twice(|connection| async move {
                directory::note_use(&connection, secret_id, time).await
            })
            .await
    }

    async fn access_key(
        &self,
        secret_id: &SecretId,
    ) -> Result<Option<(AccessKey, AccessKeyOwner)>, StoreError> {
        self.read(|connection| async move { account::access_key(&connection, secret_id).await })
            .await
            .map_err(Fault::failed)
    }

    /// Nothing tells a node at once that another has committed. So every request looks its key up.
    async fn access_version(&self) -> Option<AccessVersion> {
        None
    }

    async fn master_key(&self) -> Result<Option<MasterKeyId>, StoreError> {
        let look = async |connection: Arc<Connection>| {
            let Connection {
                client, statements, ..
            } = &*connection;
            let row = client.query_one(&statements.store_look, &[]).await?;
            column::master_key(&row, 1)
        };
        self.read(look).await.map_err(Fault::failed)
    }

    async fn set_master_key(&self, id: MasterKeyId) -> Result<(), StoreError> {
        self.transactions
            .run_twice(
                |connection| async move { Ok(secret::set_master_key(&connection, id).await?) },
            )
            .await
    }

    async fn outdated_secrets(
        &self,
        after: Option<&SecretId>,
        limit: u32,
    ) -> Result<Vec<AccessKey>, StoreError> {
        let after = after.map_or("", SecretId::as_str);
        self.read(|connection| async move { secret::outdated(&connection, after, limit).await })
            .await
            .map_err(Fault::failed)
    }

    async fn reseal(&self, secrets: Vec<Reseal>) -> Result<u64, StoreError> {
        let secrets = &secrets;
        self.transactions
            .run(|connection| async move { secret::reseal(&connection, secrets).await })
            .await
    }

    async fn key_pairs(
        &self,
        collection: &Granted<KeyPairs>,
        filters: &[KeyPairFilter],
        page: Page,
    ) -> Result<KeyPairPage, StoreError> {
        let place = **collection;
        self.read(
            |connection| async move { key_pair::page(&connection, place, filters, page).await },
        )
        .await
        .map_err(Fault::failed)
    }

    async fn look_at_name_and_quota(
        &self,
        collection: &Granted<KeyPairs>,
        name: &KeyName,
        default_quota: KeyPairQuota,
    ) -> Result<(), InsertKeyPairError> {
        let place = **collection;
        self.read(|connection| async move {
            key_pair::look(&connection, place, name, default_quota).await
        })
        .await
        .map_err(Fault::failed)?
    }

    async fn insert_key_pair(
        &self,
        collection: &Granted<KeyPairs>,
        key_pair: KeyPairRecord,
        default_quota: KeyPairQuota,
        audit: AuditEntry,
    ) -> Result<(), InsertKeyPairError> {
        let insert = Insert {
            collection: **collection,
            key_pair,
            default_quota,
            audit,
        };
        self.writer.insert(insert).await
    }

    async fn delete_key_pairs(
        &self,
        key_pairs: &[Granted<KeyPair>],
        audit: AuditEntry,
    ) -> Result<(), DeleteKeyPairsError> {
        let key_pairs: Vec<_> = key_pairs.iter().map(|one| (**one).clone()).collect();
        let (key_pairs, audit) = (&*key_pairs, &audit);
        self.transactions
            .run_marked(|connection| async move {
                let mark = key_pair::delete(&connection, key_pairs, audit).await?;
                Ok((Some(mark), ()))
            })
            .await
    }

    async fn instances(
        &self,
        collection: &Granted<Instances>,
        instance_ids: Option<&[InstanceId]>,
    ) -> Result<Vec<ListedInstance>, StoreError> {
        let place = **collection;
        self.read(
            |connection| async move { instance::list(&connection, place, instance_ids).await },
        )
        .await
        .map_err(Fault::failed)
    }

    async fn insert_instances(
        &self,
        collection: &Granted<Instances>,
        instances: NewInstances,
        default_quota: InstanceQuota,
        audit: AuditEntry,
    ) -> Result<Vec<InstanceId>, InsertInstancesError> {
        let place = **collection;
        let (instances, audit) = (&instances, &audit);
        self.transactions
            .run_marked(|connection| async move {
                instance::insert(&connection, place, instances, default_quota, audit).await
            })
            .await
    }

    async fn operate(&self, operate: Operate, audit: AuditEntry) -> Result<(), OperateError> {
        let Some(place) = operate.collection() else {
            return Ok(());
        };
        let (operate, audit) = (&operate, &audit);
        self.transactions
            .run_marked(|connection| async move {
                let mark = instance::operate(&connection, place, operate, audit).await?;
                Ok((Some(mark), ()))
            })
            .await
    }

    async fn usage(&self, collection: &Granted<KeyPairs>) -> Result<Usage, StoreError> {
        let place = **collection;
        self.read(|connection| async move { quota::usage(&connection, place).await })
            .await
            .map_err(Fault::failed)
    }

    async fn record(&self, entry: AuditEntry) -> Result<(), StoreError> {
        let entry = &entry;
        self.transactions
            .run_marked(|connection| async move {
                let head = audit::lock_head(&connection, entry.account).await?;
                let mark = audit::append(&connection, head, entry).await?;
                Ok((Some(mark), ()))
            })
            .await
    }

    async fn audit_end(&self, account: &Granted<Account>) -> Result<AuditHead, StoreError> {
        let Account(account) = **account;
        self.read(|connection| async move { audit::end(&connection, account).await })
            .await
            .map_err(Fault::failed)
    }

    async fn audit_page(
        &self,
        account: &Granted<Account>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let Account(account) = **account;
        self.read(|connection| async move { audit::page(&connection, account, after, limit).await })
            .await
            .map_err(Fault::failed)
    }

    async fn set_quotas(
        &self,
        account: &Granted<Account>,
        quotas: Quotas,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let (account, audit) = (**account, &audit);
        self.transactions
            .run_marked(|connection| async move {
                quota::set(&connection, account, quotas, audit).await
            })
            .await
    }
}

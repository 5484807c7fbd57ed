//! A store that fails, or that somebody else comes to first, when it is told so.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

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

/// Passes everything to another store, but something happens at one call.
pub struct FailingStore {
    inner: Arc<dyn Store>,
    calls_left: AtomicUsize,
    event: Event,
}

/// What happens.
enum Event {
    /// The call fails, before it does anything.
    Failure,
    /// The call does not know whether it did something. It did.
    Unknown,
    /// Somebody else comes first.
    Other(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>),
}

impl FailingStore {
    /// Fails the `n`-th call from now, counted from 0, before it does anything.
    pub fn failing_at(n: usize, inner: Arc<dyn Store>) -> Self {
        Self::new(n, Event::Failure, inner)
    }

    /// Does the `n`-th call from now, and then says that it does not know whether it did.
    pub fn unknown_at(n: usize, inner: Arc<dyn Store>) -> Self {
        Self::new(n, Event::Unknown, inner)
    }

    /// Has somebody else do something just before the `n`-th call from now.
    pub fn after_another_at(
        n: usize,
        other: impl Future<Output = ()> + Send + 'static,
        inner: Arc<dyn Store>,
    ) -> Self {
        Self::new(n, Event::Other(Mutex::new(Some(Box::pin(other)))), inner)
    }

    fn new(n: usize, event: Event, inner: Arc<dyn Store>) -> Self {
        Self {
            inner,
            calls_left: AtomicUsize::new(n),
            event,
        }
    }

    /// Whether this call is the one.
    fn is_due(&self) -> bool {
        let step = |left: usize| Some(left.wrapping_sub(1));
        self.calls_left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, step)
            == Ok(0)
    }

    async fn pass<T, E: From<StoreError>>(
        &self,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        if !self.is_due() {
            return call.await;
        }
        match &self.event {
            Event::Failure => Err(StoreError::Failed("as it was told to".into()).into()),
            Event::Unknown => {
                call.await?;
                Err(StoreError::OutcomeUnknown("as it was told to".into()).into())
            }
            Event::Other(other) => {
                let other = other.lock().unwrap().take();
                other.unwrap().await;
                call.await
            }
        }
    }
}

#[async_trait]
impl Store for FailingStore {
    async fn ready(&self) -> Result<(), StoreError> {
        self.pass(self.inner.ready()).await
    }

    async fn ensure_root(&self, root: RootAccount) -> Result<Vec<SecretId>, StoreError> {
        self.pass(self.inner.ensure_root(root)).await
    }

    async fn root_secret_ids(&self) -> Result<Vec<SecretId>, StoreError> {
        self.pass(self.inner.root_secret_ids()).await
    }

    async fn accounts(&self) -> Result<Vec<AccountRecord>, StoreError> {
        self.pass(self.inner.accounts()).await
    }

    async fn insert_account(
        &self,
        account: NewAccount,
        audit: AuditEntry,
    ) -> Result<(), InsertAccountError> {
        self.pass(self.inner.insert_account(account, audit)).await
    }

    async fn set_account_status(
        &self,
        account: &Granted<Account>,
        is_disabled: bool,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let set = self.inner.set_account_status(account, is_disabled, audit);
        self.pass(set).await
    }

    async fn directory(&self, account: &Granted<Account>) -> Result<Directory, StoreError> {
        self.pass(self.inner.directory(account)).await
    }

    async fn change_directory(&self, change: Change, audit: AuditEntry) -> Result<(), ChangeError> {
        self.pass(self.inner.change_directory(change, audit)).await
    }

    async fn role(
        &self,
        account: Uin,
        role: &RoleKey,
    ) -> Result<Option<(RoleRecord, Vec<String>)>, StoreError> {
        self.pass(self.inner.role(account, role)).await
    }

    /// Is left undone: nobody waits for it, so it would change the store in the middle of whatever a test does next.
    async fn note_use(&self, _: &SecretId, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn access_key(
        &self,
        secret_id: &SecretId,
    ) -> Result<Option<(AccessKey, AccessKeyOwner)>, StoreError> {
        self.pass(self.inner.access_key(secret_id)).await
    }

    /// Cannot fail: it may only not know.
    async fn access_version(&self) -> Option<AccessVersion> {
        self.inner.access_version().await
    }

    async fn master_key(&self) -> Result<Option<MasterKeyId>, StoreError> {
        self.pass(self.inner.master_key()).await
    }

    async fn set_master_key(&self, id: MasterKeyId) -> Result<(), StoreError> {
        self.pass(self.inner.set_master_key(id)).await
    }

    async fn outdated_secrets(
        &self,
        after: Option<&SecretId>,
        limit: u32,
    ) -> Result<Vec<AccessKey>, StoreError> {
        self.pass(self.inner.outdated_secrets(after, limit)).await
    }

    async fn reseal(&self, secrets: Vec<Reseal>) -> Result<u64, StoreError> {
        self.pass(self.inner.reseal(secrets)).await
    }

    async fn key_pairs(
        &self,
        collection: &Granted<KeyPairs>,
        filters: &[KeyPairFilter],
        page: Page,
    ) -> Result<KeyPairPage, StoreError> {
        self.pass(self.inner.key_pairs(collection, filters, page))
            .await
    }

    async fn look_at_name_and_quota(
        &self,
        collection: &Granted<KeyPairs>,
        name: &KeyName,
        default_quota: KeyPairQuota,
    ) -> Result<(), InsertKeyPairError> {
        self.pass(
            self.inner
                .look_at_name_and_quota(collection, name, default_quota),
        )
        .await
    }

    async fn insert_key_pair(
        &self,
        collection: &Granted<KeyPairs>,
        key_pair: KeyPairRecord,
        default_quota: KeyPairQuota,
        audit: AuditEntry,
    ) -> Result<(), InsertKeyPairError> {
        self.pass(
            self.inner
                .insert_key_pair(collection, key_pair, default_quota, audit),
        )
        .await
    }

    async fn delete_key_pairs(
        &self,
        key_pairs: &[Granted<KeyPair>],
        audit: AuditEntry,
    ) -> Result<(), DeleteKeyPairsError> {
        self.pass(self.inner.delete_key_pairs(key_pairs, audit))
            .await
    }

    async fn instances(
        &self,
        collection: &Granted<Instances>,
        instance_ids: Option<&[InstanceId]>,
    ) -> Result<Vec<ListedInstance>, StoreError> {
        self.pass(self.inner.instances(collection, instance_ids))
            .await
    }

    async fn insert_instances(
        &self,
        collection: &Granted<Instances>,
        instances: NewInstances,
        default_quota: InstanceQuota,
        audit: AuditEntry,
    ) -> Result<Vec<InstanceId>, InsertInstancesError> {
        self.pass(
            self.inner
                .insert_instances(collection, instances, default_quota, audit),
        )
        .await
    }

    async fn operate(&self, operate: Operate, audit: AuditEntry) -> Result<(), OperateError> {
        self.pass(self.inner.operate(operate, audit)).await
    }

    async fn usage(&self, collection: &Granted<KeyPairs>) -> Result<Usage, StoreError> {
        self.pass(self.inner.usage(collection)).await
    }

    async fn record(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.pass(self.inner.record(entry)).await
    }

    async fn audit_end(&self, account: &Granted<Account>) -> Result<AuditHead, StoreError> {
        self.pass(self.inner.audit_end(account)).await
    }

    async fn audit_page(
        &self,
        account: &Granted<Account>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.pass(self.inner.audit_page(account, after, limit))
            .await
    }

    async fn set_quotas(
        &self,
        account: &Granted<Account>,
        quotas: Quotas,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        self.pass(self.inner.set_quotas(account, quotas, audit))
            .await
    }
}

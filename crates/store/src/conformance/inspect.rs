//! What the suite needs to see and to set beside the operations of the store.

use std::any::Any;

use async_trait::async_trait;
use pharos_api::account::{AppId, Uin};
use pharos_api::time::Timestamp;

use crate::audit::AuditRow;
use crate::error::StoreError;
use crate::record::AccessKey;
use crate::{KeyPairQuota, Store};

/// An adapter under test. It needs no proofs, so that nothing but tests may have it.
#[async_trait]
pub trait Inspect: Store {
    /// Adds an account that is not the root account, without an access key; without a quota of its own, the
    /// default holds.
    async fn insert_bare_account(
        &self,
        account: Uin,
        app_id: AppId,
        quota: Option<KeyPairQuota>,
    ) -> Result<(), StoreError>;

    /// Adds an access key to the root user of an account, as one made through the API.
    async fn insert_access_key(
        &self,
        account: Uin,
        key: AccessKey,
        is_active: bool,
        created_time: Timestamp,
    ) -> Result<(), StoreError>;

    /// All audit rows of an account, in their order.
    async fn audit_rows(&self, account: Uin) -> Result<Vec<AuditRow>, StoreError>;

    /// How many batches of key pairs it has committed: how many requests shared a commit is what its
    /// speed depends on.
    fn commits(&self) -> u64;

    /// Lets nobody write to the account, as another process that is in the middle of something does,
    /// until the value is dropped.
    async fn block_writes(&self, account: Uin) -> Result<Box<dyn Any + Send>, StoreError>;
}

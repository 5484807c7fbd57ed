//! What the suite needs to see and to set beside the operations of the store.

use std::net::IpAddr;

use async_trait::async_trait;
use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::resource::KeyPairs;
use pharos_api::time::Timestamp;

use crate::error::StoreError;
use crate::record::{AccessKey, AuditEntry, KeyPairRecord};
use crate::{KeyPairQuota, Store};

/// An adapter under test. It needs no proofs, so that nothing but tests may have it.
#[async_trait]
pub trait Inspect: Store {
    /// Adds an account that is not the root account; without a quota of its own, the default holds.
    async fn insert_account(
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

    /// All key pairs, by KeyId.
    async fn key_pairs(&self, collection: KeyPairs) -> Result<Vec<KeyPairRecord>, StoreError>;

    /// All audit rows of an account, in their order.
    async fn audit_rows(&self, account: Uin) -> Result<Vec<AuditRow>, StoreError>;
}

/// A row of the audit log as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number in the account: 1, 2, 3, ...
    pub sequence: u64,
    /// When.
    pub time: Timestamp,
    /// Which request.
    pub request_id: String,
    /// Who.
    pub user: Uin,
    /// Signed with which access key.
    pub secret_id: SecretId,
    /// From where.
    pub source: IpAddr,
    /// What.
    pub operation: String,
    /// On which resources.
    pub resources: Vec<String>,
    /// The outcome: the code on the wire, `None` for success.
    pub code: Option<String>,
}

impl AuditRow {
    /// What this entry has to become.
    pub fn of(sequence: u64, entry: &AuditEntry) -> Self {
        Self {
            sequence,
            time: entry.time,
            request_id: entry.request_id.to_string(),
            user: entry.user,
            secret_id: entry.secret_id.clone(),
            source: entry.source,
            operation: entry.operation.clone(),
            resources: entry.resources.clone(),
            code: entry.refusal.map(|code| code.wire().to_owned()),
        }
    }
}

//! What the operator does to a store itself, beside the servers that work on it.
//!
//! There is no caller and no access key: who can open the store may do all of it, as the root user of the
//! account that it is about. It stands in the audit log like a call, signed by [`SecretId::operator`].

mod account;
mod instance;
mod user;

use std::net::Ipv4Addr;
use std::sync::Arc;

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::random::Random;
use pharos_api::request_id::RequestId;
use pharos_api::resource::{Account, Resource};
use pharos_policy::{Granted, authorize_root};
use pharos_store::Store;
use pharos_store::audit::{AuditEntry, AuditHead, AuditRow};
use pharos_store::error::StoreError;
use pharos_store::record::RootAccount;

use crate::LOOK;
use crate::clock::Clock;
use crate::root::{ROOT_ACCOUNT, ROOT_APP_ID};
pub use instance::Machine;
pub use user::User;

/// The operator of a store, at work on one account.
pub struct Operator {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    account: Uin,
    is_new: bool,
}

impl Operator {
    /// At work on this account, or on the store's root account; `None`: there is no such account.
    ///
    /// # Errors
    /// The store failed.
    pub async fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        account: Option<Uin>,
    ) -> Result<Option<Self>, StoreError> {
        let accounts = store.accounts().await?;
        let root = accounts.iter().find(|found| found.is_root);
        let is_new = root.is_none();
        let root = root.map_or(ROOT_ACCOUNT, |root| root.account);
        let account = account.unwrap_or(root);
        let is_there = accounts.iter().any(|found| found.account == account);
        Ok((is_there || account == root).then_some(Self {
            store,
            clock,
            random,
            account,
            is_new,
        }))
    }

    /// The account that it is about.
    pub fn account(&self) -> Uin {
        self.account
    }

    /// Whether nobody had used the store when it was opened. Its root account is made with whatever is added,
    /// without an access key.
    pub fn is_store_new(&self) -> bool {
        self.is_new
    }

    /// The end of the account's audit log.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audit_end(&self) -> Result<AuditHead, StoreError> {
        let account = self.granted(LOOK, Account(self.account))?;
        self.store.audit_end(&account).await
    }

    /// The rows of the account's audit log behind the one of this number, at most so many, in their order.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audit_page(&self, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let account = self.granted(LOOK, Account(self.account))?;
        self.store.audit_page(&account, after, limit).await
    }

    /// Makes the root account of a store that no server has used yet, without an access key: the first
    /// server makes that, and shows it.
    async fn ensure_root(&self) -> Result<(), StoreError> {
        if self.is_new {
            let root = RootAccount {
                account: ROOT_ACCOUNT,
                app_id: ROOT_APP_ID,
                start_key: None,
                created_time: self.clock.now(),
            };
            self.store.ensure_root(root).await?;
        }
        Ok(())
    }

    /// The same operator, at work on another account.
    fn at(&self, account: Uin) -> Self {
        Self {
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            account,
            is_new: self.is_new,
        }
    }

    fn granted<R: Resource>(&self, operation: &str, resource: R) -> Result<Granted<R>, StoreError> {
        let account = self.account;
        authorize_root(account, operation, resource)
            .map_err(|denied| StoreError::Failed(denied.into()))
    }

    /// The row for what is done to the account as a whole.
    fn audit_of_account(&self, operation: &str) -> AuditEntry {
        self.audit(operation, vec!["*".to_owned()])
    }

    fn audit(&self, operation: &str, resources: Vec<String>) -> AuditEntry {
        AuditEntry {
            time: self.clock.now(),
            request_id: RequestId::generate(self.random.as_ref()),
            account: self.account,
            user: self.account,
            secret_id: SecretId::operator(),
            source: Ipv4Addr::LOCALHOST.into(),
            operation: operation.to_owned(),
            resources,
            refusal: None,
        }
    }
}

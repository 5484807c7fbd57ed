//! Users, as far as they sign: what helps when a SecretKey is lost.

use pharos_api::account::Uin;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::resource::{self, Account};
use pharos_policy::Granted;
use pharos_store::directory::{AccessKeyRecord, Change, ChangeError, Directory, NewAccessKey};
use pharos_store::error::StoreError;
use pharos_store::record::AccessKey;

use super::Operator;
use crate::LOOK;
use crate::access_key::{self, SecretError};
use crate::master_keys::MasterKeys;

/// The operations, as the audit log names them.
const CREATE_ACCESS_KEY: &str = "pharos:CreateAccessKey";
const DISABLE_ACCESS_KEY: &str = "pharos:DisableAccessKey";
const ENABLE_ACCESS_KEY: &str = "pharos:EnableAccessKey";
const DELETE_ACCESS_KEY: &str = "pharos:DeleteAccessKey";

/// Somebody who can sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account that it is in.
    pub account: Uin,
    /// Its number; the account's own for the root user.
    pub user: Uin,
    /// Its name; the root user has none.
    pub name: Option<String>,
    /// Its access keys, in the order in which they were made.
    pub access_keys: Vec<AccessKeyRecord>,
}

impl Operator {
    /// The users of the account: the root user, then the others in the order in which they were made.
    ///
    /// # Errors
    /// The store failed.
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        let account = self.granted(LOOK, Account(self.account))?;
        let directory = self.store.directory(&account).await?;
        let mut others: Vec<_> = directory.users.values().collect();
        others.sort_by_key(|user| (user.created_time, user.user));
        let others = others.into_iter();
        let named = others.map(|user| (user.user, Some(user.name.clone())));
        let users = [(self.account, None)].into_iter().chain(named);
        let users = users.map(|(user, name)| User::of(&directory, self.account, user, name));
        Ok(users.collect())
    }

    /// Whose access key this is, in whichever account.
    ///
    /// # Errors
    /// The store failed.
    pub async fn owner(&self, secret_id: &SecretId) -> Result<Option<User>, StoreError> {
        for account in self.accounts().await? {
            let users = self.at(account.account).users().await?;
            let is_theirs = |user: &User| {
                let mut access_keys = user.access_keys.iter();
                access_keys.any(|found| found.secret_id == *secret_id)
            };
            if let Some(owner) = users.into_iter().find(is_theirs) {
                return Ok(Some(owner));
            }
        }
        Ok(None)
    }

    /// A new access key, sealed, and its secret. It signs once it was given to somebody.
    ///
    /// # Errors
    /// See [`SecretError`].
    pub async fn new_access_key(
        &self,
        master_keys: &MasterKeys,
    ) -> Result<(AccessKey, SecretKey), SecretError> {
        access_key::generate(&*self.store, master_keys, &*self.random).await
    }

    /// Gives a user a new access key.
    ///
    /// # Errors
    /// It has as many as it may have, or is not there, or the store failed.
    pub async fn add_access_key(
        &self,
        user: &User,
        access_key: AccessKey,
    ) -> Result<(), ChangeError> {
        self.ensure_root().await?;
        let access_key = NewAccessKey {
            access_key,
            description: None,
            created_time: self.clock.now(),
        };
        let secret_id = access_key.access_key.secret_id.clone();
        let change = |user| Change::AddAccessKey { user, access_key };
        self.change(CREATE_ACCESS_KEY, user, secret_id, change)
            .await
    }

    /// From now on an access key of this user may sign, or may not.
    ///
    /// # Errors
    /// It is not there, or the store failed.
    pub async fn set_access_key_status(
        &self,
        user: &User,
        secret_id: SecretId,
        is_active: bool,
    ) -> Result<(), ChangeError> {
        let operation = if is_active {
            ENABLE_ACCESS_KEY
        } else {
            DISABLE_ACCESS_KEY
        };
        let set = secret_id.clone();
        let change = |user| Change::SetAccessKeyStatus {
            user,
            secret_id: set,
            is_active,
        };
        self.change(operation, user, secret_id, change).await
    }

    /// Takes an access key from this user.
    ///
    /// # Errors
    /// It is not there, or the store failed.
    pub async fn delete_access_key(
        &self,
        user: &User,
        secret_id: SecretId,
    ) -> Result<(), ChangeError> {
        let deleted = secret_id.clone();
        let change = |user| Change::DeleteAccessKey {
            user,
            secret_id: deleted,
        };
        self.change(DELETE_ACCESS_KEY, user, secret_id, change)
            .await
    }

    async fn change(
        &self,
        operation: &str,
        user: &User,
        secret_id: SecretId,
        change: impl FnOnce(Granted<resource::User>) -> Change,
    ) -> Result<(), ChangeError> {
        let (account, user) = (user.account, user.user);
        let there = self.at(account);
        let user = resource::User { account, user };
        let names = access_key::names(&user, secret_id);
        let audit = there.audit(operation, names);
        let user = there.granted(operation, user)?;
        self.store.change_directory(change(user), audit).await
    }
}

impl User {
    fn of(directory: &Directory, account: Uin, user: Uin, name: Option<String>) -> Self {
        let mut access_keys: Vec<_> = directory.access_keys_of(user).cloned().collect();
        access_keys.sort_by_key(|found| (found.created_time, found.secret_id.clone()));
        Self {
            account,
            user,
            name,
            access_keys,
        }
    }
}

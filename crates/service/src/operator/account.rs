//! Accounts: which there are, and what they may have.

use pharos_api::account::{AppId, Uin};
use pharos_api::region::Region;
use pharos_api::resource::{Account, KeyPairs};
use pharos_store::error::{InsertAccountError, StoreError};
use pharos_store::record::{AccessKey, AccountRecord, NewAccount, Quotas, Usage};

use super::Operator;
use crate::LOOK;

/// The operations, as the audit log names them.
const CREATE_ACCOUNT: &str = "pharos:CreateAccount";
const DISABLE_ACCOUNT: &str = "pharos:DisableAccount";
const ENABLE_ACCOUNT: &str = "pharos:EnableAccount";
const SET_ACCOUNT_QUOTA: &str = "pharos:SetAccountQuota";

/// How often numbers are drawn before the fault must be elsewhere.
const NUMBER_DRAWS_MAX: usize = 4;

impl Operator {
    /// All accounts of the store, in the order of their numbers.
    ///
    /// # Errors
    /// The store failed.
    pub async fn accounts(&self) -> Result<Vec<AccountRecord>, StoreError> {
        self.store.accounts().await
    }

    /// Whether none of the account's access keys may sign.
    ///
    /// # Errors
    /// The store failed.
    pub async fn is_disabled(&self) -> Result<bool, StoreError> {
        let accounts = self.accounts().await?;
        let found = accounts.iter().find(|found| found.account == self.account);
        Ok(found.is_some_and(|found| found.is_disabled))
    }

    /// Adds an account, whose root user signs with this access key, and answers its numbers.
    ///
    /// # Errors
    /// The store failed.
    pub async fn create_account(
        &self,
        access_key: AccessKey,
    ) -> Result<(Uin, AppId), InsertAccountError> {
        self.ensure_root().await?;
        let mut draws = 1;
        loop {
            let new = NewAccount {
                account: Uin::generate(self.random.as_ref()),
                app_id: AppId::generate(self.random.as_ref()),
                access_key: access_key.clone(),
                created_time: self.clock.now(),
            };
            let numbers = (new.account, new.app_id);
            let audit = self.at(new.account).audit_of_account(CREATE_ACCOUNT);
            match self.store.insert_account(new, audit).await {
                Err(InsertAccountError::NumberTaken) if draws < NUMBER_DRAWS_MAX => draws += 1,
                ended => return ended.map(|()| numbers),
            }
        }
    }

    /// From now on the account's access keys may sign, or may not. False: it is the root account, and nothing
    /// was changed.
    ///
    /// # Errors
    /// The store failed.
    pub async fn set_disabled(&self, is_disabled: bool) -> Result<bool, StoreError> {
        let operation = if is_disabled {
            DISABLE_ACCOUNT
        } else {
            ENABLE_ACCOUNT
        };
        let account = self.granted(operation, Account(self.account))?;
        let audit = self.audit_of_account(operation);
        let set = self.store.set_account_status(&account, is_disabled, audit);
        set.await
    }

    /// How many of what the account has in a region, and may have.
    ///
    /// # Errors
    /// The store failed.
    pub async fn usage(&self, region: Region) -> Result<Usage, StoreError> {
        let account = self.account;
        let collection = self.granted(LOOK, KeyPairs { account, region })?;
        self.store.usage(&collection).await
    }

    /// Makes other quotas of those that are the account's own, and answers them. Of two operators who do so at
    /// once, the last one's hold.
    ///
    /// # Errors
    /// The store failed.
    pub async fn change_quotas(
        &self,
        change: impl FnOnce(Quotas) -> Quotas,
    ) -> Result<Quotas, StoreError> {
        self.ensure_root().await?;
        // They are the same in each region.
        let usage = self.usage(Region::Guangzhou).await?;
        let quotas = change(usage.quotas);
        let account = self.granted(SET_ACCOUNT_QUOTA, Account(self.account))?;
        let audit = self.audit_of_account(SET_ACCOUNT_QUOTA);
        if !self.store.set_quotas(&account, quotas, audit).await? {
            return Err(StoreError::Failed("the account is gone".into()));
        }
        Ok(quotas)
    }
}

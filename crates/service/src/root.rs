//! The account that a server starts with.

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::{SecretId, SecretKey};
use pharos_store::error::StoreError;
use pharos_store::record::{AccessKey, RootAccount, StartKey};
use thiserror::Error;

use crate::Service;
use crate::master_keys::MasterKeyError;

/// The number of the root account: fixed, so that documents and policies can name it.
pub const ROOT_ACCOUNT: Uin = Uin(100_000_000_001);

/// Its second number.
pub const ROOT_APP_ID: AppId = AppId(1_250_000_001);

/// How the root account can sign.
pub enum RootAccess {
    /// A key was made now. This is the only time its secret is shown.
    Made(SecretId, SecretKey),
    /// The operator set it.
    Set(SecretId),
    /// It was there already.
    Known(Vec<SecretId>),
}

/// Why the root account could not be made ready.
#[derive(Debug, Error)]
pub enum RootError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store's secrets cannot be opened, or no new one sealed.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
}

impl Service {
    /// Makes sure that there is a root account and that somebody can sign for it: with the access key
    /// that the operator set, else with the one that is there, else with a new one.
    ///
    /// It also opens a secret that is there, so that a wrong master key is found at the start and
    /// not by the first client.
    ///
    /// # Errors
    /// See [`RootError`].
    pub async fn ensure_root(
        &self,
        set: Option<(SecretId, SecretKey)>,
    ) -> Result<RootAccess, RootError> {
        let known = self.store.root_secret_ids().await?;
        self.open_secrets(&known).await?;
        match set {
            Some((secret_id, secret_key)) => {
                let key = self.seal_root_key(&secret_id, &secret_key).await?;
                self.start_with(StartKey::Set(key)).await?;
                Ok(RootAccess::Set(secret_id))
            }
            None if known.is_empty() => {
                let secret_id = SecretId::generate(self.random.as_ref());
                let secret_key = SecretKey::generate(self.random.as_ref());
                let key = self.seal_root_key(&secret_id, &secret_key).await?;
                let signing = self.start_with(StartKey::Made(key)).await?;
                if signing.contains(&secret_id) {
                    return Ok(RootAccess::Made(secret_id, secret_key));
                }
                // Another server was faster.
                self.open_secrets(&signing).await?;
                Ok(RootAccess::Known(signing))
            }
            None => Ok(RootAccess::Known(known)),
        }
    }

    async fn open_secrets(&self, secret_ids: &[SecretId]) -> Result<(), RootError> {
        for secret_id in secret_ids {
            if let Some((access_key, _)) = self.store.access_key(secret_id).await? {
                self.master_keys
                    .unseal(secret_id, &access_key.sealed_secret_key)
                    .await?;
            }
        }
        Ok(())
    }

    async fn seal_root_key(
        &self,
        secret_id: &SecretId,
        secret_key: &SecretKey,
    ) -> Result<AccessKey, RootError> {
        let under = self.store.master_key().await?;
        let sealed_secret_key = self
            .master_keys
            .seal(under, secret_id, secret_key, self.random.as_ref())
            .await?;
        Ok(AccessKey {
            secret_id: secret_id.clone(),
            sealed_secret_key,
        })
    }

    async fn start_with(&self, start_key: StartKey) -> Result<Vec<SecretId>, RootError> {
        let root = RootAccount {
            account: ROOT_ACCOUNT,
            app_id: ROOT_APP_ID,
            start_key: Some(start_key),
            created_time: self.clock.now(),
        };
        Ok(self.store.ensure_root(root).await?)
    }
}

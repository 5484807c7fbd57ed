//! The account that a server starts with.

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::{SecretId, SecretKey};
use pharos_store::record::{RootAccount, StartKey};

use crate::Service;
use crate::access_key::{self, SecretError};

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

impl Service {
    /// Makes sure that there is a root account and that somebody can sign for it: with the access key
    /// that the operator set, else with the one that is there, else with a new one.
    ///
    /// It also opens a secret that is there, so that a wrong master key is found at the start and
    /// not by the first client.
    ///
    /// # Errors
    /// See [`SecretError`].
    pub async fn ensure_root(
        &self,
        set: Option<(SecretId, SecretKey)>,
    ) -> Result<RootAccess, SecretError> {
        let known = self.store.root_secret_ids().await?;
        self.open_secrets(&known).await?;
        let (store, keys, random) = (&*self.store, &self.master_keys, &*self.random);
        match set {
            Some((secret_id, secret_key)) => {
                let id = secret_id.clone();
                let key = access_key::seal(store, keys, random, id, &secret_key).await?;
                self.start_with(StartKey::Set(key)).await?;
                Ok(RootAccess::Set(secret_id))
            }
            None if known.is_empty() => {
                let (key, secret_key) = access_key::generate(store, keys, random).await?;
                let secret_id = key.secret_id.clone();
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

    async fn open_secrets(&self, secret_ids: &[SecretId]) -> Result<(), SecretError> {
        for secret_id in secret_ids {
            if let Some((access_key, _)) = self.store.access_key(secret_id).await? {
                self.master_keys
                    .unseal(secret_id, &access_key.sealed_secret_key)
                    .await?;
            }
        }
        Ok(())
    }

    async fn start_with(&self, start_key: StartKey) -> Result<Vec<SecretId>, SecretError> {
        let root = RootAccount {
            account: ROOT_ACCOUNT,
            app_id: ROOT_APP_ID,
            start_key: Some(start_key),
            created_time: self.clock.now(),
        };
        Ok(self.store.ensure_root(root).await?)
    }
}

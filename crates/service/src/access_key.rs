//! Access keys, made and sealed: for the root account, by an action of CAM, and by the operator.

use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::random::Random;
use pharos_api::resource;
use pharos_store::Store;
use pharos_store::error::StoreError;
use pharos_store::record::AccessKey;
use thiserror::Error;

use crate::master_keys::{MasterKeyError, MasterKeys};

/// Why a secret of the store's could not be sealed or opened.
#[derive(Debug, Error)]
pub enum SecretError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The master keys do not serve.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
}

/// A new access key, sealed under the store's master key, and its secret.
pub(crate) async fn generate(
    store: &dyn Store,
    master_keys: &MasterKeys,
    random: &dyn Random,
) -> Result<(AccessKey, SecretKey), SecretError> {
    let secret_id = SecretId::generate(random);
    let secret_key = SecretKey::generate(random);
    let access_key = seal(store, master_keys, random, secret_id, &secret_key).await?;
    Ok((access_key, secret_key))
}

/// Seals an access key under the store's master key.
pub(crate) async fn seal(
    store: &dyn Store,
    master_keys: &MasterKeys,
    random: &dyn Random,
    secret_id: SecretId,
    secret_key: &SecretKey,
) -> Result<AccessKey, SecretError> {
    let under = store.master_key().await?;
    let sealed = master_keys.seal(under, &secret_id, secret_key, random);
    let sealed_secret_key = sealed.await?;
    Ok(AccessKey {
        secret_id,
        sealed_secret_key,
    })
}

/// What the audit log names: whose access key it is, and which.
pub(crate) fn names(user: &resource::User, secret_id: SecretId) -> Vec<String> {
    let account = user.account;
    let access_key = resource::AccessKey { account, secret_id };
    vec![user.to_string(), access_key.to_string()]
}

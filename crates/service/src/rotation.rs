//! Sealing every secret of a store anew, under another master key, while servers use it.

use pharos_api::random::Random;
use pharos_store::Store;
use pharos_store::error::StoreError;
use pharos_store::record::{AccessKey, MasterKeyId, Reseal};
use thiserror::Error;

use crate::master_keys::{MasterKeyError, MasterKeys};

/// Secrets that are sealed anew in one transaction: few enough to keep nobody else waiting.
const PAGE: u32 = 200;

/// Why a rotation stopped. What was sealed anew stays so, and running it again goes on from there.
#[derive(Debug, Error)]
pub enum RotationError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A secret could not be opened, or the new key is not there.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
}

/// Has new secrets sealed under `to` from now on, and seals every other secret anew, until there is
/// none that is not. Tells how many it has done after each step.
///
/// Every node has to know the key before: one that does not cannot open what is sealed under it.
///
/// # Errors
/// See [`RotationError`].
pub async fn rotate(
    store: &dyn Store,
    keys: &MasterKeys,
    to: MasterKeyId,
    random: &dyn Random,
    mut progress: impl FnMut(u64),
) -> Result<u64, RotationError> {
    store.set_master_key(to).await?;
    let (mut done, mut after) = (0, None);
    loop {
        let page = store.outdated_secrets(after.as_ref(), PAGE).await?;
        let Some(AccessKey { secret_id, .. }) = page.last() else {
            // From the start once more, for what was added or changed behind our back.
            if after.take().is_none() {
                return Ok(done);
            }
            continue;
        };
        after = Some(secret_id.clone());
        let mut secrets = Vec::with_capacity(page.len());
        for access_key in page {
            secrets.push(reseal(keys, to, access_key, random).await?);
        }
        done += store.reseal(secrets).await?;
        progress(done);
    }
}

async fn reseal(
    keys: &MasterKeys,
    to: MasterKeyId,
    access_key: AccessKey,
    random: &dyn Random,
) -> Result<Reseal, MasterKeyError> {
    let AccessKey {
        secret_id,
        sealed_secret_key: from,
    } = access_key;
    let secret_key = keys.unseal(&secret_id, &from).await?;
    let to = keys.seal(Some(to), &secret_id, &secret_key, random).await?;
    Ok(Reseal {
        secret_id,
        from,
        to,
    })
}

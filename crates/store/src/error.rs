//! Why an operation of the store did not happen.

use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use thiserror::Error;

use crate::record::MasterKeyId;

/// The private cause of a failure.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The store could not do its work.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Nothing happened.
    #[error("the store could not do it; nothing was changed")]
    Failed(#[source] Cause),
    /// The store broke off between the commit and its acknowledgement: it may have happened.
    #[error("the store broke off while it committed; whether it happened is unknown")]
    OutcomeUnknown(#[source] Cause),
}

impl StoreError {
    /// A new secret is sealed under another master key than the store's: another process has begun to
    /// seal under a new one since.
    pub fn other_master_key(sealed: MasterKeyId, store: MasterKeyId) -> Self {
        Self::Failed(
            format!(
                "the secret is sealed under the master key {sealed}, and the store seals under \
                 {store} by now; try again"
            )
            .into(),
        )
    }
}

/// Why an account was not added.
#[derive(Debug, Error)]
pub enum InsertAccountError {
    /// A number of it is taken: draw others.
    #[error("a number of the account is taken")]
    NumberTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a key pair was not added.
#[derive(Debug, Error)]
pub enum InsertKeyPairError {
    /// The account has a key pair of this name in the region.
    #[error("the name is taken")]
    NameTaken,
    /// The account has this public key in the region already.
    #[error("the public key is that of {key_id}")]
    PublicKeyTaken {
        /// Under this id.
        key_id: KeyId,
    },
    /// The account has as many key pairs in the region as it may have.
    #[error("the quota of {quota} is used up")]
    QuotaUsedUp {
        /// How many it may have.
        quota: u32,
    },
    /// The id is taken: draw another.
    #[error("the KeyId is taken")]
    KeyIdTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why no key pair was deleted.
#[derive(Debug, Error)]
pub enum DeleteKeyPairsError {
    /// This one is not there.
    #[error("there is no key pair {0}")]
    NotFound(KeyId),
    /// This one is bound to an instance.
    #[error("{key_id} is bound to {instance_id}")]
    InUse {
        /// Which key pair.
        key_id: KeyId,
        /// To which instance, of those it is bound to.
        instance_id: InstanceId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why no instance was added.
#[derive(Debug, Error)]
pub enum InsertInstancesError {
    /// The account would have more instances in the region than it may have.
    #[error("the quota of {quota} is used up")]
    QuotaUsedUp {
        /// How many it may have.
        quota: u32,
    },
    /// A key pair that was to be bound is not there.
    #[error("there is no key pair {0}")]
    KeyPairNotFound(KeyId),
    /// An id is taken: draw others.
    #[error("an InstanceId is taken")]
    InstanceIdTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

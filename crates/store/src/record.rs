//! The rows.

use std::fmt;

use pharos_api::account::{AppId, Uin};
use pharos_api::client_token::ClientToken;
use pharos_api::credential::SecretId;
use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::resource::KeyPair;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_policy::Granted;

use crate::instance::{Binding, InstanceRecord};

/// Which master key: the start of a hash of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MasterKeyId(pub [u8; Self::BYTES]);

impl MasterKeyId {
    /// How long it is.
    pub const BYTES: usize = 8;
}

impl fmt::Display for MasterKeyId {
    /// In hexadecimal digits.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// A SecretKey under a master key: what is stored in its place. The store cannot open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecretKey {
    /// The master key that opens it.
    pub master_key: MasterKeyId,
    /// What that makes of it.
    pub sealed: Vec<u8>,
}

impl SealedSecretKey {
    /// Reads what was stored; `None` if it is too short to have an id in front.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, sealed) = bytes.split_first_chunk()?;
        Some(Self {
            master_key: MasterKeyId(*id),
            sealed: sealed.to_vec(),
        })
    }

    /// As it is stored: the id in front.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.master_key.0.as_slice(), &self.sealed].concat()
    }
}

/// An access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Its public half.
    pub secret_id: SecretId,
    /// Its secret half, sealed.
    pub sealed_secret_key: SealedSecretKey,
}

/// A secret that takes the place of another.
#[derive(Clone, Debug)]
pub struct Reseal {
    /// Whose.
    pub secret_id: SecretId,
    /// The one that was read.
    pub from: SealedSecretKey,
    /// The same SecretKey, sealed anew.
    pub to: SealedSecretKey,
}

/// Whose access key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessKeyOwner {
    /// The account itself.
    Root {
        /// The account.
        account: Uin,
    },
    /// A user in it.
    User {
        /// The account.
        account: Uin,
        /// The user.
        user: Uin,
        /// The documents of the policies that are attached to the user and to the groups that it is in, each
        /// once, in the order of their ids.
        policies: Vec<String>,
    },
}

/// The account that a server starts with.
#[derive(Clone, Debug)]
pub struct RootAccount {
    /// Its number.
    pub account: Uin,
    /// Its second number.
    pub app_id: AppId,
    /// The start key it signs with.
    pub start_key: Option<StartKey>,
    /// Now.
    pub created_time: Timestamp,
}

/// The access key that a server starts with.
#[derive(Clone, Debug)]
pub enum StartKey {
    /// The operator set it: it takes the place of every other start key.
    Set(AccessKey),
    /// It was made because nobody could sign: it is kept only if that is still so, because another server
    /// may have been faster.
    Made(AccessKey),
}

/// An account that is not the root account, to add.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its number, which no account and no user has.
    pub account: Uin,
    /// Its second number, which no account has.
    pub app_id: AppId,
    /// What its root user signs with.
    pub access_key: AccessKey,
    /// Now.
    pub created_time: Timestamp,
}

/// An account as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountRecord {
    /// Its number.
    pub account: Uin,
    /// Its second number.
    pub app_id: AppId,
    /// Whether it is the one that a server starts with.
    pub is_root: bool,
    /// Whether none of its access keys may sign.
    pub is_disabled: bool,
    /// When it was made.
    pub created_time: Timestamp,
}

/// A key pair as it is kept: there is no private key in it, and no place for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPairRecord {
    /// Its id.
    pub key_id: KeyId,
    /// Its name.
    pub key_name: KeyName,
    /// Its public key, as one `authorized_keys` line.
    pub public_key: String,
    /// SHA-256 of the public key's blob: what duplicates are found by.
    pub fingerprint: [u8; 32],
    /// Its tags.
    pub tags: Tags,
    /// When it was created.
    pub created_time: Timestamp,
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many to leave out at its start.
    pub offset: u64,
    /// How many there may be.
    pub limit: u32,
}

/// A part of the key pairs of an account in a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPairPage {
    /// How many there are on all pages.
    pub total: u64,
    /// Those of this page.
    pub key_pairs: Vec<ListedKeyPair>,
}

/// A key pair, and what it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKeyPair {
    /// The key pair.
    pub record: KeyPairRecord,
    /// Its bindings, whether they are seen or not, in the order of instances and users.
    pub bindings: Vec<Binding>,
}

/// An instance, and what opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedInstance {
    /// The instance.
    pub record: InstanceRecord,
    /// Its bindings, whether they are seen or not, in the order of key pairs and users.
    pub bindings: Vec<Binding>,
}

/// Instances to add.
#[derive(Debug)]
pub struct NewInstances {
    /// The instances, all with the same client token.
    pub records: Vec<InstanceRecord>,
    /// The key pairs to bind to each of them, for its own user.
    pub key_pairs: Vec<Granted<KeyPair>>,
    /// Whether all is only to be looked at, and nothing added.
    pub is_dry_run: bool,
}

impl NewInstances {
    /// What their maker gave.
    pub fn client_token(&self) -> Option<&ClientToken> {
        self.records.first()?.client_token.as_ref()
    }

    /// Their ids.
    pub fn instance_ids(&self) -> Vec<InstanceId> {
        let records = self.records.iter();
        records.map(|record| record.instance_id.clone()).collect()
    }

    /// What opens them, once they are made.
    pub fn bindings(&self) -> impl Iterator<Item = Binding> {
        self.records.iter().flat_map(|record| {
            self.key_pairs.iter().map(|key_pair| Binding {
                instance_id: record.instance_id.clone(),
                key_id: key_pair.key_id.clone(),
                username: record.default_user.clone(),
                bound_from: record.latest_operation.settled_time,
                bound_until: None,
            })
        })
    }
}

/// How many of what an account has in a region, and may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// How many key pairs there are.
    pub key_pairs: u64,
    /// How many instances there are.
    pub instances: u64,
    /// The account's own quotas.
    pub quotas: Quotas,
}

/// The quotas of an account that are its own, in each region; `None`: the server's default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    /// How many key pairs it may have.
    pub key_pairs: Option<u32>,
    /// How many instances it may have.
    pub instances: Option<u32>,
}

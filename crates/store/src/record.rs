//! The rows.

use std::net::IpAddr;

use pharos_api::account::{AppId, Uin};
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::request_id::RequestId;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;

/// A SecretKey under the master key: what is stored in its place. The store cannot open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecretKey(pub Vec<u8>);

/// An access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Its public half.
    pub secret_id: SecretId,
    /// Its secret half, sealed.
    pub sealed_secret_key: SealedSecretKey,
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
        /// The policy documents attached to the user, in CAM's JSON.
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
    /// The start key it signs with: made at the first start, or set by the operator.
    pub access_key: Option<AccessKey>,
    /// Now.
    pub created_time: Timestamp,
}

/// A user to add.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The account it belongs to; must exist.
    pub account: Uin,
    /// Its number; must be new.
    pub user: Uin,
    /// Its name.
    pub name: String,
    /// Policy documents in CAM's JSON.
    pub policies: Vec<String>,
    /// Its access key.
    pub access_key: AccessKey,
    /// Now.
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

/// One row of the audit log. It is written in the transaction of what it tells about.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// When.
    pub time: Timestamp,
    /// Which request.
    pub request_id: RequestId,
    /// In which account.
    pub account: Uin,
    /// Who; the account's own number for root.
    pub user: Uin,
    /// Signed with which access key.
    pub secret_id: SecretId,
    /// From where.
    pub source: IpAddr,
    /// What, as policies name it: `lighthouse:CreateKeyPair`.
    pub operation: String,
    /// On which resources, as CAM names them.
    pub resources: Vec<String>,
    /// The outcome: `None` for success.
    pub refusal: Option<Code>,
}

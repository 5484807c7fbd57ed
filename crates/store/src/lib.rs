//! What is kept, and what can be done to it.
//!
//! [`Store`] is a set of domain operations, each one transaction with its audit row inside, taking
//! proofs of permission where a caller is behind them. Adapters stand in crates of their own and
//! prove themselves by the `conformance` suite, which stands behind the feature of that name.

pub mod archive;
pub mod audit;
pub mod calls;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod diagnosis;
pub mod directory;
pub mod error;
pub mod instance;
pub mod queue;
pub mod record;
pub mod selection;

use async_trait::async_trait;
use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::instance_id::InstanceId;
use pharos_api::key_name::KeyName;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_api::resource::{Account, Instances, KeyPair, KeyPairs};
use pharos_api::time::Timestamp;
use pharos_policy::Granted;

use audit::{AuditEntry, AuditHead, AuditRow};
use directory::{Change, ChangeError, Directory, RoleKey, RoleRecord};
use error::{
    DeleteKeyPairsError, InsertAccountError, InsertInstancesError, InsertKeyPairError, StoreError,
};
use instance::{Operate, OperateError};
use record::{
    AccessKey, AccessKeyOwner, AccountRecord, KeyPairPage, KeyPairRecord, ListedInstance,
    MasterKeyId, NewAccount, NewInstances, Page, Quotas, Reseal, RootAccount, Usage,
};

/// How many key pairs an account may have in a region, unless its own row says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPairQuota(pub u32);

/// How many instances an account may have in a region, unless its own row says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceQuota(pub u32);

/// The state of everything that decides who may do what. Two are equal or they are not; their order
/// means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessVersion(pub i64);

/// The operations on what is kept. Each is one transaction: it happens wholly or not at all, and is
/// durable when it returns `Ok`.
///
/// None waits longer than [`queue::WAIT_MAX`] for its turn: who waited that long in vain is answered
/// with a failure that changed nothing.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Whether it can be read and written now, as far as that can be told without writing.
    async fn ready(&self) -> Result<(), StoreError>;

    /// Makes sure that the root account exists and can sign; answers which SecretIds it then signs
    /// with, as [`Store::root_secret_ids`] does.
    ///
    /// Creates the account if there is none; the root account that is there keeps its numbers.
    /// Without `root.start_key` nothing else is done, nor with one that was made for an account that has
    /// an active key by now. Else that key becomes the account's one start key: start keys of other
    /// SecretIds are removed, keys that were made through the API stay. A SecretId that belongs to a user
    /// is refused, and so is a secret that is not sealed under [`Store::master_key`].
    async fn ensure_root(&self, root: RootAccount) -> Result<Vec<SecretId>, StoreError>;

    /// The SecretIds of the root account that are active, oldest first; empty if there is no root
    /// account.
    async fn root_secret_ids(&self) -> Result<Vec<SecretId>, StoreError>;

    /// The accounts, in the order of their numbers. Who works on the store itself asks for them.
    async fn accounts(&self) -> Result<Vec<AccountRecord>, StoreError>;

    /// Adds an account. Its secret must be sealed under [`Store::master_key`]; the audit row is the first of
    /// the account.
    async fn insert_account(
        &self,
        account: NewAccount,
        audit: AuditEntry,
    ) -> Result<(), InsertAccountError>;

    /// From now on the access keys of an account may sign, or may not. False: there is no such account.
    /// The root account is never disabled, so that a server always has somebody to start with.
    async fn set_account_status(
        &self,
        account: &Granted<Account>,
        is_disabled: bool,
        audit: AuditEntry,
    ) -> Result<bool, StoreError>;

    /// The users, groups, roles and policies of an account.
    async fn directory(&self, account: &Granted<Account>) -> Result<Directory, StoreError>;

    /// Does something to an account's directory, wholly or not at all, with one audit row: what
    /// [`Change::decide`] says of what is there.
    async fn change_directory(&self, change: Change, audit: AuditEntry) -> Result<(), ChangeError>;

    /// A role of an account that is not disabled, with the documents of the policies that are attached to it, in
    /// the order of their ids. It is asked for before anybody has a proof: whether the caller may assume it
    /// stands in it.
    async fn role(
        &self,
        account: Uin,
        role: &RoleKey,
    ) -> Result<Option<(RoleRecord, Vec<String>)>, StoreError>;

    /// Writes down when an access key was used, for people to see. It is done now and then, leaves no audit
    /// row, and is nothing if there is no such access key.
    async fn note_use(&self, secret_id: &SecretId, time: Timestamp) -> Result<(), StoreError>;

    /// The active access key of this SecretId in an account that is not disabled, with its owner and what
    /// that may do.
    async fn access_key(
        &self,
        secret_id: &SecretId,
    ) -> Result<Option<(AccessKey, AccessKeyOwner)>, StoreError>;

    /// A value that changes with every commit, by whichever process, that may change what
    /// [`Store::access_key`] answers; `None` when that cannot be told now.
    ///
    /// An answer may be used again for as long as this stays what it was before the question. It is
    /// asked for with each request, so it takes some microseconds and never waits.
    async fn access_version(&self) -> Option<AccessVersion>;

    /// The master key that new secrets are sealed under; `None` while there is no secret. The first
    /// secret that is kept decides it.
    async fn master_key(&self) -> Result<Option<MasterKeyId>, StoreError>;

    /// From now on new secrets are sealed under this master key.
    async fn set_master_key(&self, id: MasterKeyId) -> Result<(), StoreError>;

    /// The access keys, active or not, whose secrets are not sealed under [`Store::master_key`]: in the
    /// order of their SecretIds, behind the one given, at most so many.
    async fn outdated_secrets(
        &self,
        after: Option<&SecretId>,
        limit: u32,
    ) -> Result<Vec<AccessKey>, StoreError>;

    /// Puts secrets in the place of others, each only where the other still stands; answers how many
    /// did. What they are sealed under is the caller's to know.
    async fn reseal(&self, secrets: Vec<Reseal>) -> Result<u64, StoreError>;

    /// A page of the key pairs that all filters let through, as [`KeyPairFilter::matches`] says: the newest
    /// first, those of one second by KeyId.
    async fn key_pairs(
        &self,
        collection: &Granted<KeyPairs>,
        filters: &[KeyPairFilter],
        page: Page,
    ) -> Result<KeyPairPage, StoreError>;

    /// Whether a key pair of this name would be taken now; a taken name is told before a used-up
    /// quota. Looks and decides nothing: it saves the making of a key that
    /// [`Store::insert_key_pair`] would refuse.
    async fn look_at_name_and_quota(
        &self,
        collection: &Granted<KeyPairs>,
        name: &KeyName,
        default_quota: KeyPairQuota,
    ) -> Result<(), InsertKeyPairError>;

    /// Adds a key pair: unique name, public key and KeyId, quota, row, tags and audit row in one
    /// transaction. What is taken is told in this order, but for the KeyId, which comes last.
    async fn insert_key_pair(
        &self,
        collection: &Granted<KeyPairs>,
        key_pair: KeyPairRecord,
        default_quota: KeyPairQuota,
        audit: AuditEntry,
    ) -> Result<(), InsertKeyPairError>;

    /// Deletes key pairs of one account and their tags, with one audit row for all: all of them, or none if
    /// one is not there or is held by an instance at the time of the audit row.
    async fn delete_key_pairs(
        &self,
        key_pairs: &[Granted<KeyPair>],
        audit: AuditEntry,
    ) -> Result<(), DeleteKeyPairsError>;

    /// All instances of an account in a region, or those of these ids that there are; in no order.
    async fn instances(
        &self,
        collection: &Granted<Instances>,
        instance_ids: Option<&[InstanceId]>,
    ) -> Result<Vec<ListedInstance>, StoreError>;

    /// Adds instances, all or none, with one audit row, and answers their ids: those of the instances that
    /// an earlier call with the same client token added, if there are any, and then nothing is added. A dry
    /// run is refused what would be, and answers no ids.
    async fn insert_instances(
        &self,
        collection: &Granted<Instances>,
        instances: NewInstances,
        default_quota: InstanceQuota,
        audit: AuditEntry,
    ) -> Result<Vec<InstanceId>, InsertInstancesError>;

    /// Does something to instances, to all or to none, with one audit row: what [`Operate::decide`] says
    /// of what is there.
    async fn operate(&self, operate: Operate, audit: AuditEntry) -> Result<(), OperateError>;

    /// How many of what an account has in a region, and may have.
    async fn usage(&self, collection: &Granted<KeyPairs>) -> Result<Usage, StoreError>;

    /// Adds a row to the audit log of its account, and does nothing else: that of a call that policies do not
    /// allow, or of temporary credentials, of which nothing else is kept. It takes no proof of permission: of
    /// a denial there is none, which is what the row tells.
    async fn record(&self, entry: AuditEntry) -> Result<(), StoreError>;

    /// The end of an account's audit log.
    async fn audit_end(&self, account: &Granted<Account>) -> Result<AuditHead, StoreError>;

    /// The rows of an account's audit log behind the one of this number, at most so many, in their order.
    async fn audit_page(
        &self,
        account: &Granted<Account>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError>;

    /// Gives an account quotas of its own. False: there is no such account.
    async fn set_quotas(
        &self,
        account: &Granted<Account>,
        quotas: Quotas,
        audit: AuditEntry,
    ) -> Result<bool, StoreError>;
}

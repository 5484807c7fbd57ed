//! The whole of a store as a stream: what backups are made of and stores are filled from.

mod check;
mod stream;

use std::fmt;

use async_trait::async_trait;
use pharos_api::account::{AppId, Uin};
use pharos_api::region::Region;
use pharos_api::time::Timestamp;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::audit::AuditRow;
use crate::directory::{Attachment, Item, ItemKind, Membership, UserRecord};
use crate::error::{Cause, StoreError};
use crate::instance::{Binding, InstanceRecord};
use crate::record::{AccessKey, AccountRecord, KeyPairRecord, MasterKeyId};
pub use check::{Check, Unsound};
pub use stream::{CHUNK, CHUNKS_WAITING, Gone, Incoming, Outgoing};

/// One thing that is kept. A store's entries come in the order of these variants, each kind in the
/// order of its key, so that equal stores of whichever adapter make equal streams: numbers from 0 to
/// the largest unsigned one, texts by their bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// What holds for the whole store. Comes once.
    Store(StoreEntry),
    /// By account.
    Account(AccountEntry),
    /// By account and user.
    User(UserEntry),
    /// By account, kind (its name) and id.
    Item(ItemEntry),
    /// By account, kind of principal (its name), its id, and policy.
    Attachment(AttachmentEntry),
    /// By account, user and group.
    Membership(MembershipEntry),
    /// By SecretId.
    AccessKey(AccessKeyEntry),
    /// By account, region (its name on the wire) and KeyId.
    KeyPair(KeyPairEntry),
    /// By account, region and InstanceId.
    Instance(InstanceEntry),
    /// By account and sequence.
    AuditRow(AuditRow),
}

/// What holds for the whole store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreEntry {
    /// See [`crate::Store::master_key`].
    pub master_key: Option<MasterKeyId>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountEntry {
    /// Its number.
    pub account: Uin,
    /// Its second number.
    pub app_id: AppId,
    /// Whether it is the one that a server starts with.
    pub is_root: bool,
    /// How many key pairs it may have in a region; `None`: the server's default.
    pub key_pair_quota: Option<u32>,
    /// How many instances it may have in a region; `None`: the server's default.
    pub instance_quota: Option<u32>,
    /// Whether none of its access keys may sign.
    pub is_disabled: bool,
    /// When it was made.
    pub created_time: Timestamp,
}

impl From<AccountEntry> for AccountRecord {
    fn from(entry: AccountEntry) -> Self {
        Self {
            account: entry.account,
            app_id: entry.app_id,
            is_root: entry.is_root,
            is_disabled: entry.is_disabled,
            created_time: entry.created_time,
        }
    }
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEntry {
    /// The account it belongs to.
    pub account: Uin,
    /// The user.
    pub record: UserRecord,
}

/// A group, a policy or a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemEntry {
    /// The account it belongs to.
    pub account: Uin,
    /// Which one.
    pub item: Item,
}

/// A policy that is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachmentEntry {
    /// In which account.
    pub account: Uin,
    /// Which one, and to whom.
    pub attachment: Attachment,
}

/// A user in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MembershipEntry {
    /// In which account.
    pub account: Uin,
    /// Who, and where.
    pub membership: Membership,
}

/// An access key with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKeyEntry {
    /// Both halves.
    pub access_key: AccessKey,
    /// The account it signs for.
    pub account: Uin,
    /// The user it signs for; `None`: the account's root user.
    pub user: Option<Uin>,
    /// Whether it is the key that a server starts with, not one that was made through the API.
    pub is_start_key: bool,
    /// Whether it may sign.
    pub is_active: bool,
    /// What it is for.
    pub description: Option<String>,
    /// When it was made.
    pub created_time: Timestamp,
    /// When it was last used, to the day; `None`: never since that is noted.
    pub last_used_time: Option<Timestamp>,
}

/// A key pair, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPairEntry {
    /// The account it belongs to.
    pub account: Uin,
    /// In which region.
    pub region: Region,
    /// The key pair.
    pub record: KeyPairRecord,
}

/// An instance, where, and what opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceEntry {
    /// The account it belongs to.
    pub account: Uin,
    /// In which region.
    pub region: Region,
    /// The instance.
    pub record: InstanceRecord,
    /// Its bindings, whether they are seen or not, in the order of key pairs and users.
    pub bindings: Vec<Binding>,
}

impl fmt::Display for Entry {
    /// Which one it is.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(_) => write!(formatter, "what holds for the whole store"),
            Self::Account(entry) => write!(formatter, "the account {}", entry.account),
            Self::User(UserEntry { account, record }) => write!(
                formatter,
                "the user {} of the account {account}",
                record.user
            ),
            Self::Item(ItemEntry { account, item }) => write!(
                formatter,
                "the {} {} of the account {account}",
                item.kind().name(),
                item.id()
            ),
            Self::Attachment(AttachmentEntry {
                account,
                attachment,
            }) => write!(
                formatter,
                "the policy {} attached to the {} {} of the account {account}",
                attachment.policy_id,
                attachment.principal.kind(),
                attachment.principal.id()
            ),
            Self::Membership(MembershipEntry {
                account,
                membership,
            }) => write!(
                formatter,
                "the user {} in the group {} of the account {account}",
                membership.user, membership.group_id
            ),
            Self::AccessKey(entry) => {
                write!(formatter, "the access key `{}`", entry.access_key.secret_id)
            }
            Self::KeyPair(KeyPairEntry {
                account,
                region,
                record,
            }) => write!(
                formatter,
                "the key pair `{}` of the account {account} in {region}",
                record.key_id
            ),
            Self::Instance(InstanceEntry {
                account,
                region,
                record,
                ..
            }) => write!(
                formatter,
                "the instance `{}` of the account {account} in {region}",
                record.instance_id
            ),
            Self::AuditRow(AuditRow {
                account, sequence, ..
            }) => write!(
                formatter,
                "the audit row {sequence} of the account {account}"
            ),
        }
    }
}

/// How many entries of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Accounts.
    pub accounts: u64,
    /// Users.
    pub users: u64,
    /// Groups.
    pub groups: u64,
    /// Policies that somebody wrote.
    pub policies: u64,
    /// Roles.
    pub roles: u64,
    /// Attached policies.
    pub attachments: u64,
    /// Users in groups.
    pub memberships: u64,
    /// Access keys.
    pub access_keys: u64,
    /// Key pairs.
    pub key_pairs: u64,
    /// Instances.
    pub instances: u64,
    /// Rows of the audit log.
    pub audit_rows: u64,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, entry: &Entry) {
        let count = match entry {
            Entry::Store(_) => return,
            Entry::Account(_) => &mut self.accounts,
            Entry::User(_) => &mut self.users,
            Entry::Item(entry) => match entry.item.kind() {
                ItemKind::Group => &mut self.groups,
                ItemKind::Policy => &mut self.policies,
                ItemKind::Role => &mut self.roles,
            },
            Entry::Attachment(_) => &mut self.attachments,
            Entry::Membership(_) => &mut self.memberships,
            Entry::AccessKey(_) => &mut self.access_keys,
            Entry::KeyPair(_) => &mut self.key_pairs,
            Entry::Instance(_) => &mut self.instances,
            Entry::AuditRow(_) => &mut self.audit_rows,
        };
        *count += 1;
    }

    /// How many there are in all.
    pub fn total(&self) -> u64 {
        // What is told of a stream that a stranger made may be any number.
        [
            self.users,
            self.groups,
            self.policies,
            self.roles,
            self.attachments,
            self.memberships,
            self.access_keys,
            self.key_pairs,
            self.instances,
            self.audit_rows,
        ]
        .into_iter()
        .fold(self.accounts, u64::saturating_add)
    }
}

impl fmt::Display for Counts {
    /// As a list for people.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: u64, singular: &'static str, plural: &'static str| {
            (count, if count == 1 { singular } else { plural })
        };
        let always = [
            plural(self.accounts, "account", "accounts"),
            plural(self.users, "user", "users"),
            plural(self.access_keys, "access key", "access keys"),
            plural(self.key_pairs, "key pair", "key pairs"),
            plural(self.instances, "instance", "instances"),
            plural(self.audit_rows, "audit row", "audit rows"),
        ];
        // What many stores have none of.
        let perhaps = [
            plural(self.groups, "group", "groups"),
            plural(self.policies, "policy", "policies"),
            plural(self.roles, "role", "roles"),
            plural(self.attachments, "attached policy", "attached policies"),
            plural(self.memberships, "membership", "memberships"),
        ];
        let perhaps = perhaps.into_iter().filter(|(count, _)| *count > 0);
        for (place, (count, what)) in always.into_iter().chain(perhaps).enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(formatter, "{comma}{count} {what}")?;
        }
        Ok(())
    }
}

/// A part of the stream.
#[derive(Debug)]
pub enum Part {
    /// How many entries there will be. Comes first, once.
    Counts(Counts),
    /// Some entries.
    Entries(Vec<Entry>),
    /// There are no more. A stream that breaks off has no end.
    End,
}

/// Why a store was not filled. Nothing of it was.
#[derive(Debug, Error)]
pub enum ImportError {
    /// There is something in the store.
    #[error("the store is not empty; choose one that is")]
    NotEmpty,
    /// The stream broke off before its end.
    #[error("what was to be put into the store broke off")]
    BrokenOff,
    /// The stream is not what a store sends.
    #[error(transparent)]
    Unsound(#[from] Unsound),
    /// An entry cannot stand beside those before it: it names one that is not there, or takes what is
    /// taken.
    #[error("{entry} contradicts what came before it")]
    Contradiction {
        /// Which one.
        entry: String,
        /// What the store said.
        #[source]
        cause: Cause,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A store that can be read out and filled as a whole. [`Outgoing`] and [`Incoming`] are the ends of the
/// stream that an adapter holds.
#[async_trait]
pub trait Archive: Send + Sync + 'static {
    /// Sends everything that is kept, as it is at one moment, while others read and write. Ends early
    /// when nobody receives any more.
    async fn export(&self, parts: mpsc::Sender<Part>) -> Result<(), StoreError>;

    /// Fills the store, wholly or not at all: only [`Part::End`] makes it durable. It must be empty,
    /// and nobody else can write meanwhile. Audit rows keep their numbers and hashes.
    async fn import(&self, parts: mpsc::Receiver<Part>) -> Result<(), ImportError>;
}

//! What holds for every stream of entries, whoever made it.

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::policy_id::PolicyId;
use thiserror::Error;

use super::{AttachmentEntry, Counts, Entry, InstanceEntry, MembershipEntry};
use crate::audit::{AuditHead, BrokenChain};
use crate::directory::{ItemKind, PrincipalId};
use crate::instance::Binding;

/// Looks at the entries of a stream as they go by, in constant memory: that they stand in their order,
/// each once, that every audit chain is unbroken, and that there are as many as was told.
///
/// That an entry goes together with others of its kind or of another, a name that is free or an account
/// that exists, is for the store to say that is filled with them.
#[derive(Debug)]
pub struct Check {
    told: Counts,
    found: Counts,
    last: Option<Place>,
    /// The end of the chain that the last audit row belongs to.
    head: AuditHead,
}

/// Why a stream is not what a store sends.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unsound {
    /// The counts do not come first and once.
    #[error("the counts do not come first, or come twice")]
    CountsOutOfPlace,
    /// What holds for the whole store does not come first.
    #[error("what holds for the whole store does not come first")]
    NoStore,
    /// An entry should have come earlier, or has.
    #[error("{entry} comes twice or out of order")]
    OutOfOrder {
        /// Which one.
        entry: String,
    },
    /// A binding is not of its instance, or should have come earlier, or has.
    #[error("a binding of {entry} is another's, comes twice or out of order")]
    Binding {
        /// Which instance.
        entry: String,
    },
    /// The audit log was changed.
    #[error("the audit log of the account {account} is broken: {broken}")]
    BrokenChain {
        /// In which account.
        account: Uin,
        /// Where and how.
        broken: BrokenChain,
    },
    /// There are more or fewer entries than was told.
    #[error("there should be {told}, and there are {found}")]
    OtherCounts {
        /// How many there should be.
        told: Box<Counts>,
        /// How many there are.
        found: Box<Counts>,
    },
}

/// Where an entry stands: variants and fields are in the order of the stream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Store,
    Account(Uin),
    User(Uin, Uin),
    Item(Uin, ItemKind, u64),
    Attachment(Uin, PrincipalId, PolicyId),
    Membership(Uin, Uin, GroupId),
    AccessKey(SecretId),
    KeyPair(Uin, &'static str, KeyId),
    Instance(Uin, &'static str, InstanceId),
    AuditRow(Uin, u64),
}

impl Place {
    fn of(entry: &Entry) -> Self {
        match entry {
            Entry::Store(_) => Self::Store,
            Entry::Account(entry) => Self::Account(entry.account),
            Entry::User(entry) => Self::User(entry.account, entry.record.user),
            Entry::Item(entry) => Self::Item(entry.account, entry.item.kind(), entry.item.id()),
            Entry::Attachment(AttachmentEntry {
                account,
                attachment,
            }) => Self::Attachment(*account, attachment.principal, attachment.policy_id),
            Entry::Membership(MembershipEntry {
                account,
                membership,
            }) => Self::Membership(*account, membership.user, membership.group_id),
            Entry::AccessKey(entry) => Self::AccessKey(entry.access_key.secret_id.clone()),
            Entry::KeyPair(entry) => {
                let key_id = entry.record.key_id.clone();
                Self::KeyPair(entry.account, entry.region.wire(), key_id)
            }
            Entry::Instance(entry) => {
                let instance_id = entry.record.instance_id.clone();
                Self::Instance(entry.account, entry.region.wire(), instance_id)
            }
            Entry::AuditRow(row) => Self::AuditRow(row.account, row.sequence),
        }
    }
}

impl Check {
    /// At the start of a stream that tells these counts.
    pub fn new(told: Counts) -> Self {
        Self {
            told,
            found: Counts::default(),
            last: None,
            head: AuditHead::EMPTY,
        }
    }

    /// Takes the next entry.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), Unsound> {
        let place = Place::of(entry);
        match &self.last {
            None if place != Place::Store => return Err(Unsound::NoStore),
            Some(last) if *last >= place => {
                let entry = entry.to_string();
                return Err(Unsound::OutOfOrder { entry });
            }
            _ => {}
        }
        if let Entry::Instance(instance) = entry
            && !are_its_own(instance)
        {
            let entry = entry.to_string();
            return Err(Unsound::Binding { entry });
        }
        if let Entry::AuditRow(row) = entry {
            let account = row.account;
            if !matches!(self.last, Some(Place::AuditRow(last, _)) if last == account) {
                self.head = AuditHead::EMPTY;
            }
            self.head
                .follow(row)
                .map_err(|broken| Unsound::BrokenChain { account, broken })?;
        }
        self.last = Some(place);
        self.found.add(entry);
        Ok(())
    }

    /// There are no more.
    pub fn end(&self) -> Result<(), Unsound> {
        if self.last.is_none() {
            return Err(Unsound::NoStore);
        }
        let (told, found) = (self.told, self.found);
        if told == found {
            Ok(())
        } else {
            Err(Unsound::OtherCounts {
                told: Box::new(told),
                found: Box::new(found),
            })
        }
    }
}

/// Whether its bindings are of this instance, and stand in their order, each once.
fn are_its_own(instance: &InstanceEntry) -> bool {
    let bindings = &instance.bindings;
    let places = bindings.iter().map(|one| (&one.key_id, &one.username));
    let is_its_own = |one: &Binding| one.instance_id == instance.record.instance_id;
    places.is_sorted_by(|one, next| one < next) && bindings.iter().all(is_its_own)
}

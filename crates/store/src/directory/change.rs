//! What is done to an account's directory, decided on what is there: adapters read, ask here, and write.

use std::fmt;

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::policy_id::PolicyId;
use pharos_api::resource::{self, Account};
use pharos_api::role_id::RoleId;
use pharos_api::role_name::RoleName;
use pharos_api::time::Timestamp;
use pharos_policy::Granted;
use thiserror::Error;

use super::{
    Attachment, Directory, GroupRecord, Item, Limit, Membership, PolicyRecord, PrincipalId,
    RoleRecord, UserProfile, UserRecord,
};
use crate::error::StoreError;
use crate::record::AccessKey;

/// What is to be done, with the proof that it may be.
#[derive(Debug)]
pub enum Change {
    /// A new user, perhaps with an access key.
    AddUser {
        /// Where.
        account: Granted<Account>,
        /// The user.
        user: UserRecord,
        /// What it signs with.
        access_key: Option<NewAccessKey>,
    },
    /// Something else is written down about a user.
    UpdateUser {
        /// Which user.
        user: Granted<resource::User>,
        /// What.
        profile: ProfileChange,
    },
    /// A user goes, with its attachments and memberships.
    DeleteUser {
        /// Which user.
        user: Granted<resource::User>,
        /// Whether its access keys go too; else it may have none.
        with_access_keys: bool,
    },
    /// A new access key.
    AddAccessKey {
        /// Whose.
        user: Granted<resource::User>,
        /// The access key.
        access_key: NewAccessKey,
    },
    /// An access key may sign, or may not.
    SetAccessKeyStatus {
        /// Whose.
        user: Granted<resource::User>,
        /// Which one.
        secret_id: SecretId,
        /// Whether it may.
        is_active: bool,
    },
    /// An access key goes.
    DeleteAccessKey {
        /// Whose.
        user: Granted<resource::User>,
        /// Which one.
        secret_id: SecretId,
    },
    /// A new group.
    AddGroup {
        /// Where.
        account: Granted<Account>,
        /// The group.
        group: GroupRecord,
    },
    /// A group goes, with its attachments and memberships.
    DeleteGroup {
        /// Which group.
        group: Granted<resource::Group>,
    },
    /// Users come into groups; who is in one already stays.
    AddMembers {
        /// Who, and where.
        members: Vec<(Granted<resource::Group>, Granted<resource::User>)>,
        /// Now.
        joined_time: Timestamp,
    },
    /// Users leave groups; who is in none stays out.
    RemoveMembers {
        /// Who, and where.
        members: Vec<(Granted<resource::Group>, Granted<resource::User>)>,
    },
    /// A new policy.
    AddPolicy {
        /// Where.
        account: Granted<Account>,
        /// The policy.
        policy: PolicyRecord,
    },
    /// A policy says something else; `None` leaves it as it is.
    UpdatePolicy {
        /// Which policy.
        policy: Granted<resource::Policy>,
        /// What it is for.
        description: Option<String>,
        /// The document.
        document: Option<String>,
        /// Now.
        updated_time: Timestamp,
    },
    /// Policies go, all of them or none, with their attachments.
    DeletePolicies {
        /// Which policies.
        policies: Vec<Granted<resource::Policy>>,
    },
    /// A new role.
    AddRole {
        /// Where.
        account: Granted<Account>,
        /// The role.
        role: RoleRecord,
    },
    /// A role goes, with its attachments.
    DeleteRole {
        /// Which role.
        role: Granted<resource::Role>,
    },
    /// A policy is attached; one that is attached already stays so.
    Attach {
        /// Which policy.
        policy: Granted<resource::Policy>,
        /// To whom.
        to: AttachTo,
        /// Now.
        attached_time: Timestamp,
    },
    /// A policy is not attached any more, if it was.
    Detach {
        /// Which policy.
        policy: Granted<resource::Policy>,
        /// From whom.
        from: AttachTo,
    },
}

/// Whom a policy is attached to, with the proof that it may be.
#[derive(Debug)]
pub enum AttachTo {
    /// A group.
    Group(Granted<resource::Group>),
    /// A role.
    Role(Granted<resource::Role>),
    /// A user.
    User(Granted<resource::User>),
}

/// An access key to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccessKey {
    /// Both halves; the secret is sealed under [`crate::Store::master_key`].
    pub access_key: AccessKey,
    /// What it is for.
    pub description: Option<String>,
    /// Now.
    pub created_time: Timestamp,
}

/// What else is written down about a user; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// A remark.
    pub remark: Option<String>,
    /// Whether it would be let into the vendor's console.
    pub console_login: Option<bool>,
    /// Its telephone number.
    pub phone_number: Option<String>,
    /// The country code of that.
    pub country_code: Option<String>,
    /// Its mail address.
    pub email: Option<String>,
}

/// One row that an adapter has to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A user comes. Its number is taken if any user or account of the store has it.
    AddUser(UserRecord),
    /// What is written down about a user changes.
    PutProfile(Uin, UserProfile),
    /// A user goes, after whatever names it.
    RemoveUser(Uin),
    /// An access key comes.
    AddAccessKey(Uin, NewAccessKey),
    /// An access key changes.
    PutAccessKeyStatus {
        /// Which one.
        secret_id: SecretId,
        /// Whether it may sign.
        is_active: bool,
    },
    /// An access key goes.
    RemoveAccessKey(SecretId),
    /// A group, policy or role comes or changes.
    PutItem(Item),
    /// A group goes.
    RemoveGroup(GroupId),
    /// A policy goes.
    RemovePolicy(PolicyId),
    /// A role goes.
    RemoveRole(RoleId),
    /// A policy is attached.
    AddAttachment(Attachment),
    /// A policy is not attached any more.
    RemoveAttachment(PrincipalId, PolicyId),
    /// A user is in a group.
    AddMembership(Membership),
    /// A user is not in a group any more.
    RemoveMembership(GroupId, Uin),
}

/// What is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// An access key of that user.
    AccessKey(SecretId),
    /// A group.
    Group(GroupId),
    /// A policy.
    Policy(PolicyId),
    /// A role, by its name.
    Role(RoleName),
    /// A user.
    User(Uin),
}

/// Why nothing was changed.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// Another of its kind has this name.
    #[error("the name is taken")]
    NameTaken,
    /// The id is taken: draw another.
    #[error("the id is taken")]
    IdTaken,
    /// There are as many as there may be.
    #[error("there may be at most {0}")]
    Full(Limit),
    /// It is not there.
    #[error("there is no {0}")]
    Missing(Missing),
    /// A user that was to go has access keys.
    #[error("the user {0} has access keys")]
    HasAccessKeys(Uin),
    /// A preset policy was to be changed.
    #[error("the policy {0} is a preset one")]
    Preset(PolicyId),
    /// It names things of several accounts, or nothing: its proofs do not belong together.
    #[error("a change is about one account")]
    NotOneAccount,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessKey(secret_id) => write!(formatter, "access key {secret_id}"),
            Self::Group(group_id) => write!(formatter, "group {group_id}"),
            Self::Policy(policy_id) => write!(formatter, "policy {policy_id}"),
            Self::Role(name) => write!(formatter, "role {name}"),
            Self::User(user) => write!(formatter, "user {user}"),
        }
    }
}

impl Change {
    /// The account that it is about.
    ///
    /// # Errors
    /// [`ChangeError::NotOneAccount`]: an id of one account means something else in another.
    pub fn account(&self) -> Result<Uin, ChangeError> {
        let account = match self {
            Self::AddUser { account, .. }
            | Self::AddGroup { account, .. }
            | Self::AddPolicy { account, .. }
            | Self::AddRole { account, .. } => Some(account.0),
            Self::UpdateUser { user, .. }
            | Self::DeleteUser { user, .. }
            | Self::AddAccessKey { user, .. }
            | Self::SetAccessKeyStatus { user, .. }
            | Self::DeleteAccessKey { user, .. } => Some(user.account),
            Self::DeleteGroup { group } => Some(group.account),
            Self::AddMembers { members, .. } | Self::RemoveMembers { members } => one_account(
                members
                    .iter()
                    .flat_map(|(group, user)| [group.account, user.account]),
            ),
            Self::UpdatePolicy { policy, .. } => Some(policy.account),
            Self::DeletePolicies { policies } => {
                one_account(policies.iter().map(|policy| policy.account))
            }
            Self::DeleteRole { role } => Some(role.account),
            Self::Attach {
                policy, to: other, ..
            }
            | Self::Detach {
                policy,
                from: other,
            } => one_account([policy.account, other.account()]),
        };
        account.ok_or(ChangeError::NotOneAccount)
    }

    /// The access key that it adds.
    pub fn access_key(&self) -> Option<&NewAccessKey> {
        match self {
            Self::AddUser { access_key, .. } => access_key.as_ref(),
            Self::AddAccessKey { access_key, .. } => Some(access_key),
            _ => None,
        }
    }

    /// What has to be written, in this order, where this is there.
    ///
    /// # Errors
    /// See [`ChangeError`]; that the number of a user is taken in another account is the adapter's to find.
    pub fn decide(&self, found: &Directory) -> Result<Vec<Write>, ChangeError> {
        match self {
            Self::AddUser {
                account,
                user,
                access_key,
            } => found.add_user(account.0, user, access_key.as_ref()),
            Self::UpdateUser { user, profile } => found.update_user(user.user, profile),
            Self::DeleteUser {
                user,
                with_access_keys,
            } => found.delete_user(user.user, *with_access_keys),
            Self::AddAccessKey { user, access_key } => found.add_access_key(user, access_key),
            Self::SetAccessKeyStatus {
                user,
                secret_id,
                is_active,
            } => found.set_access_key_status(user, secret_id, *is_active),
            Self::DeleteAccessKey { user, secret_id } => found.delete_access_key(user, secret_id),
            Self::AddGroup { group, .. } => found.add_group(group),
            Self::DeleteGroup { group } => found.delete_group(group.group_id),
            Self::AddMembers {
                members,
                joined_time,
            } => found.add_members(members, *joined_time),
            Self::RemoveMembers { members } => found.remove_members(members),
            Self::AddPolicy { policy, .. } => found.add_policy(policy),
            Self::UpdatePolicy {
                policy,
                description,
                document,
                updated_time,
            } => {
                let kept = found.own_policy(policy.policy_id)?.clone();
                let changed = PolicyRecord {
                    description: description.clone().unwrap_or(kept.description),
                    document: document.clone().unwrap_or(kept.document),
                    updated_time: *updated_time,
                    ..kept
                };
                Ok(vec![Write::PutItem(Item::Policy(changed))])
            }
            Self::DeletePolicies { policies } => found.delete_policies(policies),
            Self::AddRole { role, .. } => found.add_role(role),
            Self::DeleteRole { role } => found.delete_role(role),
            Self::Attach {
                policy,
                to,
                attached_time,
            } => found.attach(policy.policy_id, to, *attached_time),
            Self::Detach { policy, from } => found.detach(policy.policy_id, from),
        }
    }
}

impl AttachTo {
    fn account(&self) -> Uin {
        match self {
            Self::Group(group) => group.account,
            Self::Role(role) => role.account,
            Self::User(user) => user.account,
        }
    }
}

impl ProfileChange {
    pub(super) fn applied_to(&self, kept: &UserProfile) -> UserProfile {
        let text = |change: &Option<String>, kept: &String| change.as_ref().unwrap_or(kept).clone();
        UserProfile {
            remark: text(&self.remark, &kept.remark),
            console_login: self.console_login.unwrap_or(kept.console_login),
            phone_number: text(&self.phone_number, &kept.phone_number),
            country_code: text(&self.country_code, &kept.country_code),
            email: text(&self.email, &kept.email),
        }
    }
}

/// The one account that all of them are.
fn one_account(accounts: impl IntoIterator<Item = Uin>) -> Option<Uin> {
    let mut accounts = accounts.into_iter();
    let first = accounts.next()?;
    accounts.all(|other| other == first).then_some(first)
}

//! Who there is in an account beside its root user, and what they may do: users, groups, roles, policies, and
//! what ties them together.
//!
//! It is small, and [`Limit`] keeps it so: an adapter reads all of an account's, asks [`Change::decide`] what
//! has to be written, and writes that. So every rule stands here once, and no adapter has one of its own
//! (docs/decisions/0014).

mod change;
mod limit;
mod record;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::policy_id::PolicyId;
use pharos_api::role_id::RoleId;
use pharos_api::role_name::RoleName;
use pharos_api::time::Timestamp;
use pharos_policy::Preset;

pub use change::{AttachTo, Change, ChangeError, Missing, NewAccessKey, ProfileChange, Write};
pub use limit::Limit;
pub use record::{
    AccessKeyRecord, Attachment, GroupRecord, Item, ItemKind, Membership, PolicyRecord,
    PrincipalId, RoleKey, RoleRecord, UserProfile, UserRecord,
};

/// All of it, of one account, as of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// The users.
    pub users: BTreeMap<Uin, UserRecord>,
    /// The access keys, the root user's among them.
    pub access_keys: BTreeMap<SecretId, AccessKeyRecord>,
    /// The groups.
    pub groups: BTreeMap<GroupId, GroupRecord>,
    /// The policies that somebody wrote; preset ones are not kept.
    pub policies: BTreeMap<PolicyId, PolicyRecord>,
    /// The roles.
    pub roles: BTreeMap<RoleId, RoleRecord>,
    /// Which policies are attached to whom, since when. The policy may be a preset one.
    pub attachments: BTreeMap<(PrincipalId, PolicyId), Timestamp>,
    /// Who is in which group, since when.
    pub memberships: BTreeMap<(GroupId, Uin), Timestamp>,
}

impl Directory {
    /// The user of this name.
    pub fn user_named(&self, name: &str) -> Option<&UserRecord> {
        self.users.values().find(|user| user.name == name)
    }

    /// The role of this name.
    pub fn role_named(&self, name: &RoleName) -> Option<&RoleRecord> {
        self.roles.values().find(|role| role.name == *name)
    }

    /// The access keys of a user; the account's own number for its root user.
    pub fn access_keys_of(&self, user: Uin) -> impl Iterator<Item = &AccessKeyRecord> {
        let access_keys = self.access_keys.values();
        access_keys.filter(move |access_key| access_key.user == user)
    }

    /// The policies that are attached to it, in the order of their ids, each with its time.
    pub fn attached_to(
        &self,
        principal: PrincipalId,
    ) -> impl Iterator<Item = (PolicyId, Timestamp)> {
        let first = (principal, PolicyId(0));
        let attachments = self.attachments.range(first..);
        attachments
            .take_while(move |((other, _), _)| *other == principal)
            .map(|((_, policy), time)| (*policy, *time))
    }

    /// How many users, groups and roles a policy is attached to.
    pub fn attachments_of(&self, policy: PolicyId) -> usize {
        let attached = self.attachments.keys();
        attached.filter(|(_, other)| *other == policy).count()
    }

    /// The groups that a user is in.
    pub fn groups_of(&self, user: Uin) -> impl Iterator<Item = GroupId> {
        let memberships = self.memberships.keys();
        memberships
            .filter(move |(_, member)| *member == user)
            .map(|(group, _)| *group)
    }
}

impl Directory {
    /// Does what an adapter has to write.
    pub fn apply(&mut self, write: Write) {
        match write {
            Write::AddUser(user) => {
                self.users.insert(user.user, user);
            }
            Write::PutProfile(user, profile) => {
                if let Some(user) = self.users.get_mut(&user) {
                    user.profile = profile;
                }
            }
            Write::RemoveUser(user) => {
                self.users.remove(&user);
            }
            Write::AddAccessKey(user, new) => {
                let record = AccessKeyRecord::of_new(user, new);
                self.access_keys.insert(record.secret_id.clone(), record);
            }
            Write::PutAccessKeyStatus {
                secret_id,
                is_active,
            } => {
                if let Some(access_key) = self.access_keys.get_mut(&secret_id) {
                    access_key.is_active = is_active;
                }
            }
            Write::RemoveAccessKey(secret_id) => {
                self.access_keys.remove(&secret_id);
            }
            Write::PutItem(item) => self.put(item),
            Write::RemoveGroup(group_id) => {
                self.groups.remove(&group_id);
            }
            Write::RemovePolicy(policy_id) => {
                self.policies.remove(&policy_id);
            }
            Write::RemoveRole(role_id) => {
                self.roles.remove(&role_id);
            }
            Write::AddAttachment(attachment) => {
                let place = (attachment.principal, attachment.policy_id);
                self.attachments.insert(place, attachment.attached_time);
            }
            Write::RemoveAttachment(principal, policy_id) => {
                self.attachments.remove(&(principal, policy_id));
            }
            Write::AddMembership(membership) => {
                let place = (membership.group_id, membership.user);
                self.memberships.insert(place, membership.joined_time);
            }
            Write::RemoveMembership(group_id, user) => {
                self.memberships.remove(&(group_id, user));
            }
        }
    }

    /// Adds an item, or puts it in the place of the one of its id.
    pub fn put(&mut self, item: Item) {
        match item {
            Item::Group(group) => {
                self.groups.insert(group.group_id, group);
            }
            Item::Policy(policy) => {
                self.policies.insert(policy.policy_id, policy);
            }
            Item::Role(role) => {
                self.roles.insert(role.role_id, role);
            }
        }
    }
}

/// The documents of policies that an adapter found attached, each once and in the order of their ids: a kept
/// one's own, a preset one's from the program.
pub fn documents(attached: BTreeMap<PolicyId, Option<PolicyRecord>>) -> Vec<String> {
    let documents = attached.into_iter().filter_map(|(id, kept)| {
        let kept = kept.map(|policy| policy.document);
        kept.or_else(|| Preset::of_id(id).map(Preset::document))
    });
    documents.collect()
}

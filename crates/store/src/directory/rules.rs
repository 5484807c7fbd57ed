//! The rules of a directory: what a change has to write, or why it may not.

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::policy_id::PolicyId;
use pharos_api::resource;
use pharos_api::time::Timestamp;
use pharos_policy::{Granted, PRESETS, Preset};

use super::{
    AttachTo, Attachment, ChangeError, Directory, GroupRecord, Item, Limit, Membership, Missing,
    NewAccessKey, PolicyRecord, PrincipalId, ProfileChange, RoleRecord, UserRecord, Write,
};

impl Directory {
    pub(super) fn add_user(
        &self,
        account: Uin,
        user: &UserRecord,
        access_key: Option<&NewAccessKey>,
    ) -> Result<Vec<Write>, ChangeError> {
        let names = self.users.values().map(|user| user.name.as_str());
        let is_taken = self.users.contains_key(&user.user) || user.user == account;
        new(&user.name, names, is_taken, self.users.len(), Limit::Users)?;
        let access_key = access_key.map(|new| Write::AddAccessKey(user.user, new.clone()));
        let user = Write::AddUser(user.clone());
        Ok([user].into_iter().chain(access_key).collect())
    }

    pub(super) fn update_user(
        &self,
        user: Uin,
        change: &ProfileChange,
    ) -> Result<Vec<Write>, ChangeError> {
        let profile = change.applied_to(&self.user(user)?.profile);
        Ok(vec![Write::PutProfile(user, profile)])
    }

    pub(super) fn add_access_key(
        &self,
        user: &resource::User,
        new: &NewAccessKey,
    ) -> Result<Vec<Write>, ChangeError> {
        self.user_or_root(user)?;
        full(self.access_keys_of(user.user).count(), Limit::AccessKeys)?;
        Ok(vec![Write::AddAccessKey(user.user, new.clone())])
    }

    pub(super) fn set_access_key_status(
        &self,
        user: &resource::User,
        secret_id: &SecretId,
        is_active: bool,
    ) -> Result<Vec<Write>, ChangeError> {
        self.access_key(user, secret_id)?;
        let secret_id = secret_id.clone();
        Ok(vec![Write::PutAccessKeyStatus {
            secret_id,
            is_active,
        }])
    }

    pub(super) fn delete_access_key(
        &self,
        user: &resource::User,
        secret_id: &SecretId,
    ) -> Result<Vec<Write>, ChangeError> {
        self.access_key(user, secret_id)?;
        Ok(vec![Write::RemoveAccessKey(secret_id.clone())])
    }

    pub(super) fn add_group(&self, group: &GroupRecord) -> Result<Vec<Write>, ChangeError> {
        let names = self.groups.values().map(|group| group.name.as_str());
        let is_taken = self.groups.contains_key(&group.group_id);
        new(
            group.name.as_str(),
            names,
            is_taken,
            self.groups.len(),
            Limit::Groups,
        )?;
        Ok(vec![Write::PutItem(Item::Group(group.clone()))])
    }

    pub(super) fn add_policy(&self, policy: &PolicyRecord) -> Result<Vec<Write>, ChangeError> {
        let names = self.policies.values().map(|policy| policy.name.as_str());
        let names = names.chain(PRESETS.iter().map(|preset| preset.name));
        let id = policy.policy_id;
        let is_taken = self.policies.contains_key(&id) || Preset::of_id(id).is_some();
        let count = self.policies.len();
        new(
            policy.name.as_str(),
            names,
            is_taken,
            count,
            Limit::Policies,
        )?;
        Ok(vec![Write::PutItem(Item::Policy(policy.clone()))])
    }

    pub(super) fn add_role(&self, role: &RoleRecord) -> Result<Vec<Write>, ChangeError> {
        let names = self.roles.values().map(|role| role.name.as_str());
        let is_taken = self.roles.contains_key(&role.role_id);
        new(
            role.name.as_str(),
            names,
            is_taken,
            self.roles.len(),
            Limit::Roles,
        )?;
        Ok(vec![Write::PutItem(Item::Role(role.clone()))])
    }

    pub(super) fn delete_role(&self, role: &resource::Role) -> Result<Vec<Write>, ChangeError> {
        let role_id = self.role(role)?.role_id;
        let mut writes = self.detach_all(PrincipalId::Role(role_id));
        writes.push(Write::RemoveRole(role_id));
        Ok(writes)
    }

    pub(super) fn attach(
        &self,
        policy_id: PolicyId,
        to: &AttachTo,
        attached_time: Timestamp,
    ) -> Result<Vec<Write>, ChangeError> {
        let principal = self.principal(to)?;
        let policy_id = self.any_policy(policy_id)?;
        if self.attachments.contains_key(&(principal, policy_id)) {
            return Ok(Vec::new());
        }
        full(self.attached_to(principal).count(), Limit::Attachments)?;
        Ok(vec![Write::AddAttachment(Attachment {
            principal,
            policy_id,
            attached_time,
        })])
    }

    pub(super) fn detach(
        &self,
        policy_id: PolicyId,
        from: &AttachTo,
    ) -> Result<Vec<Write>, ChangeError> {
        let principal = self.principal(from)?;
        let policy_id = self.any_policy(policy_id)?;
        let is_attached = self.attachments.contains_key(&(principal, policy_id));
        let removed = Write::RemoveAttachment(principal, policy_id);
        Ok(is_attached.then_some(removed).into_iter().collect())
    }

    fn user(&self, user: Uin) -> Result<&UserRecord, ChangeError> {
        let missing = || ChangeError::Missing(Missing::User(user));
        self.users.get(&user).ok_or_else(missing)
    }

    /// The root user is there without a row.
    fn user_or_root(&self, user: &resource::User) -> Result<(), ChangeError> {
        if user.user != user.account {
            self.user(user.user)?;
        }
        Ok(())
    }

    fn access_key(&self, user: &resource::User, secret_id: &SecretId) -> Result<(), ChangeError> {
        self.user_or_root(user)?;
        let found = self.access_keys.get(secret_id);
        let is_theirs = found.is_some_and(|found| found.user == user.user);
        let missing = || ChangeError::Missing(Missing::AccessKey(secret_id.clone()));
        is_theirs.then_some(()).ok_or_else(missing)
    }

    fn group(&self, group_id: GroupId) -> Result<&GroupRecord, ChangeError> {
        let missing = || ChangeError::Missing(Missing::Group(group_id));
        self.groups.get(&group_id).ok_or_else(missing)
    }

    fn role(&self, role: &resource::Role) -> Result<&RoleRecord, ChangeError> {
        let missing = || ChangeError::Missing(Missing::Role(role.role_name.clone()));
        self.role_named(&role.role_name).ok_or_else(missing)
    }

    /// A policy that may be changed.
    pub(super) fn own_policy(&self, policy_id: PolicyId) -> Result<&PolicyRecord, ChangeError> {
        if Preset::of_id(policy_id).is_some() {
            return Err(ChangeError::Preset(policy_id));
        }
        let missing = || ChangeError::Missing(Missing::Policy(policy_id));
        self.policies.get(&policy_id).ok_or_else(missing)
    }

    /// A policy that may be attached.
    fn any_policy(&self, policy_id: PolicyId) -> Result<PolicyId, ChangeError> {
        match self.own_policy(policy_id) {
            Ok(_) | Err(ChangeError::Preset(_)) => Ok(policy_id),
            Err(error) => Err(error),
        }
    }

    fn principal(&self, of: &AttachTo) -> Result<PrincipalId, ChangeError> {
        match of {
            AttachTo::Group(group) => {
                let group = self.group(group.group_id)?;
                Ok(PrincipalId::Group(group.group_id))
            }
            AttachTo::Role(role) => Ok(PrincipalId::Role(self.role(role)?.role_id)),
            AttachTo::User(user) => Ok(PrincipalId::User(self.user(user.user)?.user)),
        }
    }

    pub(super) fn delete_user(
        &self,
        user: Uin,
        with_access_keys: bool,
    ) -> Result<Vec<Write>, ChangeError> {
        self.user(user)?;
        let access_keys = self
            .access_keys_of(user)
            .map(|found| found.secret_id.clone());
        let access_keys: Vec<_> = access_keys.collect();
        if !access_keys.is_empty() && !with_access_keys {
            return Err(ChangeError::HasAccessKeys(user));
        }
        let mut writes: Vec<_> = access_keys
            .into_iter()
            .map(Write::RemoveAccessKey)
            .collect();
        writes.extend(self.detach_all(PrincipalId::User(user)));
        let groups = self.groups_of(user);
        writes.extend(groups.map(|group_id| Write::RemoveMembership(group_id, user)));
        writes.push(Write::RemoveUser(user));
        Ok(writes)
    }

    pub(super) fn delete_group(&self, group_id: GroupId) -> Result<Vec<Write>, ChangeError> {
        self.group(group_id)?;
        let mut writes = self.detach_all(PrincipalId::Group(group_id));
        let members = self
            .memberships
            .keys()
            .filter(|(group, _)| *group == group_id);
        writes.extend(members.map(|(group, user)| Write::RemoveMembership(*group, *user)));
        writes.push(Write::RemoveGroup(group_id));
        Ok(writes)
    }

    fn detach_all(&self, principal: PrincipalId) -> Vec<Write> {
        let attached = self.attached_to(principal);
        attached
            .map(|(policy_id, _)| Write::RemoveAttachment(principal, policy_id))
            .collect()
    }

    pub(super) fn add_members(
        &self,
        members: &[(Granted<resource::Group>, Granted<resource::User>)],
        joined_time: Timestamp,
    ) -> Result<Vec<Write>, ChangeError> {
        // What each adds counts for the next.
        let mut after = self.clone();
        let mut writes = Vec::new();
        for (group, user) in members {
            let (group_id, user) = (group.group_id, user.user);
            after.group(group_id)?;
            after.user(user)?;
            if after.memberships.contains_key(&(group_id, user)) {
                continue;
            }
            let users = after
                .memberships
                .keys()
                .filter(|(other, _)| *other == group_id);
            full(users.count(), Limit::UsersOfGroup)?;
            full(after.groups_of(user).count(), Limit::GroupsOfUser)?;
            after.memberships.insert((group_id, user), joined_time);
            writes.push(Write::AddMembership(Membership {
                group_id,
                user,
                joined_time,
            }));
        }
        Ok(writes)
    }

    pub(super) fn remove_members(
        &self,
        members: &[(Granted<resource::Group>, Granted<resource::User>)],
    ) -> Result<Vec<Write>, ChangeError> {
        let mut writes = Vec::new();
        for (group, user) in members {
            let (group_id, user) = (group.group_id, user.user);
            self.group(group_id)?;
            self.user(user)?;
            let removed = Write::RemoveMembership(group_id, user);
            if self.memberships.contains_key(&(group_id, user)) && !writes.contains(&removed) {
                writes.push(removed);
            }
        }
        Ok(writes)
    }

    pub(super) fn delete_policies(
        &self,
        policies: &[Granted<resource::Policy>],
    ) -> Result<Vec<Write>, ChangeError> {
        let mut writes = Vec::new();
        for policy in policies {
            let policy_id = self.own_policy(policy.policy_id)?.policy_id;
            if writes.contains(&Write::RemovePolicy(policy_id)) {
                continue;
            }
            let attached = self
                .attachments
                .keys()
                .filter(|(_, other)| *other == policy_id);
            writes.extend(
                attached.map(|(principal, _)| Write::RemoveAttachment(*principal, policy_id)),
            );
            writes.push(Write::RemovePolicy(policy_id));
        }
        Ok(writes)
    }
}

/// Whether something new has its place beside `count` others. A taken name is told before a full account.
fn new<'n>(
    name: &str,
    mut names: impl Iterator<Item = &'n str>,
    is_id_taken: bool,
    count: usize,
    limit: Limit,
) -> Result<(), ChangeError> {
    if names.any(|other| other == name) {
        return Err(ChangeError::NameTaken);
    }
    full(count, limit)?;
    if is_id_taken {
        return Err(ChangeError::IdTaken);
    }
    Ok(())
}

/// Refuses one more beside so many.
fn full(count: usize, limit: Limit) -> Result<(), ChangeError> {
    if count < limit.max() {
        Ok(())
    } else {
        Err(ChangeError::Full(limit))
    }
}

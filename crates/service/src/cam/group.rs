//! Groups: CreateGroup, DeleteGroup, AddUserToGroup, RemoveUserFromGroup, ListGroups.

use pharos_api::account::Uin;
use pharos_api::action::Contract;
use pharos_api::beijing_time::BeijingTime;
use pharos_api::cam::add_user_to_group::{self, AddUserToGroup};
use pharos_api::cam::create_group::{self, CreateGroup};
use pharos_api::cam::delete_group::{self, DeleteGroup};
use pharos_api::cam::list_groups::{self, GroupInfo, ListGroups};
use pharos_api::cam::membership::Memberships;
use pharos_api::cam::remove_user_from_group::{self, RemoveUserFromGroup};
use pharos_api::empty::Empty;
use pharos_api::group_id::GroupId;
use pharos_api::resource;
use pharos_policy::Granted;
use pharos_store::directory::{Change, Directory, GroupRecord};

use super::{GROUP, USER, is_asked_for, page};
use crate::refusal::Refusal;
use crate::{Context, Service};

/// Users and the groups that they come into or leave, with the proofs that they may.
type Members = Vec<(Granted<resource::Group>, Granted<resource::User>)>;

impl Service {
    pub(crate) async fn create_group(
        &self,
        context: &Context,
        input: create_group::Input,
    ) -> Result<create_group::Output, Refusal> {
        let granted = context.authorize_account::<CreateGroup>()?;
        let (account, now) = (granted.0, self.clock.now());
        let remark = input.remark.map(String::from).unwrap_or_default();
        let group_id = self
            .add::<CreateGroup, _>(context, |random| {
                let group_id = GroupId::generate(random);
                let group = GroupRecord {
                    group_id,
                    name: input.group_name.clone(),
                    remark: remark.clone(),
                    created_time: now,
                };
                let change = Change::AddGroup {
                    account: granted.clone(),
                    group,
                };
                (group_id, change, vec![of(account, group_id).to_string()])
            })
            .await?;
        Ok(create_group::Output { group_id })
    }

    pub(crate) async fn delete_group(
        &self,
        context: &Context,
        input: delete_group::Input,
    ) -> Result<Empty, Refusal> {
        let directory = self.directory(context.caller.account()).await?;
        let group = context.group::<DeleteGroup>(&directory, input.group_id)?;
        let name = group.to_string();
        let change = Change::DeleteGroup { group };
        self.change::<DeleteGroup>(context, change, vec![name])
            .await?;
        Ok(Empty {})
    }

    pub(crate) async fn add_user_to_group(
        &self,
        context: &Context,
        input: add_user_to_group::Input,
    ) -> Result<Empty, Refusal> {
        let members = self.members::<AddUserToGroup>(context, &input.info).await?;
        let names = names(&members);
        let change = Change::AddMembers {
            members,
            joined_time: self.clock.now(),
        };
        self.change::<AddUserToGroup>(context, change, names)
            .await?;
        Ok(Empty {})
    }

    pub(crate) async fn remove_user_from_group(
        &self,
        context: &Context,
        input: remove_user_from_group::Input,
    ) -> Result<Empty, Refusal> {
        let members = self
            .members::<RemoveUserFromGroup>(context, &input.info)
            .await?;
        let names = names(&members);
        let change = Change::RemoveMembers { members };
        self.change::<RemoveUserFromGroup>(context, change, names)
            .await?;
        Ok(Empty {})
    }

    async fn members<C: Contract>(
        &self,
        context: &Context,
        info: &Memberships,
    ) -> Result<Members, Refusal> {
        let directory = self.directory(context.caller.account()).await?;
        let mut members = Vec::with_capacity(info.as_slice().len());
        for membership in info.as_slice() {
            let user = membership.user()?;
            let group = context.group::<C>(&directory, membership.group_id)?;
            members.push((group, context.user::<C>(&directory, user)?));
        }
        Ok(members)
    }

    /// The groups, in the order in which they were made.
    pub(crate) async fn list_groups(
        &self,
        context: &Context,
        input: list_groups::Input,
    ) -> Result<list_groups::Output, Refusal> {
        context.authorize_account::<ListGroups>()?;
        let directory = self.directory(context.caller.account()).await?;
        let groups = directory.groups.into_values();
        let mut groups: Vec<_> = groups
            .filter(|group| is_asked_for(group.name.as_str(), input.keyword.as_ref()))
            .collect();
        groups.sort_by_key(|group| (group.created_time, group.group_id));
        let (total_num, groups) = page(groups, input.page, input.rp);
        let group_info = groups.map(|group| GroupInfo {
            group_id: group.group_id,
            group_name: group.name,
            create_time: BeijingTime(group.created_time),
            remark: group.remark,
        });
        Ok(list_groups::Output {
            total_num,
            group_info: group_info.collect(),
        })
    }
}

impl Context {
    /// A group, if it is there and the caller may do this to it.
    pub(super) fn group<C: Contract>(
        &self,
        directory: &Directory,
        group_id: GroupId,
    ) -> Result<Granted<resource::Group>, Refusal> {
        let is_there = directory.groups.contains_key(&group_id);
        let found = is_there.then(|| of(self.caller.account(), group_id));
        self.authorize_found::<C, _>(found, || GROUP.missing::<C>(&group_id))
    }

    /// A user, if it is there and the caller may do this to it.
    pub(super) fn user<C: Contract>(
        &self,
        directory: &Directory,
        user: Uin,
    ) -> Result<Granted<resource::User>, Refusal> {
        let account = self.caller.account();
        let is_there = directory.users.contains_key(&user);
        let found = is_there.then_some(resource::User { account, user });
        self.authorize_found::<C, _>(found, || USER.missing::<C>(&user))
    }
}

fn of(account: Uin, group_id: GroupId) -> resource::Group {
    resource::Group { account, group_id }
}

fn names(members: &Members) -> Vec<String> {
    let names = members.iter();
    names
        .flat_map(|(group, user)| [group.to_string(), user.to_string()])
        .collect()
}

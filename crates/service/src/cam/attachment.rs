//! What is attached to whom: AttachUserPolicy, AttachGroupPolicy, AttachRolePolicy, their opposites, and
//! ListAttachedUserPolicies. Each is decided on the policy and on whom it is attached to.

use pharos_api::action::Contract;
use pharos_api::beijing_time::BeijingTime;
use pharos_api::cam::attach_group_policy::{self, AttachGroupPolicy};
use pharos_api::cam::attach_role_policy::{self, AttachRolePolicy};
use pharos_api::cam::attach_user_policy::{self, AttachUserPolicy};
use pharos_api::cam::detach_group_policy::{self, DetachGroupPolicy};
use pharos_api::cam::detach_role_policy::{self, DetachRolePolicy};
use pharos_api::cam::detach_user_policy::{self, DetachUserPolicy};
use pharos_api::cam::list_attached_user_policies::{
    self, AttachPolicyInfo, ListAttachedUserPolicies,
};
use pharos_api::empty::Empty;
use pharos_api::flag::Flag;
use pharos_api::id_or_name::IdOrName;
use pharos_api::policy_id::PolicyId;
use pharos_api::policy_name::PolicyName;
use pharos_api::resource;
use pharos_policy::Granted;
use pharos_store::directory::{AttachTo, Change, Directory, PrincipalId};

use super::policy::{self, BY_A_DOCUMENT, Seen};
use super::{POLICY, page};
use crate::refusal::Refusal;
use crate::{Context, Service};

impl Service {
    pub(crate) async fn attach_user_policy(
        &self,
        context: &Context,
        input: attach_user_policy::Input,
    ) -> Result<Empty, Refusal> {
        let directory = self.directory(context.caller.account()).await?;
        let to = AttachTo::User(context.user::<AttachUserPolicy>(&directory, input.attach_uin)?);
        let policy = IdOrName::Id(input.policy_id);
        self.attach::<AttachUserPolicy>(context, &directory, &policy, to)
            .await
    }

    pub(crate) async fn detach_user_policy(
        &self,
        context: &Context,
        input: detach_user_policy::Input,
    ) -> Result<Empty, Refusal> {
        let directory = self.directory(context.caller.account()).await?;
        let from = AttachTo::User(context.user::<DetachUserPolicy>(&directory, input.detach_uin)?);
        let policy = IdOrName::Id(input.policy_id);
        self.detach::<DetachUserPolicy>(context, &directory, &policy, from)
            .await
    }

    pub(crate) async fn attach_group_policy(
        &self,
        context: &Context,
        input: attach_group_policy::Input,
    ) -> Result<Empty, Refusal> {
        let directory = self.directory(context.caller.account()).await?;
        let group = context.group::<AttachGroupPolicy>(&directory, input.attach_group_id)?;
        let (to, policy) = (AttachTo::Group(group), IdOrName::Id(input.policy_id));
        self.attach::<AttachGroupPolicy>(context, &directory, &policy, to)
            .await
    }

    pub(crate) async fn detach_group_policy(
        &self,
        context: &Context,
        input: detach_group_policy::Input,
    ) -> Result<Empty, Refusal> {
        let directory = self.directory(context.caller.account()).await?;
        let group = context.group::<DetachGroupPolicy>(&directory, input.detach_group_id)?;
        let (from, policy) = (AttachTo::Group(group), IdOrName::Id(input.policy_id));
        self.detach::<DetachGroupPolicy>(context, &directory, &policy, from)
            .await
    }

    pub(crate) async fn attach_role_policy(
        &self,
        context: &Context,
        input: attach_role_policy::Input,
    ) -> Result<Empty, Refusal> {
        let (role, policy) = (input.role()?, input.policy()?);
        let directory = self.directory(context.caller.account()).await?;
        let to = AttachTo::Role(context.role::<AttachRolePolicy>(&directory, &role)?);
        self.attach::<AttachRolePolicy>(context, &directory, &policy, to)
            .await
    }

    pub(crate) async fn detach_role_policy(
        &self,
        context: &Context,
        input: detach_role_policy::Input,
    ) -> Result<Empty, Refusal> {
        let (role, policy) = (input.role()?, input.policy()?);
        let directory = self.directory(context.caller.account()).await?;
        let from = AttachTo::Role(context.role::<DetachRolePolicy>(&directory, &role)?);
        self.detach::<DetachRolePolicy>(context, &directory, &policy, from)
            .await
    }

    async fn attach<C: Contract>(
        &self,
        context: &Context,
        directory: &Directory,
        policy: &IdOrName<PolicyId, PolicyName>,
        to: AttachTo,
    ) -> Result<Empty, Refusal> {
        let policy = context.policy::<C>(directory, policy)?;
        let names = names(&policy, &to);
        let change = Change::Attach {
            policy,
            to,
            attached_time: self.clock.now(),
        };
        self.change::<C>(context, change, names).await?;
        Ok(Empty {})
    }

    async fn detach<C: Contract>(
        &self,
        context: &Context,
        directory: &Directory,
        policy: &IdOrName<PolicyId, PolicyName>,
        from: AttachTo,
    ) -> Result<Empty, Refusal> {
        let policy = context.policy::<C>(directory, policy)?;
        let names = names(&policy, &from);
        let change = Change::Detach { policy, from };
        self.change::<C>(context, change, names).await?;
        Ok(Empty {})
    }

    /// What is attached to the user itself, in the order of ids. A user who is not there has nothing.
    pub(crate) async fn list_attached_user_policies(
        &self,
        context: &Context,
        input: list_attached_user_policies::Input,
    ) -> Result<list_attached_user_policies::Output, Refusal> {
        let (account, user) = (context.caller.account(), input.target_uin);
        context.authorize::<ListAttachedUserPolicies, _>(resource::User { account, user })?;
        let directory = self.directory(account).await?;
        let mut attached = Vec::new();
        for (policy_id, time) in directory.attached_to(PrincipalId::User(user)) {
            if let Some(seen) = Seen::find(&directory, policy_id)? {
                attached.push((seen, time));
            }
        }
        let (total_num, attached) = page(attached, input.page, input.rp);
        let list = attached.map(|(seen, time)| AttachPolicyInfo {
            policy_id: seen.policy_id,
            policy_name: seen.name,
            add_time: BeijingTime(time),
            create_mode: BY_A_DOCUMENT,
            policy_type: seen.policy_type.into(),
            remark: seen.description,
            operate_owner_uin: None,
            operate_uin: None,
            operate_uin_type: None,
            deactived: Flag(false),
            deactived_detail: Vec::new(),
        });
        Ok(list_attached_user_policies::Output {
            total_num,
            list: list.collect(),
        })
    }
}

impl Context {
    /// A policy, if it is there and the caller may do this to it.
    fn policy<C: Contract>(
        &self,
        directory: &Directory,
        asked: &IdOrName<PolicyId, PolicyName>,
    ) -> Result<Granted<resource::Policy>, Refusal> {
        let found = policy::id_of(directory, asked);
        let found = found.map(|id| policy::of(self.caller.account(), id));
        self.authorize_found::<C, _>(found, || POLICY.missing::<C>(asked))
    }
}

fn names(policy: &resource::Policy, other: &AttachTo) -> Vec<String> {
    let other = match other {
        AttachTo::Group(group) => group.to_string(),
        AttachTo::Role(role) => role.to_string(),
        AttachTo::User(user) => user.to_string(),
    };
    vec![policy.to_string(), other]
}

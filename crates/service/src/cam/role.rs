//! Roles: CreateRole, DeleteRole, GetRole.

use pharos_api::account::Uin;
use pharos_api::action::Contract;
use pharos_api::beijing_time::BeijingTime;
use pharos_api::cam::create_role::{self, CreateRole};
use pharos_api::cam::delete_role::{self, DeleteRole};
use pharos_api::cam::get_role::{self, GetRole, RoleInfo};
use pharos_api::empty::Empty;
use pharos_api::flag::Flag;
use pharos_api::id_or_name::IdOrName;
use pharos_api::resource;
use pharos_api::role_arn::RoleArn;
use pharos_api::role_id::RoleId;
use pharos_api::role_name::RoleName;
use pharos_api::session_duration::SessionDuration;
use pharos_policy::Granted;
use pharos_store::directory::{Change, Directory, RoleRecord};

use super::ROLE;
use super::document::check_trust_policy;
use crate::refusal::Refusal;
use crate::{Context, Service};

/// What kind of role it is, on the wire: one that a user made.
const MADE_BY_A_USER: &str = "user";

impl Service {
    pub(crate) async fn create_role(
        &self,
        context: &Context,
        input: create_role::Input,
    ) -> Result<create_role::Output, Refusal> {
        let granted = context.authorize_account::<CreateRole>()?;
        check_trust_policy("PolicyDocument", &input.policy_document)?;
        let (account, now) = (granted.0, self.clock.now());
        let role_id = self
            .add::<CreateRole, _>(context, |random| {
                let role_id = RoleId::generate(random);
                let description = input.description.clone().map(String::from);
                let tags = input.tags.clone().map(|tags| tags.0);
                let role = RoleRecord {
                    role_id,
                    name: input.role_name.clone(),
                    trust_policy: input.policy_document.clone(),
                    description: description.unwrap_or_default(),
                    console_login: input.console_login == Some(Flag(true)),
                    session_seconds_max: input.session_duration.map_or(0, SessionDuration::get),
                    tags: tags.unwrap_or_default(),
                    created_time: now,
                    updated_time: now,
                };
                let change = Change::AddRole {
                    account: granted.clone(),
                    role,
                };
                let name = of(account, &input.role_name).to_string();
                (role_id, change, vec![name])
            })
            .await?;
        Ok(create_role::Output { role_id })
    }

    pub(crate) async fn delete_role(
        &self,
        context: &Context,
        input: delete_role::Input,
    ) -> Result<Empty, Refusal> {
        let asked = input.role()?;
        let directory = self.directory(context.caller.account()).await?;
        let role = context.role::<DeleteRole>(&directory, &asked)?;
        let name = role.to_string();
        let change = Change::DeleteRole { role };
        self.change::<DeleteRole>(context, change, vec![name])
            .await?;
        Ok(Empty {})
    }

    pub(crate) async fn get_role(
        &self,
        context: &Context,
        input: get_role::Input,
    ) -> Result<get_role::Output, Refusal> {
        let asked = input.role()?;
        let account = context.caller.account();
        let directory = self.directory(account).await?;
        let role = context.role::<GetRole>(&directory, &asked)?;
        let found = directory.role_named(&role.role_name);
        let found = found.ok_or_else(|| ROLE.missing::<GetRole>(&asked))?;
        Ok(get_role::Output {
            role_info: shown(account, found),
        })
    }
}

fn shown(account: Uin, role: &RoleRecord) -> RoleInfo {
    RoleInfo {
        role_id: role.role_id,
        role_name: role.name.clone(),
        policy_document: role.trust_policy.clone(),
        description: role.description.clone(),
        add_time: BeijingTime(role.created_time),
        update_time: BeijingTime(role.updated_time),
        console_login: Flag(role.console_login),
        role_type: Some(MADE_BY_A_USER.to_owned()),
        session_duration: SessionDuration::new(role.session_seconds_max),
        deletion_task_id: None,
        tags: Some(role.tags.clone()),
        role_arn: Some(RoleArn {
            account,
            role: IdOrName::Name(role.name.clone()),
        }),
    }
}

impl Context {
    /// A role, if it is there and the caller may do this to it.
    pub(super) fn role<C: Contract>(
        &self,
        directory: &Directory,
        role: &IdOrName<RoleId, RoleName>,
    ) -> Result<Granted<resource::Role>, Refusal> {
        let found = match role {
            IdOrName::Id(id) => directory.roles.get(id),
            IdOrName::Name(name) => directory.role_named(name),
        };
        let found = found.map(|found| of(self.caller.account(), &found.name));
        self.authorize_found::<C, _>(found, || ROLE.missing::<C>(role))
    }
}

fn of(account: Uin, role_name: &RoleName) -> resource::Role {
    resource::Role {
        account,
        role_name: role_name.clone(),
    }
}

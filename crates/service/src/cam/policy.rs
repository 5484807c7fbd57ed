//! Policies: CreatePolicy, UpdatePolicy, DeletePolicy, GetPolicy, ListPolicies.

use pharos_api::account::Uin;
use pharos_api::beijing_time::BeijingTime;
use pharos_api::cam::create_policy::{self, CreatePolicy};
use pharos_api::cam::delete_policy::{self, DeletePolicy};
use pharos_api::cam::get_policy::{self, GetPolicy};
use pharos_api::cam::list_policies::{self, ListPolicies, StrategyInfo};
use pharos_api::cam::update_policy::{self, UpdatePolicy};
use pharos_api::empty::Empty;
use pharos_api::error::ApiError;
use pharos_api::flag::Flag;
use pharos_api::id_or_name::IdOrName;
use pharos_api::policy_id::PolicyId;
use pharos_api::policy_name::PolicyName;
use pharos_api::policy_scope::PolicyScope;
use pharos_api::policy_type::PolicyType;
use pharos_api::resource;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_policy::{PRESETS, Preset};
use pharos_store::directory::{Change, Directory, PolicyRecord, PrincipalId};

use super::document::check_policy;
use super::{POLICY, is_asked_for, page};
use crate::refusal::Refusal;
use crate::{Context, Service};

/// How a policy was made, on the wire: by a document.
pub(super) const BY_A_DOCUMENT: u64 = 2;

/// Since when there are preset policies: since there is the version of the API that they are about.
const PRESET_TIME: i64 = 1_585_008_000; // 2020-03-24

/// A policy as the account sees it.
pub(super) struct Seen {
    pub(super) policy_id: PolicyId,
    pub(super) name: PolicyName,
    pub(super) policy_type: PolicyType,
    pub(super) description: String,
    document: String,
    created_time: Timestamp,
    updated_time: Timestamp,
    tags: Option<Tags>,
}

impl Seen {
    fn own(policy: &PolicyRecord) -> Self {
        Self {
            policy_id: policy.policy_id,
            name: policy.name.clone(),
            policy_type: PolicyType::Custom,
            description: policy.description.clone(),
            document: policy.document.clone(),
            created_time: policy.created_time,
            updated_time: policy.updated_time,
            tags: Some(policy.tags.clone()),
        }
    }

    fn preset(preset: &Preset) -> Result<Self, ApiError> {
        let name = PolicyName::try_from(preset.name.to_owned()).map_err(ApiError::internal)?;
        let time = Timestamp::from_unix_seconds(PRESET_TIME).unwrap_or_else(Timestamp::epoch);
        Ok(Self {
            policy_id: preset.policy_id,
            name,
            policy_type: PolicyType::Preset,
            description: preset.description.en.to_string(),
            document: preset.document(),
            created_time: time,
            updated_time: time,
            tags: None,
        })
    }

    /// The one of this id.
    pub(super) fn find(
        directory: &Directory,
        policy_id: PolicyId,
    ) -> Result<Option<Self>, ApiError> {
        if let Some(preset) = Preset::of_id(policy_id) {
            return Self::preset(preset).map(Some);
        }
        Ok(directory.policies.get(&policy_id).map(Self::own))
    }
}

/// The id of the policy that is meant, if there is one.
pub(super) fn id_of(
    directory: &Directory,
    policy: &IdOrName<PolicyId, PolicyName>,
) -> Option<PolicyId> {
    match policy {
        IdOrName::Id(id) => {
            let is_there = Preset::of_id(*id).is_some() || directory.policies.contains_key(id);
            is_there.then_some(*id)
        }
        IdOrName::Name(name) => {
            let preset = Preset::named(name.as_str()).map(|preset| preset.policy_id);
            let mut own = directory.policies.values();
            preset.or_else(|| Some(own.find(|policy| policy.name == *name)?.policy_id))
        }
    }
}

pub(super) fn of(account: Uin, policy_id: PolicyId) -> resource::Policy {
    resource::Policy { account, policy_id }
}

impl Service {
    pub(crate) async fn create_policy(
        &self,
        context: &Context,
        input: create_policy::Input,
    ) -> Result<create_policy::Output, Refusal> {
        let granted = context.authorize_account::<CreatePolicy>()?;
        check_policy("PolicyDocument", &input.policy_document)?;
        let (account, now) = (granted.0, self.clock.now());
        let description = input.description.map(String::from).unwrap_or_default();
        let tags = input.tags.unwrap_or_default();
        let policy_id = self
            .add::<CreatePolicy, _>(context, |random| {
                let policy_id = PolicyId::generate(random);
                let policy = PolicyRecord {
                    policy_id,
                    name: input.policy_name.clone(),
                    document: input.policy_document.clone(),
                    description: description.clone(),
                    tags: tags.clone(),
                    created_time: now,
                    updated_time: now,
                };
                let change = Change::AddPolicy {
                    account: granted.clone(),
                    policy,
                };
                (policy_id, change, vec![of(account, policy_id).to_string()])
            })
            .await?;
        Ok(create_policy::Output { policy_id })
    }

    pub(crate) async fn update_policy(
        &self,
        context: &Context,
        input: update_policy::Input,
    ) -> Result<update_policy::Output, Refusal> {
        let account = context.caller.account();
        let asked = input.policy()?;
        let directory = self.directory(account).await?;
        let is_named = matches!(asked, IdOrName::Name(_));
        let found = id_of(&directory, &asked).map(|id| of(account, id));
        let not_found = || POLICY.missing::<UpdatePolicy>(&asked);
        let policy = context.authorize_found::<UpdatePolicy, _>(found, not_found)?;
        if let Some(document) = &input.policy_document {
            check_policy("PolicyDocument", document)?;
        }
        let (policy_id, name) = (policy.policy_id, policy.to_string());
        let change = Change::UpdatePolicy {
            policy,
            description: input.description.map(String::from),
            document: input.policy_document,
            updated_time: self.clock.now(),
        };
        self.change::<UpdatePolicy>(context, change, vec![name])
            .await?;
        Ok(update_policy::Output {
            policy_id: is_named.then_some(policy_id),
        })
    }

    /// Deletes all of them, or none.
    pub(crate) async fn delete_policy(
        &self,
        context: &Context,
        input: delete_policy::Input,
    ) -> Result<Empty, Refusal> {
        let account = context.caller.account();
        let directory = self.directory(account).await?;
        let ids = input.policy_id.as_slice().iter();
        let policies = ids.map(|id| {
            let found = id_of(&directory, &IdOrName::Id(*id)).map(|id| of(account, id));
            let not_found = || POLICY.missing::<DeletePolicy>(id);
            context.authorize_found::<DeletePolicy, _>(found, not_found)
        });
        let policies = policies.collect::<Result<Vec<_>, _>>()?;
        let names = policies.iter().map(|policy| policy.to_string()).collect();
        let change = Change::DeletePolicies { policies };
        self.change::<DeletePolicy>(context, change, names).await?;
        Ok(Empty {})
    }

    pub(crate) async fn get_policy(
        &self,
        context: &Context,
        input: get_policy::Input,
    ) -> Result<get_policy::Output, Refusal> {
        let account = context.caller.account();
        let directory = self.directory(account).await?;
        let not_found = || POLICY.missing::<GetPolicy>(&input.policy_id);
        let seen = Seen::find(&directory, input.policy_id)?;
        let found = seen.as_ref().map(|seen| of(account, seen.policy_id));
        context.authorize_found::<GetPolicy, _>(found, not_found)?;
        let seen = seen.ok_or_else(not_found)?;
        Ok(get_policy::Output {
            policy_name: seen.name,
            description: seen.description,
            policy_type: seen.policy_type,
            add_time: BeijingTime(seen.created_time),
            update_time: BeijingTime(seen.updated_time),
            policy_document: seen.document,
            preset_alias: None,
            is_service_linked_role_policy: Flag(false),
            tags: seen.tags,
        })
    }

    /// Preset policies first, then those of the account in the order in which they were made.
    pub(crate) async fn list_policies(
        &self,
        context: &Context,
        input: list_policies::Input,
    ) -> Result<list_policies::Output, Refusal> {
        context.authorize_account::<ListPolicies>()?;
        let directory = self.directory(context.caller.account()).await?;
        let scope = input.scope.unwrap_or(PolicyScope::All);
        let mut seen = Vec::new();
        if scope != PolicyScope::Custom {
            for preset in PRESETS {
                seen.push(Seen::preset(preset)?);
            }
        }
        if scope != PolicyScope::Preset {
            let mut own: Vec<_> = directory.policies.values().map(Seen::own).collect();
            own.sort_by_key(|policy| (policy.created_time, policy.policy_id));
            seen.append(&mut own);
        }
        seen.retain(|policy| is_asked_for(policy.name.as_str(), input.keyword.as_ref()));
        let (total_num, seen) = page(seen, input.page, input.rp);
        let list = seen.map(|seen| listed(seen, &directory));
        Ok(list_policies::Output {
            total_num,
            list: list.collect(),
            service_type_list: Vec::new(),
        })
    }
}

fn listed(seen: Seen, directory: &Directory) -> StrategyInfo {
    let attached = directory.attachments.keys();
    let attached = attached.filter(|(_, policy_id)| *policy_id == seen.policy_id);
    let users = attached.filter(|(principal, _)| matches!(principal, PrincipalId::User(_)));
    let everybody = directory.attachments_of(seen.policy_id);
    StrategyInfo {
        policy_id: seen.policy_id,
        policy_name: seen.name,
        add_time: BeijingTime(seen.created_time),
        policy_type: seen.policy_type,
        description: Some(seen.description),
        create_mode: BY_A_DOCUMENT,
        attachments: u64::try_from(users.count()).unwrap_or(u64::MAX),
        service_type: Some(String::new()),
        is_attached: None,
        deactived: Some(Flag(false)),
        deactived_detail: Some(Vec::new()),
        is_service_linked_policy: Some(Flag(false)),
        attach_entity_count: Some(i64::try_from(everybody).unwrap_or(i64::MAX)),
        attach_entity_boundary_count: Some(0),
        update_time: Some(BeijingTime(seen.updated_time)),
        tags: seen.tags,
        permission_level: None,
    }
}

//! CreateInstances.

use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::firewall_template_id::FirewallTemplateId;
use pharos_api::ids::Ids;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::key_id::KeyId;
use pharos_api::lighthouse::create_instances::{
    AutoGeneratePassword, CreateInstances, Input, LoginConfiguration, Output,
};
use pharos_api::region::Region;
use pharos_api::text::Text;
use pharos_api::zone::Zone;
use pharos_store::error::InsertInstancesError;
use pharos_store::instance::{InstanceRecord, LatestOperation};
use pharos_store::record::NewInstances;

use crate::add_instances::{add_instances, new_instance};
use crate::instance::store_failed;
use crate::refusal::Refusal;
use crate::{Context, Service};

impl Service {
    /// Makes records, all or none.
    pub(crate) async fn create_instances(
        &self,
        context: &Context,
        mut input: Input,
    ) -> Result<Output, Refusal> {
        let place = context.instances()?;
        let zone = zone(input.zones.as_deref(), place.region)?;
        if let Some(template) = &input.firewall_template_id {
            return Err(no_firewall_template(template).into());
        }
        // The rest of it goes at once, and with it a password.
        let key_ids = key_ids(&input.login_configuration.take().unwrap_or_default())?;
        let collection = context.authorize::<CreateInstances, _>(place)?;
        let tags = self.resource_tags(context, &[], &key_ids).await?;
        let key_pairs = context.granted_key_pairs::<CreateInstances>(&key_ids, &tags)?;
        let draw = || {
            let count = input.instance_count.unwrap_or_default().get();
            let records = (0..count).map(|_| self.new_instance(context, &input, zone));
            NewInstances {
                records: records.collect(),
                key_pairs: key_pairs.clone(),
                is_dry_run: input.dry_run == Some(true),
            }
        };
        let audit = |names| self.audit::<CreateInstances>(context, names);
        let quota = self.instances.quota;
        let added = add_instances(self.store.as_ref(), &collection, quota, draw, audit).await;
        let instance_id_set = added.map_err(|error| refusal(error, place.region))?;
        Ok(Output { instance_id_set })
    }

    fn new_instance(&self, context: &Context, input: &Input, zone: Zone) -> InstanceRecord {
        let now = self.clock.now();
        let creation = LatestOperation {
            operation: InstanceOperation::Create,
            request_id: context.request_id.to_string(),
            started_time: now,
            settled_time: now.plus_seconds(self.instances.operation_seconds),
        };
        let made = new_instance(self.random.as_ref(), zone, creation);
        let prepaid = &input.instance_charge_prepaid;
        InstanceRecord {
            instance_name: input.instance_name.clone().unwrap_or(made.instance_name),
            bundle_id: input.bundle_id.clone(),
            blueprint_id: input.blueprint_id.clone(),
            renew_flag: prepaid.renew_flag.unwrap_or(made.renew_flag),
            tags: input.tags.clone().unwrap_or_default(),
            client_token: input.client_token.clone(),
            expired_time: Some(now.plus_months(prepaid.period.unwrap_or_default().months())),
            ..made
        }
    }
}

/// The first that is named, which like all of them has to be of the region.
fn zone(zones: Option<&[String]>, region: Region) -> Result<Zone, ApiError> {
    let mut first = None;
    for (index, text) in zones.unwrap_or_default().iter().enumerate() {
        let zone = Zone::from_wire(text).filter(|zone| zone.region() == region);
        let zone = zone.ok_or_else(|| ApiError::no_zone(&format!("Zones.{index}"), text))?;
        first.get_or_insert(zone);
    }
    Ok(first.unwrap_or_else(|| Zone::first(region)))
}

/// The key pairs to bind.
fn key_ids(login: &LoginConfiguration) -> Result<Vec<KeyId>, ApiError> {
    let key_ids = login.key_ids.as_ref().map_or(&[][..], Ids::as_slice);
    if login.password.is_some() && !key_ids.is_empty() {
        return Err(excluded("KeyIds"));
    }
    if login.password.is_some() && login.auto_generate_password == Some(AutoGeneratePassword::Yes) {
        return Err(excluded("AutoGeneratePassword"));
    }
    Ok(key_ids.to_vec())
}

/// A password excludes this.
fn excluded(parameter: &str) -> ApiError {
    ApiError::new(
        Code::InvalidParameterCombination,
        Text::new(
            format!(
                "`LoginConfiguration.Password` and `LoginConfiguration.{parameter}` exclude each other. Send one \
                 of them."
            ),
            format!(
                "`LoginConfiguration.Password` 和 `LoginConfiguration.{parameter}` 不能同时指定，请只发送其中之一。"
            ),
        ),
    )
}

fn no_firewall_template(template: &FirewallTemplateId) -> ApiError {
    ApiError::new(
        Code::FirewallTemplateNotFound,
        Text::new(
            format!(
                "There is no firewall template `{template}`: Pharos has no firewalls. Leave \
                 `FirewallTemplateId` out."
            ),
            format!(
                "防火墙模板 `{template}` 不存在：本服务没有防火墙，请去掉 `FirewallTemplateId`。"
            ),
        ),
    )
}

fn refusal(error: InsertInstancesError, region: Region) -> ApiError {
    match error {
        InsertInstancesError::QuotaUsedUp { quota } => ApiError::new(
            Code::InstanceQuotaLimitExceeded,
            Text::new(
                format!(
                    "The account may have {quota} instances in `{region}`, and would have more. Terminate \
                     some that are not used, or ask the operator for a larger quota."
                ),
                format!(
                    "账号在地域 `{region}` 最多可有 {quota} 个实例，请销毁不再使用的实例，或联系运维人员提高配额。"
                ),
            ),
        ),
        InsertInstancesError::KeyPairNotFound(key_id) => ApiError::new(
            Code::KeyPairNotFound,
            Text::new(
                format!("There is no key pair `{key_id}` in `{region}`, and no instance was made."),
                format!("地域 `{region}` 中不存在密钥对 `{key_id}`，未创建任何实例。"),
            ),
        ),
        InsertInstancesError::InstanceIdTaken => ApiError::new(
            Code::CreateInstancesFailed,
            Text::fixed(
                "No free InstanceId was found. Nothing was made; try again.",
                "未能生成可用的 InstanceId，未创建任何实例，请重试。",
            ),
        ),
        InsertInstancesError::Store(error) => store_failed(error, Code::CreateInstancesFailed),
    }
}

//! AssumeRole.

use pharos_api::action::Contract;
use pharos_api::code::Code;
use pharos_api::duration::DurationSeconds;
use pharos_api::error::ApiError;
use pharos_api::id_or_name::IdOrName;
use pharos_api::resource::{Account, Resource, Role};
use pharos_api::role_arn::RoleArn;
use pharos_api::sts::assume_role::{AssumeRole, DURATION_DEFAULT, Input, Output};
use pharos_api::text::Text;
use pharos_policy::{Denied, TrustPolicy, evaluate_elsewhere};
use pharos_store::directory::{RoleKey, RoleRecord};

use crate::refusal::Refusal;
use crate::token::Bearer;
use crate::{Context, Service};

impl Service {
    /// Issues credentials of a role. Both sides have to want it: the role trusts the caller, and the caller's
    /// own policies allow it to assume the role.
    pub(crate) async fn assume_role(
        &self,
        context: &Context,
        input: Input,
    ) -> Result<Output, Refusal> {
        let RoleArn { account, role } = input.role_arn.clone();
        let key = match role {
            IdOrName::Id(id) => RoleKey::Id(id),
            IdOrName::Name(name) => RoleKey::Name(name),
        };
        let found = self.store.role(account, &key).await;
        let found = found.map_err(ApiError::internal)?;
        let Some((record, _)) = found else {
            return Err(context.no_role(&input.role_arn));
        };
        let resource = Role {
            account,
            role_name: record.name.clone(),
        };
        context.decide_on_role(&resource, &record)?;
        let seconds = input.duration_seconds.map(DurationSeconds::get);
        let most = record.session_seconds_max;
        let seconds = match seconds {
            Some(seconds) if most > 0 && seconds > most => {
                let over_time = ApiError::over_time;
                return Err(over_time("DurationSeconds", seconds.into(), most).into());
            }
            Some(seconds) => seconds,
            None if most > 0 => DURATION_DEFAULT.min(most),
            None => DURATION_DEFAULT,
        };
        let bearer = Bearer::AssumedRole {
            account,
            role: record.role_id,
            session_name: input.role_session_name.to_string(),
        };
        let name = resource.to_string();
        let policy = input.policy.as_ref();
        let (credentials, expired_time) = self
            .issue::<AssumeRole>(context, bearer, policy, seconds, name)
            .await?;
        Ok(Output {
            credentials,
            expired_time: expired_time.unix_seconds(),
            expiration: expired_time,
        })
    }
}

impl Context {
    fn decide_on_role(&self, role: &Role, record: &RoleRecord) -> Result<(), Refusal> {
        let operation = AssumeRole::ACTION.operation();
        let circumstances = self.circumstances();
        let principal = self.caller.principal();
        let own = evaluate_elsewhere(principal, &operation, role, &circumstances);
        let trust = TrustPolicy::parse(&record.trust_policy).map_err(ApiError::internal)?;
        let trusted = trust.evaluate(principal, &operation, &circumstances);
        if own.is_allowed() && trusted.is_allowed() {
            return Ok(());
        }
        Err(denied(role.name()))
    }

    /// Whoever may do anything in the account is told that there is no such role, and others that they may not
    /// assume it: so nobody finds out which roles another account has.
    fn no_role(&self, arn: &RoleArn) -> Refusal {
        let whole = Account(arn.account);
        let may_know = arn.account == self.caller.account()
            && self.authorize::<AssumeRole, _>(whole).is_ok()
            && match &arn.role {
                IdOrName::Id(_) => true,
                IdOrName::Name(name) => {
                    let (account, role_name) = (arn.account, name.clone());
                    let role = Role { account, role_name };
                    self.authorize::<AssumeRole, _>(role).is_ok()
                }
            };
        if !may_know {
            return denied(Some(arn.to_string()));
        }
        ApiError::new(
            Code::RoleNotFound,
            Text::new(
                format!("There is no role `{arn}`."),
                format!("角色 `{arn}` 不存在。"),
            ),
        )
        .into()
    }
}

fn denied(resource: Option<String>) -> Refusal {
    let denied = Denied {
        operation: AssumeRole::ACTION.operation(),
        resource: resource.unwrap_or_else(|| "*".to_owned()),
    };
    Refusal::Denied(AssumeRole::ACTION.product.denial, denied)
}

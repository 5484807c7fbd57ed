//! GetFederationToken.

use pharos_api::code::Code;
use pharos_api::duration::DurationSeconds;
use pharos_api::error::ApiError;
use pharos_api::resource::Account;
use pharos_api::sts::get_federation_token::{
    DURATION_DEFAULT, GetFederationToken, Input, Output, ROOT_DURATION_MAX,
};
use pharos_api::text::Text;
use pharos_policy::Principal;

use crate::refusal::Refusal;
use crate::token::Bearer;
use crate::{Context, Service};

impl Service {
    /// Issues credentials that may what the caller may and the policy allows too, for as long as the caller
    /// may it.
    pub(crate) async fn get_federation_token(
        &self,
        context: &Context,
        input: Input,
    ) -> Result<Output, Refusal> {
        let account = context.caller.account();
        context.authorize::<GetFederationToken, _>(Account(account))?;
        if context.caller.is_temporary() {
            return Err(only_with_an_access_key().into());
        }
        let seconds = input.duration_seconds.map(DurationSeconds::get);
        let seconds = seconds.unwrap_or(DURATION_DEFAULT);
        let is_root = matches!(context.caller.principal(), Principal::Root { .. });
        if is_root && seconds > ROOT_DURATION_MAX {
            let over_time = ApiError::over_time;
            return Err(over_time("DurationSeconds", seconds.into(), ROOT_DURATION_MAX).into());
        }
        let name = input.name.to_string();
        let user = context.caller.principal().uin();
        let resource = format!("qcs::sts::uin/{account}:federated-user/{user}");
        let bearer = Bearer::FederatedUser(name);
        let policy = Some(&input.policy);
        let (credentials, expired_time) = self
            .issue::<GetFederationToken>(context, bearer, policy, seconds, resource)
            .await?;
        Ok(Output {
            credentials,
            expired_time: u64::try_from(expired_time.unix_seconds()).unwrap_or(0),
            expiration: Some(expired_time),
        })
    }
}

fn only_with_an_access_key() -> ApiError {
    ApiError::new(
        Code::UnsupportedOperation,
        Text::fixed(
            "Temporary credentials cannot ask for a federation token. Sign with an access key.",
            "临时凭证不能申请联合身份凭证，请使用访问密钥签名。",
        ),
    )
}

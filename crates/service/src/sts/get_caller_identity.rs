//! GetCallerIdentity.

use pharos_api::resource::Account;
use pharos_api::sts::get_caller_identity::{GetCallerIdentity, Input, Output};

use crate::refusal::Refusal;
use crate::token::Bearer;
use crate::{Context, Service};

/// Who calls, on the wire.
const USER: &str = "CAMUser";
const ROLE: &str = "CAMRole";

impl Service {
    /// Tells callers who they are.
    pub(crate) fn get_caller_identity(context: &Context, _: Input) -> Result<Output, Refusal> {
        let account = context.caller.account();
        context.authorize::<GetCallerIdentity, _>(Account(account))?;
        let user = context.caller.principal().uin();
        let Some(session) = context.caller.session() else {
            return Ok(Output {
                arn: format!("qcs::cam::uin/{account}:uin/{user}"),
                account_id: account.to_string(),
                user_id: user.to_string(),
                principal_id: user.to_string(),
                caller_type: USER.to_owned(),
            });
        };
        let (arn, name, caller_type) = match &session.bearer {
            Bearer::FederatedUser(name) => ("federated-user", name, USER),
            Bearer::AssumedRole { session_name, .. } => ("assumed-role", session_name, ROLE),
        };
        Ok(Output {
            arn: format!("qcs::sts::uin/{account}:{arn}/{user}"),
            account_id: account.to_string(),
            user_id: format!("{user}:{name}"),
            principal_id: session.issuer_uin.to_string(),
            caller_type: caller_type.to_owned(),
        })
    }
}

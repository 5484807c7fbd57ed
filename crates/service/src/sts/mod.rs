//! What the actions of STS do: who somebody is, and temporary credentials.

mod assume_role;
mod get_caller_identity;
mod get_federation_token;

use pharos_api::action::Contract;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::ApiError;
use pharos_api::random::Random;
use pharos_api::secret_text::SecretText;
use pharos_api::session_policy::SessionPolicy;
use pharos_api::sts::credentials::Credentials;
use pharos_api::time::Timestamp;
use zeroize::Zeroizing;

use crate::cam::{bad_session_policy, parse_session_policy};
use crate::refusal::Refusal;
use crate::token::{Bearer, Token};
use crate::{Context, Service};

impl Service {
    /// Issues temporary credentials, with a row in the audit log that names them. They are good for so many
    /// seconds, but not longer than those that they are asked for with.
    async fn issue<C: Contract>(
        &self,
        context: &Context,
        bearer: Bearer,
        policy: Option<&SessionPolicy>,
        seconds: u32,
        resource: String,
    ) -> Result<(Credentials, Timestamp), Refusal> {
        if let Some(policy) = policy {
            parse_session_policy(policy)?;
        }
        let (caller, now) = (&context.caller, self.clock.now());
        let (issuer, limit) = match caller.session() {
            None => (caller.secret_id(), None),
            Some(session) => (&session.issuer, Some(session.expired_time)),
        };
        let expired_time = now.plus_seconds(seconds);
        let token = Token {
            secret_key: SecretKey::generate(self.random.as_ref()),
            expired_time: limit.map_or(expired_time, |limit| limit.min(expired_time)),
            issuer: issuer.clone(),
            bearer,
            policy: policy.map(|policy| policy.as_str().to_owned()),
        };
        let secret_id = temporary_secret_id(self.random.as_ref())?;
        let sealed = self.seal_token(&secret_id, &token).await?;
        let sealed = sealed.ok_or_else(bad_session_policy)?;
        let account = caller.account();
        let named = format!("qcs::sts::uin/{account}:tmpSecretId/{secret_id}");
        let audit = self.audit::<C>(context, vec![resource, named]);
        self.store.record(audit).await.map_err(ApiError::internal)?;
        let secret = token.secret_key.expose().to_owned();
        let credentials = Credentials {
            token: SecretText::new(Zeroizing::new(sealed)),
            tmp_secret_id: secret_id,
            tmp_secret_key: SecretText::new(Zeroizing::new(secret)),
        };
        Ok((credentials, token.expired_time))
    }
}

/// A SecretId that is longer than that of any access key made here, so that none is taken for the other.
fn temporary_secret_id(random: &dyn Random) -> Result<SecretId, ApiError> {
    let [first, second] = [(); 2].map(|()| SecretId::generate(random));
    let text = format!("{first}{second}");
    SecretId::parse(&text).ok_or_else(|| ApiError::internal("no SecretId"))
}

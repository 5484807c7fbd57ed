//! Who calls.

use std::sync::Arc;

use pharos_api::account::Uin;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::ApiError;
use pharos_api::text::Text;
use pharos_api::time::Timestamp;
use pharos_policy::{Policy, Principal};
use pharos_store::directory::RoleKey;
use pharos_store::record::AccessKeyOwner;

use crate::Service;
use crate::token::Bearer;

/// Somebody whose signature was verified, with everything that decides what they may do.
pub struct Caller {
    secret_id: SecretId,
    principal: Arc<Principal>,
    session: Option<Session>,
}

/// What is known of who calls with temporary credentials.
pub(crate) struct Session {
    /// From when on they are worth nothing.
    pub(crate) expired_time: Timestamp,
    /// The access key that they were asked for with.
    pub(crate) issuer: SecretId,
    /// Who that belongs to.
    pub(crate) issuer_uin: Uin,
    /// Who bears them.
    pub(crate) bearer: Bearer,
}

impl Caller {
    /// The access key they signed with.
    pub fn secret_id(&self) -> &SecretId {
        &self.secret_id
    }

    /// What policies are evaluated for.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The account they act in.
    pub fn account(&self) -> Uin {
        self.principal.account()
    }

    /// Whether they call with temporary credentials.
    pub fn is_temporary(&self) -> bool {
        self.session.is_some()
    }

    /// Whether they are the account's root user, with a permanent access key.
    pub fn is_root(&self) -> bool {
        matches!(*self.principal, Principal::Root { .. }) && !self.is_temporary()
    }

    /// What is known of their temporary credentials, if they have such.
    pub(crate) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }
}

/// Somebody who may be a [`Caller`]: the secret to verify their signature with comes first. Clones
/// share what is behind them.
#[derive(Clone)]
pub struct Candidate {
    secret_key: SecretKey,
    caller: Arc<Caller>,
}

impl Candidate {
    /// The secret that a request of theirs is signed with.
    pub fn secret_key(&self) -> &SecretKey {
        &self.secret_key
    }

    /// Who they are, once their signature was verified with [`Candidate::secret_key`].
    pub fn into_caller(self) -> Arc<Caller> {
        self.caller
    }

    /// Whether they would call with temporary credentials: their secret is not to be remembered.
    pub fn is_temporary(&self) -> bool {
        self.caller.is_temporary()
    }

    /// Who they would be.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }
}

impl Service {
    /// Looks up who would sign with this SecretId; `None` if nobody would.
    ///
    /// Who was looked up before is asked for again when the store has changed since, so a key that
    /// was disabled or a policy that was detached counts with the next request.
    ///
    /// # Errors
    /// `InternalError` when the store fails, the secret does not unseal or a policy does not parse.
    pub async fn candidate(&self, secret_id: &SecretId) -> Result<Option<Candidate>, ApiError> {
        // Before the look, so that what is found is of this version or newer.
        let version = self.store.access_version().await;
        if let Some(known) = version.and_then(|version| self.candidates.at(version, secret_id)) {
            return Ok(Some(known));
        }
        let found = self.look_up(secret_id).await?;
        if let (Some(version), Some(candidate)) = (version, &found) {
            self.candidates.remember(version, candidate);
        }
        Ok(found)
    }

    async fn look_up(&self, secret_id: &SecretId) -> Result<Option<Candidate>, ApiError> {
        let found = self
            .store
            .access_key(secret_id)
            .await
            .map_err(ApiError::internal)?;
        let Some((access_key, owner)) = found else {
            return Ok(None);
        };
        let secret_key = self
            .master_keys
            .unseal(&access_key.secret_id, &access_key.sealed_secret_key)
            .await
            .map_err(ApiError::internal)?;
        let principal = match owner {
            AccessKeyOwner::Root { account } => Principal::Root { account },
            AccessKeyOwner::User {
                account,
                user,
                policies,
            } => Principal::User {
                account,
                user,
                policies: parse(&policies)?,
            },
        };
        let caller = Arc::new(Caller {
            secret_id: access_key.secret_id,
            principal: Arc::new(principal),
            session: None,
        });
        Ok(Some(Candidate { secret_key, caller }))
    }
}

impl Service {
    /// Looks up who would sign with this SecretId and token; `None` if the token was not issued for this
    /// SecretId, or not here.
    ///
    /// The access key that the token was asked for with is looked up as for any other request, and so is the
    /// role that was assumed: what is disabled, deleted or detached there counts with the next request.
    ///
    /// # Errors
    /// `AuthFailure.TokenFailure` for a token that is worth nothing any more, and `InternalError`.
    pub async fn temporary_candidate(
        &self,
        secret_id: &SecretId,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<Candidate>, ApiError> {
        let Some(token) = self.open_token(secret_id, token).await? else {
            return Ok(None);
        };
        if now >= token.expired_time {
            return Err(expired(token.expired_time));
        }
        let issuer = self.candidate(&token.issuer).await?;
        let issuer = issuer.ok_or_else(revoked)?.into_caller();
        let principal = match &token.bearer {
            Bearer::FederatedUser(_) => Arc::clone(&issuer.principal),
            Bearer::AssumedRole { account, role, .. } => {
                let found = self.store.role(*account, &RoleKey::Id(*role)).await;
                let (_, policies) = found.map_err(ApiError::internal)?.ok_or_else(revoked)?;
                Arc::new(Principal::Role {
                    account: *account,
                    role: *role,
                    policies: parse(&policies)?,
                })
            }
        };
        let principal = match &token.policy {
            None => principal,
            Some(document) => Arc::new(Principal::Session {
                principal,
                policy: Policy::parse(document).map_err(ApiError::internal)?,
            }),
        };
        let caller = Caller {
            secret_id: secret_id.clone(),
            principal,
            session: Some(Session {
                expired_time: token.expired_time,
                issuer: token.issuer,
                issuer_uin: issuer.principal.uin(),
                bearer: token.bearer,
            }),
        };
        Ok(Some(Candidate {
            secret_key: token.secret_key,
            caller: Arc::new(caller),
        }))
    }
}

fn parse(documents: &[String]) -> Result<Vec<Policy>, ApiError> {
    let policies = documents.iter().map(|document| Policy::parse(document));
    policies
        .collect::<Result<_, _>>()
        .map_err(ApiError::internal)
}

fn expired(expired_time: Timestamp) -> ApiError {
    let time = expired_time.rfc3339();
    ApiError::token_failure().with_help(&Text::new(
        format!("It expired at {time}: ask for new temporary credentials."),
        format!("该 Token 已于 {time} 过期，请重新申请临时凭证。"),
    ))
}

fn revoked() -> ApiError {
    ApiError::token_failure().with_help(&Text::fixed(
        "The access key that it was asked for with, or the role, is not there any more or was disabled.",
        "申请该 Token 的访问密钥或角色已被删除或停用。",
    ))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Somebody with this SecretId.
    pub(crate) fn candidate(secret_id: &str) -> Candidate {
        Candidate {
            secret_key: SecretKey::new("secret"),
            caller: Arc::new(Caller {
                secret_id: SecretId::parse(secret_id).unwrap(),
                principal: Arc::new(Principal::Root { account: Uin(1) }),
                session: None,
            }),
        }
    }
}

//! Who calls.

use std::sync::Arc;

use pharos_api::account::Uin;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::ApiError;
use pharos_policy::{Policy, Principal};
use pharos_store::record::AccessKeyOwner;

use crate::Service;

/// Somebody whose signature was verified, with everything that decides what they may do.
pub struct Caller {
    secret_id: SecretId,
    principal: Principal,
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
            } => {
                let policies = policies
                    .iter()
                    .map(|document| Policy::parse(document))
                    .collect::<Result<_, _>>()
                    .map_err(ApiError::internal)?;
                Principal::User {
                    account,
                    user,
                    policies,
                }
            }
        };
        let caller = Arc::new(Caller {
            secret_id: access_key.secret_id,
            principal,
        });
        Ok(Some(Candidate { secret_key, caller }))
    }
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
                principal: Principal::Root { account: Uin(1) },
            }),
        }
    }
}

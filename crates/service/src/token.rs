//! The token of temporary credentials: everything that decides about them, sealed.
//!
//! Nothing is kept of temporary credentials, so there is nothing to look up and nothing to clean up: the
//! token itself says what their SecretKey is, whose they are, what they may do at most, and until when.
//! Whoever holds the store's master key, which is every node, opens it; nobody else can read it or make one
//! (docs/decisions/0015).

use base64ct::{Base64UrlUnpadded, Encoding};
use pharos_api::account::Uin;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::ApiError;
use pharos_api::role_id::RoleId;
use pharos_api::time::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::Service;

/// The longest token, in bytes (protocol.md section 7.3).
pub(crate) const TOKEN_BYTES_MAX: usize = 4_096;

/// Stands in front of the SecretId where a token is sealed for it. No SecretId has a blank, so that nothing
/// that is sealed for one can be taken for a token. The number is the version of what is inside.
const LABEL: &str = "pharos token 1 ";

/// What a token says.
pub(crate) struct Token {
    /// What requests are signed with.
    pub(crate) secret_key: SecretKey,
    /// From when on it is worth nothing.
    pub(crate) expired_time: Timestamp,
    /// The access key that it was asked for with. It is worth no more than that one.
    pub(crate) issuer: SecretId,
    /// Who its bearer is.
    pub(crate) bearer: Bearer,
    /// The policy it came with.
    pub(crate) policy: Option<String>,
}

/// Who bears a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bearer {
    /// Somebody whom the owner of the access key calls so, and who may what it may.
    FederatedUser(String),
    /// Somebody who has assumed a role.
    AssumedRole {
        /// The account that the role belongs to.
        account: Uin,
        /// The role.
        role: RoleId,
        /// What they call themselves.
        session_name: String,
    },
}

/// What is sealed, in one form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed<'a> {
    secret_key: &'a str,
    expired_time: i64,
    issuer: SecretId,
    bearer: Bearer,
    policy: Option<String>,
}

impl Service {
    /// Seals a token for this SecretId; `None` if it would be longer than [`TOKEN_BYTES_MAX`].
    ///
    /// # Errors
    /// `InternalError`: there is no master key.
    pub(crate) async fn seal_token(
        &self,
        secret_id: &SecretId,
        token: &Token,
    ) -> Result<Option<String>, ApiError> {
        let sealed = Sealed {
            secret_key: token.secret_key.expose(),
            expired_time: token.expired_time.unix_seconds(),
            issuer: token.issuer.clone(),
            bearer: token.bearer.clone(),
            policy: token.policy.clone(),
        };
        // So much space beforehand that it is not moved, and no copy stays behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(4 * TOKEN_BYTES_MAX));
        serde_json::to_writer(&mut *plain, &sealed).map_err(ApiError::internal)?;
        if plain.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let under = self.store.master_key().await.map_err(ApiError::internal)?;
        let (name, random) = (name_of(secret_id), self.random.as_ref());
        let sealed = self.master_keys.seal_bytes(under, &name, &plain, random);
        let text = Base64UrlUnpadded::encode_string(&sealed.await.map_err(ApiError::internal)?);
        Ok((text.len() <= TOKEN_BYTES_MAX).then_some(text))
    }

    /// Opens a token of this SecretId; `None` for whatever was not sealed for it here.
    ///
    /// # Errors
    /// `InternalError` when the store or the source of the master keys fails.
    pub(crate) async fn open_token(
        &self,
        secret_id: &SecretId,
        text: &str,
    ) -> Result<Option<Token>, ApiError> {
        if text.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let Ok(sealed) = Base64UrlUnpadded::decode_vec(text) else {
            return Ok(None);
        };
        let under = self.store.master_key().await.map_err(ApiError::internal)?;
        let name = name_of(secret_id);
        let opened = self.master_keys.open_bytes(under, &name, &sealed).await;
        let Some(plain) = opened.map_err(ApiError::internal)? else {
            return Ok(None);
        };
        // What opens was sealed here, so that a failure is ours.
        let sealed: Sealed<'_> = serde_json::from_slice(&plain).map_err(ApiError::internal)?;
        let expired_time = Timestamp::from_unix_seconds(sealed.expired_time);
        Ok(Some(Token {
            secret_key: SecretKey::new(sealed.secret_key),
            expired_time: expired_time
                .ok_or_else(|| ApiError::internal("a time without a year"))?,
            issuer: sealed.issuer,
            bearer: sealed.bearer,
            policy: sealed.policy,
        }))
    }
}

fn name_of(secret_id: &SecretId) -> String {
    format!("{LABEL}{secret_id}")
}

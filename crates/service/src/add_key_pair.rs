//! Adding a key pair: what CreateKeyPair and ImportKeyPair have in common.

use pharos_api::action::Contract;
use pharos_api::code::Code;
use pharos_api::error::{ApiError, Cause};
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::region::Region;
use pharos_api::resource::{self, KeyPairs};
use pharos_api::tag::Tags;
use pharos_api::text::Text;
use pharos_keys::Fingerprint;
use pharos_policy::Granted;
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store::record::KeyPairRecord;

use crate::generator::{GeneratorError, Turn};
use crate::{Context, Service};

/// How often an id is drawn before the fault must be elsewhere: at a million key pairs in one
/// account and region, four clashes in a row are one in 10^26.
const KEY_ID_DRAWS_MAX: usize = 4;

/// An action that adds a key pair, and what it alone says when that fails.
pub(crate) trait AddKeyPair: Contract {
    /// The code of a failure that is the server's own.
    const FAILED: Code;

    /// The generator threads did not do their part.
    const GENERATOR_FAILED: Text;

    /// The public key is that of this key pair.
    fn public_key_taken(key_id: &KeyId, region: Region) -> ApiError;

    /// The store broke off while it kept the key pair of this name.
    fn outcome_unknown(name: &KeyName) -> Text;
}

/// A key pair to add.
pub(crate) struct NewKeyPair {
    pub(crate) key_name: KeyName,
    pub(crate) tags: Option<Tags>,
    pub(crate) fingerprint: Fingerprint,
}

impl Service {
    /// Waits for a generator thread, unless the store would refuse the key pair anyway.
    pub(crate) async fn generator_turn<A: AddKeyPair>(
        &self,
        collection: &Granted<KeyPairs>,
        name: &KeyName,
    ) -> Result<Turn, ApiError> {
        // A refusal should not cost a thread's time: look before queueing, so that it is quick, and again
        // when the turn has come, because others were before us. The transaction decides.
        self.look::<A>(collection, name).await?;
        let turn = self.generator_queue.turn(collection.account).await;
        let turn = turn.map_err(generator_refusal::<A>)?;
        self.look::<A>(collection, name).await?;
        Ok(turn)
    }

    async fn look<A: AddKeyPair>(
        &self,
        collection: &Granted<KeyPairs>,
        name: &KeyName,
    ) -> Result<(), ApiError> {
        self.store
            .look_at_name_and_quota(collection, name, self.key_pair_quota)
            .await
            .map_err(|error| refusal::<A>(error, name, collection.region))
    }

    /// Adds the key pair under an id that is free; `public_key` is what is kept of it under that id.
    pub(crate) async fn add_key_pair<A: AddKeyPair>(
        &self,
        context: &Context,
        collection: &Granted<KeyPairs>,
        new: NewKeyPair,
        public_key: impl Fn(&KeyId) -> String,
    ) -> Result<KeyPairRecord, ApiError> {
        let mut record = KeyPairRecord {
            key_id: KeyId::generate(self.random.as_ref()),
            key_name: new.key_name,
            public_key: String::new(),
            fingerprint: new.fingerprint.0,
            tags: new.tags.unwrap_or_default(),
            created_time: self.clock.now(),
        };
        let mut draws = 1;
        loop {
            record.public_key = public_key(&record.key_id);
            let named = resource::KeyPair {
                collection: **collection,
                key_id: record.key_id.clone(),
            };
            let audit = self.audit::<A>(context, vec![named.to_string()]);
            let inserted =
                self.store
                    .insert_key_pair(collection, record.clone(), self.key_pair_quota, audit);
            match inserted.await {
                Ok(()) => return Ok(record),
                Err(InsertKeyPairError::KeyIdTaken) if draws < KEY_ID_DRAWS_MAX => {
                    draws += 1;
                    record.key_id = KeyId::generate(self.random.as_ref());
                }
                Err(error) => {
                    return Err(refusal::<A>(error, &record.key_name, collection.region));
                }
            }
        }
    }
}

fn refusal<A: AddKeyPair>(error: InsertKeyPairError, name: &KeyName, region: Region) -> ApiError {
    match error {
        InsertKeyPairError::NameTaken => ApiError::new(
            Code::DuplicateParameterValue,
            Text::new(
                format!(
                    "A key pair named `{name}` exists in `{region}` already. Choose another \
                     `KeyName`, or delete that key pair first."
                ),
                format!(
                    "地域 `{region}` 中已存在名为 `{name}` 的密钥对，请更换 `KeyName` 或先删除该密钥对。"
                ),
            ),
        ),
        InsertKeyPairError::QuotaUsedUp { quota } => ApiError::new(
            Code::KeyPairLimitExceeded,
            Text::new(
                format!(
                    "The account has {quota} key pairs in `{region}`, as many as it may have. \
                     Delete one that is not used, or ask the operator for a larger quota."
                ),
                format!(
                    "账号在地域 `{region}` 的密钥对数量已达上限 {quota} 个，请删除不再使用的密钥对，或联系运维人员提高配额。"
                ),
            ),
        ),
        InsertKeyPairError::PublicKeyTaken { key_id } => A::public_key_taken(&key_id, region),
        InsertKeyPairError::KeyIdTaken => failed::<A>(
            Text::fixed(
                "No free KeyId was found. Nothing was created; try again.",
                "未能分配 KeyId，密钥对未创建，请重试。",
            ),
            "every KeyId that was drawn is taken: is the source of randomness broken?",
        ),
        InsertKeyPairError::Store(StoreError::Failed(cause)) => failed::<A>(
            Text::fixed(
                "The key pair could not be stored, and nothing was created. Try again; if it \
                 persists, give the RequestId to the operator.",
                "密钥对存储失败，未创建任何内容，请重试；如持续出现，请将 RequestId 提供给运维人员。",
            ),
            cause,
        ),
        InsertKeyPairError::Store(StoreError::OutcomeUnknown(cause)) => {
            failed::<A>(A::outcome_unknown(name), cause)
        }
    }
}

/// What is said when the generator did not do its part.
pub(crate) fn generator_refusal<A: AddKeyPair>(error: GeneratorError) -> ApiError {
    match error {
        // Nothing was created, and a little later there may be room. This exact code is what every client
        // tries again that tries anything again: the Go SDK none of its narrower ones (protocol.md section 6).
        GeneratorError::Full | GeneratorError::TooLate { .. } | GeneratorError::Deadline => ApiError::new(
            Code::RequestLimitExceeded,
            Text::fixed(
                "Too many key pairs are being made or imported right now. Nothing was created; wait a \
                 second and try again.",
                "当前正在创建或导入的密钥对过多，未创建任何内容，请稍后重试。",
            ),
        )
        .because(error),
        GeneratorError::Failed(_) | GeneratorError::Closed => {
            failed::<A>(A::GENERATOR_FAILED, error)
        }
    }
}

/// A failure that is the server's own.
pub(crate) fn failed<A: AddKeyPair>(message: Text, cause: impl Into<Cause>) -> ApiError {
    ApiError::new(A::FAILED, message).because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::lighthouse::create_key_pair::CreateKeyPair;
    use pharos_keys::GenerateError;
    use std::time::Duration;

    #[test]
    fn what_is_worth_trying_again_soon_has_the_code_that_clients_try_again() {
        let after = Duration::from_secs(30);
        let stopped = GeneratorError::Failed(GenerateError::Stopped);
        for (error, code) in [
            (GeneratorError::Full, Code::RequestLimitExceeded),
            (
                GeneratorError::TooLate { after },
                Code::RequestLimitExceeded,
            ),
            (GeneratorError::Deadline, Code::RequestLimitExceeded),
            (stopped, Code::CreateKeyPairFailed),
            (GeneratorError::Closed, Code::CreateKeyPairFailed),
        ] {
            let refusal = generator_refusal::<CreateKeyPair>(error);
            assert_eq!(refusal.code, code);
            assert!(
                refusal
                    .message
                    .en
                    .to_lowercase()
                    .contains("nothing was created")
            );
            assert!(refusal.cause.is_some(), "the log says why");
        }
    }
}

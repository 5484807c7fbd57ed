//! CreateKeyPair.

use pharos_api::code::Code;
use pharos_api::error::{ApiError, Cause};
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::create_key_pair::{CreateKeyPair, Input, Output};
use pharos_api::region::Region;
use pharos_api::resource::{self, KeyPairs};
use pharos_api::text::Text;
use pharos_policy::Granted;
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store::record::KeyPairRecord;

use crate::generator::GeneratorError;
use crate::{Context, Service, key_pair};

/// How often an id is drawn before the fault must be elsewhere: at a million key pairs in one
/// account and region, four clashes in a row are one in 10^26.
const KEY_ID_DRAWS_MAX: usize = 4;

impl Service {
    /// Makes a key pair, keeps its public half, and hands out the private one.
    pub(crate) async fn create_key_pair(
        &self,
        context: &Context,
        input: Input,
    ) -> Result<Output, ApiError> {
        let collection = context.authorize::<CreateKeyPair, _>(context.key_pairs()?)?;
        let KeyPairs { account, region } = *collection;

        // A refusal should not cost a key: look before queueing, so that it is quick, and again when
        // the turn has come, because others were before us. The transaction decides.
        self.look(&collection, &input.key_name, region).await?;
        let turn = self
            .generator
            .turn(account)
            .await
            .map_err(generation_failed)?;
        self.look(&collection, &input.key_name, region).await?;
        let generated = turn.generate().await.map_err(generation_failed)?;

        let tags = input.tags.unwrap_or_default();
        let mut record = KeyPairRecord {
            key_id: KeyId::generate(self.random.as_ref()),
            key_name: input.key_name,
            public_key: String::new(),
            fingerprint: generated.public_key.fingerprint().0,
            tags,
            created_time: self.clock.now(),
        };
        let mut draws = 1;
        loop {
            record.public_key = generated
                .public_key
                .authorized_keys_line(record.key_id.as_str());
            let named = resource::KeyPair {
                collection: *collection,
                key_id: record.key_id.clone(),
            };
            let audit = self.audit::<CreateKeyPair>(context, vec![named.to_string()]);
            let inserted =
                self.store
                    .insert_key_pair(&collection, record.clone(), self.key_pair_quota, audit);
            match inserted.await {
                Ok(()) => break,
                Err(InsertKeyPairError::KeyIdTaken) if draws < KEY_ID_DRAWS_MAX => {
                    draws += 1;
                    record.key_id = KeyId::generate(self.random.as_ref());
                }
                Err(error) => return Err(refusal(error, &record.key_name, region)),
            }
        }

        Ok(Output {
            key_pair: key_pair::shown(record, Some(generated.private_key)),
        })
    }

    async fn look(
        &self,
        collection: &Granted<KeyPairs>,
        name: &KeyName,
        region: Region,
    ) -> Result<(), ApiError> {
        self.store
            .look_at_name_and_quota(collection, name, self.key_pair_quota)
            .await
            .map_err(|error| refusal(error, name, region))
    }
}

fn refusal(error: InsertKeyPairError, name: &KeyName, region: Region) -> ApiError {
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
        InsertKeyPairError::PublicKeyTaken { key_id } => failed(
            Text::fixed(
                "The key that was made is there already, and nothing was created. Tell the operator at once.",
                "生成的密钥与已有密钥重复，未创建任何内容，请立即联系运维人员。",
            ),
            format!("the new key is that of {key_id}: is the source of randomness broken?"),
        ),
        InsertKeyPairError::KeyIdTaken => failed(
            Text::fixed(
                "No free KeyId was found. Nothing was created; try again.",
                "未能分配 KeyId，密钥对未创建，请重试。",
            ),
            "every KeyId that was drawn is taken: is the source of randomness broken?",
        ),
        InsertKeyPairError::Store(StoreError::Failed(cause)) => failed(
            Text::fixed(
                "The key pair could not be stored, and nothing was created. Try again; if it \
                 persists, give the RequestId to the operator.",
                "密钥对存储失败，未创建任何内容，请重试；如持续出现，请将 RequestId 提供给运维人员。",
            ),
            cause,
        ),
        InsertKeyPairError::Store(StoreError::OutcomeUnknown(cause)) => failed(
            Text::new(
                format!(
                    "The store broke off while it kept the key pair: `{name}` may exist, and its \
                     private key is lost. Look whether it does, and delete it, before you try again."
                ),
                format!(
                    "存储在提交时中断：`{name}` 可能已创建，但其私钥已丢失。重试前请先查询，如存在请将其删除。"
                ),
            ),
            cause,
        ),
    }
}

fn generation_failed(error: GeneratorError) -> ApiError {
    match error {
        GeneratorError::Busy => ApiError::new(
            Code::RequestLimitExceeded,
            Text::fixed(
                "Too many key pairs are being made right now. Nothing was created; wait a second \
                 and try again.",
                "当前正在创建的密钥对过多，未创建任何内容，请稍后重试。",
            ),
        )
        .because(error),
        GeneratorError::Deadline | GeneratorError::Failed(_) | GeneratorError::Closed => failed(
            Text::fixed(
                "The key pair could not be made, and nothing was created. Try again; if it \
                 persists, give the RequestId to the operator.",
                "密钥对生成失败，未创建任何内容，请重试；如持续出现，请将 RequestId 提供给运维人员。",
            ),
            error,
        ),
    }
}

fn failed(message: Text, cause: impl Into<Cause>) -> ApiError {
    ApiError::new(Code::CreateKeyPairFailed, message).because(cause)
}

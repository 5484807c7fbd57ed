//! CreateKeyPair.

use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::create_key_pair::{CreateKeyPair, Input, Output};
use pharos_api::region::Region;
use pharos_api::text::Text;

use crate::add_key_pair::{AddKeyPair, NewKeyPair, failed, generator_refusal};
use crate::refusal::Refusal;
use crate::{Context, Service, key_pair};

impl Service {
    /// Makes a key pair, keeps its public half, and hands out the private one.
    pub(crate) async fn create_key_pair(
        &self,
        context: &Context,
        input: Input,
    ) -> Result<Output, Refusal> {
        let Input { key_name, tags } = input;
        let collection = context.authorize::<CreateKeyPair, _>(context.key_pairs()?)?;
        let turn = self.generator_turn::<CreateKeyPair>(&collection, &key_name);
        let generated = turn.await?.generate().await;
        let generated = generated.map_err(generator_refusal::<CreateKeyPair>)?;
        let public_key = &generated.public_key;
        let new = NewKeyPair {
            key_name,
            tags,
            fingerprint: public_key.fingerprint(),
        };
        let line = |key_id: &KeyId| public_key.authorized_keys_line(key_id.as_str());
        let added = self.add_key_pair::<CreateKeyPair>(context, &collection, new, line);
        let record = added.await?;
        Ok(Output {
            key_pair: key_pair::new(record, Some(generated.private_key)),
        })
    }
}

impl AddKeyPair for CreateKeyPair {
    const FAILED: Code = Code::CreateKeyPairFailed;

    const GENERATOR_FAILED: Text = Text::fixed(
        "The key pair could not be made, and nothing was created. Try again; if it persists, give the \
         RequestId to the operator.",
        "密钥对生成失败，未创建任何内容，请重试；如持续出现，请将 RequestId 提供给运维人员。",
    );

    fn public_key_taken(key_id: &KeyId, _: Region) -> ApiError {
        failed::<Self>(
            Text::fixed(
                "The key that was made is there already, and nothing was created. Tell the operator at once.",
                "生成的密钥与已有密钥重复，未创建任何内容，请立即联系运维人员。",
            ),
            format!("the new key is that of {key_id}: is the source of randomness broken?"),
        )
    }

    fn outcome_unknown(name: &KeyName) -> Text {
        Text::new(
            format!(
                "The store broke off while it kept the key pair: `{name}` may exist, and its \
                 private key is lost. Look whether it does, and delete it, before you try again."
            ),
            format!(
                "存储在提交时中断：`{name}` 可能已创建，但其私钥已丢失。重试前请先查询，如存在请将其删除。"
            ),
        )
    }
}

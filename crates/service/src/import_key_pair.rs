//! ImportKeyPair.

use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::import_key_pair::{ImportKeyPair, Input, Output};
use pharos_api::region::Region;
use pharos_api::resource::KeyPairs;
use pharos_api::text::Text;
use pharos_keys::{Algorithm, PublicKey};
use pharos_policy::Granted;

use crate::add_key_pair::{AddKeyPair, NewKeyPair, generator_refusal};
use crate::refusal::Refusal;
use crate::{Context, Service, import_rules};

impl Service {
    /// Keeps a public key as it was sent, if it is sound.
    pub(crate) async fn import_key_pair(
        &self,
        context: &Context,
        input: Input,
    ) -> Result<Output, Refusal> {
        let Input {
            key_name,
            public_key: text,
            tags,
        } = input;
        let public_key = self.import_rules.read(&text)?;
        let collection = context.authorize::<ImportKeyPair, _>(context.key_pairs()?)?;
        let new = NewKeyPair {
            key_name,
            tags,
            fingerprint: public_key.fingerprint(),
        };
        self.refuse_weak(&collection, &new.key_name, public_key)
            .await?;
        let kept = |_: &KeyId| text.expose().to_owned();
        let added = self.add_key_pair::<ImportKeyPair>(context, &collection, new, kept);
        let record = added.await?;
        Ok(Output {
            key_id: record.key_id,
        })
    }

    async fn refuse_weak(
        &self,
        collection: &Granted<KeyPairs>,
        name: &KeyName,
        public_key: PublicKey,
    ) -> Result<(), ApiError> {
        let rules = self.import_rules.weak();
        let checked = match public_key.algorithm() {
            // Its numbers take milliseconds.
            Algorithm::Rsa => {
                let turn = self.generator_turn::<ImportKeyPair>(collection, name);
                let checked = turn.await?.check(public_key, rules.clone()).await;
                checked.map_err(generator_refusal::<ImportKeyPair>)?
            }
            _ => rules.check(&public_key),
        };
        checked.map_err(import_rules::weak)
    }
}

impl AddKeyPair for ImportKeyPair {
    const FAILED: Code = Code::ImportKeyPairFailed;

    const GENERATOR_FAILED: Text = Text::fixed(
        "The public key could not be checked, and nothing was created. Try again; if it persists, give the \
         RequestId to the operator.",
        "公钥校验失败，未创建任何内容，请重试；如持续出现，请将 RequestId 提供给运维人员。",
    );

    fn public_key_taken(key_id: &KeyId, region: Region) -> ApiError {
        ApiError::new(
            Code::KeyPairPublicKeyDuplicated,
            Text::new(
                format!(
                    "The public key is that of the key pair `{key_id}` in `{region}`, whatever its comment \
                     says. Use that key pair, or delete it first."
                ),
                format!(
                    "该公钥与地域 `{region}` 中密钥对 `{key_id}` 的公钥相同（不论注释），请直接使用该密钥对或先将其删除。"
                ),
            ),
        )
    }

    fn outcome_unknown(name: &KeyName) -> Text {
        Text::new(
            format!(
                "The store broke off while it kept the key pair: `{name}` may exist. Look whether it does \
                 before you try again."
            ),
            format!("存储在提交时中断：`{name}` 可能已创建，重试前请先查询。"),
        )
    }
}

//! DeleteKeyPairs.

use pharos_api::code::Code;
use pharos_api::error::{ApiError, Cause};
use pharos_api::lighthouse::delete_key_pairs::{DeleteKeyPairs, Input, Output};
use pharos_api::region::Region;
use pharos_api::text::Text;
use pharos_store::error::{DeleteKeyPairsError, StoreError};

use crate::refusal::Refusal;
use crate::{Context, Service};

impl Service {
    /// Deletes all of them, or none.
    pub(crate) async fn delete_key_pairs(
        &self,
        context: &Context,
        input: Input,
    ) -> Result<Output, Refusal> {
        let collection = context.key_pairs()?;
        let key_ids = input.key_ids.as_slice();
        let tags = self.resource_tags(context, &[], key_ids).await?;
        let granted = context.granted_key_pairs::<DeleteKeyPairs>(key_ids, &tags)?;
        let names = granted
            .iter()
            .map(|key_pair| key_pair.to_string())
            .collect();
        let audit = self.audit::<DeleteKeyPairs>(context, names);
        let deleted = self.store.delete_key_pairs(&granted, audit).await;
        deleted.map_err(|error| refusal(error, collection.region))?;
        Ok(Output {})
    }
}

fn refusal(error: DeleteKeyPairsError, region: Region) -> ApiError {
    match error {
        DeleteKeyPairsError::NotFound(key_id) => ApiError::new(
            Code::KeyIdNotFound,
            Text::new(
                format!(
                    "There is no key pair `{key_id}` in `{region}`, and nothing was deleted. It may be in \
                     another region, or deleted already."
                ),
                format!(
                    "地域 `{region}` 中不存在密钥对 `{key_id}`，未删除任何内容。该密钥对可能位于其他地域或已被删除。"
                ),
            ),
        ),
        DeleteKeyPairsError::InUse {
            key_id,
            instance_id,
        } => ApiError::new(
            Code::KeyPairInUse,
            Text::new(
                format!(
                    "The key pair `{key_id}` is bound to the instance `{instance_id}`, and nothing was deleted. \
                     Unbind it first with DisassociateInstancesKeyPairs."
                ),
                format!(
                    "密钥对 `{key_id}` 已绑定到实例 `{instance_id}`，未删除任何内容，请先使用 DisassociateInstancesKeyPairs 解绑。"
                ),
            ),
        ),
        DeleteKeyPairsError::Store(StoreError::Failed(cause)) => failed(
            Text::fixed(
                "The key pairs could not be deleted, and nothing was changed. Try again; if it persists, \
                 give the RequestId to the operator.",
                "密钥对删除失败，未做任何更改，请重试；如持续出现，请将 RequestId 提供给运维人员。",
            ),
            cause,
        ),
        DeleteKeyPairsError::Store(StoreError::OutcomeUnknown(cause)) => failed(
            Text::fixed(
                "The store broke off while it deleted the key pairs: they may be gone. Look which are there \
                 before you try again.",
                "存储在提交时中断：密钥对可能已被删除，重试前请先查询。",
            ),
            cause,
        ),
    }
}

fn failed(message: Text, cause: impl Into<Cause>) -> ApiError {
    ApiError::new(Code::DeleteKeyPairFailed, message).because(cause)
}

//! DeleteAccessKey (the vendor's api.json).

use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::code::Code;
use crate::credential::SecretId;
use crate::empty::Empty;
use crate::text::Text;

/// The action.
pub struct DeleteAccessKey;

crate::structure! {
    /// What DeleteAccessKey takes.
    #[derive(Clone, Debug)]
    parameters Input = "DeleteAccessKeyRequest" {
        access_key_id: SecretId = "AccessKeyId", "The SecretId of the access key.", "访问密钥的 SecretId。";
        target_uin: Option<Uin> = "TargetUin", "The user; the caller if it is left out.", "子用户 UIN，不填为当前用户。";
    }
}

impl Contract for DeleteAccessKey {
    const ACTION: Action = Action {
        product: &CAM,
        name: "DeleteAccessKey",
        summary: Text::fixed("Deletes an access key.", "删除访问密钥。"),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::InvalidParameterUserNotExist,
            Code::ParamError,
            Code::SecretNotExist,
            Code::SubUin,
            Code::UinNotMatch,
        ],
        differences: &[Text::fixed(
            "An access key that does not exist is `ResourceNotFound.SecretNotExist`; the vendor lists that for UpdateAccessKey.",
            "访问密钥不存在时返回 `ResourceNotFound.SecretNotExist`；腾讯云在 UpdateAccessKey 中列出该错误码。",
        )],
        example: Example {
            parameters: r#"{"AccessKeyId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "TargetUin": 100013065917}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DeleteAccessKey),
    };

    type Input = Input;
    type Output = Empty;
}

//! UpdateAccessKey (the vendor's api.json).

use crate::access_key_status::AccessKeyStatus;
use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::code::Code;
use crate::credential::SecretId;
use crate::empty::Empty;
use crate::text::Text;

/// The action.
pub struct UpdateAccessKey;

crate::structure! {
    /// What UpdateAccessKey takes.
    #[derive(Clone, Debug)]
    parameters Input = "UpdateAccessKeyRequest" {
        access_key_id: SecretId = "AccessKeyId", "The SecretId of the access key.", "访问密钥的 SecretId。";
        status: AccessKeyStatus = "Status", "`Active` or `Inactive`.", "状态：`Active`（启用）或 `Inactive`（禁用）。";
        target_uin: Option<Uin> = "TargetUin", "The user; the caller if it is left out.", "子用户 UIN，不填为当前用户。";
    }
}

impl Contract for UpdateAccessKey {
    const ACTION: Action = Action {
        product: &CAM,
        name: "UpdateAccessKey",
        summary: Text::fixed(
            "Makes an access key active or inactive.",
            "启用或禁用访问密钥。",
        ),
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
        differences: &[],
        example: Example {
            parameters: r#"{"AccessKeyId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Status": "Inactive", "TargetUin": 100013065917}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::UpdateAccessKey),
    };

    type Input = Input;
    type Output = Empty;
}

//! CreateAccessKey (the vendor's api.json).

use crate::access_key_description::AccessKeyDescription;
use crate::access_key_status::AccessKeyStatus;
use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example};
use crate::beijing_time::BeijingTime;
use crate::code::Code;
use crate::credential::SecretId;
use crate::secret_text::SecretText;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct CreateAccessKey;

crate::structure! {
    /// What CreateAccessKey takes.
    #[derive(Clone, Debug)]
    parameters Input = "CreateAccessKeyRequest" {
        target_uin: Option<Uin> = "TargetUin", "The user; the caller if it is left out.", "子用户 UIN，不填为当前用户。";
        description: Option<AccessKeyDescription> = "Description",
            "What it is for: at most 1024 letters, digits and characters of `+=,.@_:/-`.",
            "描述：最多 1024 个英文字母、数字或 `+=,.@_:/-` 中的字符。";
    }
}

crate::structure! {
    /// An access key, with its secret.
    #[derive(Deserialize)]
    reply AccessKeyDetail = "AccessKeyDetail" {
        access_key_id: SecretId = "AccessKeyId", "The SecretId of the access key.", "访问密钥的 SecretId。";
        secret_access_key: SecretText = "SecretAccessKey",
            "The SecretKey: save it now, it is not shown again.",
            "SecretKey：请立即保存，不会再次返回。";
        status: AccessKeyStatus = "Status", "`Active` or `Inactive`.", "状态：`Active`（启用）或 `Inactive`（禁用）。";
        create_time: BeijingTime = "CreateTime",
            "When it was made, in Beijing time, `YYYY-MM-DD hh:mm:ss`.",
            "创建时间，北京时间，格式为 `YYYY-MM-DD hh:mm:ss`。";
        description: Option<String> = "Description",
            "What it is for; `null` if nobody said.",
            "描述，未设置时为 `null`。";
    }
}

crate::structure! {
    /// What CreateAccessKey replies with.
    #[derive(Deserialize)]
    reply Output = "CreateAccessKeyResponse" {
        access_key: AccessKeyDetail = "AccessKey",
            "The new access key, with its secret.",
            "新建的访问密钥及其 SecretKey。";
    }
}

impl Contract for CreateAccessKey {
    const ACTION: Action = Action {
        product: &CAM,
        name: "CreateAccessKey",
        summary: Text::fixed(
            "Makes an access key and returns its secret, once.",
            "创建访问密钥并返回其 SecretKey（仅此一次）。",
        ),
        needs_region: false,
        // https://cloud.tencent.com/document/api/598/82370
        requests_per_second: 5,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::AccessKeyOverLimit,
            Code::InvalidParameterUserNotExist,
            Code::ParamError,
            Code::SubUin,
        ],
        differences: &[],
        example: Example {
            parameters: r#"{"TargetUin": 100013065917}"#,
            reply: r#"{"AccessKey": {"AccessKeyId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "SecretAccessKey": "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "Status": "Active", "CreateTime": "2020-03-03 18:00:26", "Description": null}}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::CreateAccessKey),
    };

    type Input = Input;
    type Output = Output;
}

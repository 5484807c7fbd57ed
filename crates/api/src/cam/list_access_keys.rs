//! ListAccessKeys (the vendor's api.json).

use crate::access_key_status::AccessKeyStatus;
use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::beijing_time::BeijingTime;
use crate::code::Code;
use crate::credential::SecretId;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct ListAccessKeys;

crate::structure! {
    /// What ListAccessKeys takes.
    #[derive(Clone, Copy, Debug, Default)]
    parameters Input = "ListAccessKeysRequest" {
        target_uin: Option<Uin> = "TargetUin", "The user; the caller if it is left out.", "子用户 UIN，不填为当前用户。";
    }
}

crate::structure! {
    /// An access key, as ListAccessKeys lists it.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply AccessKey = "AccessKey" {
        access_key_id: SecretId = "AccessKeyId", "The SecretId of the access key.", "访问密钥的 SecretId。";
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
    /// What ListAccessKeys replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "ListAccessKeysResponse" {
        access_keys: Vec<AccessKey> = "AccessKeys",
            "The access keys, without their secrets.",
            "访问密钥列表，不含 SecretKey。";
    }
}

impl Contract for ListAccessKeys {
    const ACTION: Action = Action {
        product: &CAM,
        name: "ListAccessKeys",
        summary: Text::fixed("Lists the access keys of a user.", "查询子用户的访问密钥。"),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[Code::InvalidParameterUserNotExist, Code::SubUin],
        differences: &[],
        example: Example {
            parameters: r#"{"TargetUin": 100013065917}"#,
            reply: r#"{"AccessKeys": [{"AccessKeyId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Status": "Active", "CreateTime": "2020-03-03 16:51:21", "Description": "ci:deploy"}]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::ListAccessKeys),
    };

    type Input = Input;
    type Output = Output;
}

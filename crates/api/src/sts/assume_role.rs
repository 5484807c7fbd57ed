//! AssumeRole (protocol.md section 7.3).

use crate::action::{self, Action, Call, Contract, Example, REQUESTS_PER_SECOND, STS};
use crate::code::Code;
use crate::duration::DurationSeconds;
use crate::external_id::ExternalId;
use crate::role_arn::RoleArn;
use crate::role_session_name::RoleSessionName;
use crate::session_policy::SessionPolicy;
use crate::sts::credentials::Credentials;
use crate::sts::differences;
use crate::tag::Tag;
use crate::text::Text;
use crate::time::Timestamp;
use crate::unsupported::{SecondFactor, Unsupported};
use serde::Deserialize;

/// How many seconds a credential is good when nothing is said (protocol.md section 7.3).
pub const DURATION_DEFAULT: u32 = 7_200;

/// How many seconds a credential may be good (protocol.md section 7.3).
pub const DURATION_MAX: u32 = 43_200;

/// The action.
pub struct AssumeRole;

crate::structure! {
    /// What AssumeRole takes.
    #[derive(Clone, Debug)]
    parameters Input = "AssumeRoleRequest" {
        role_arn: RoleArn = "RoleArn",
            "The role: `qcs::cam::uin/<account>:roleName/<name>` or `qcs::cam::uin/<account>:role/<RoleId>`.",
            "角色资源描述：`qcs::cam::uin/<主账号>:roleName/<角色名称>` 或 `qcs::cam::uin/<主账号>:role/<角色 ID>`。";
        role_session_name: RoleSessionName = "RoleSessionName",
            "What the session is called: 2 to 128 letters, digits and characters of `+=,.@_-`.",
            "会话名称：2 至 128 个英文字母、数字或 `+=,.@_-` 中的字符。";
        duration_seconds: Option<DurationSeconds<DURATION_MAX>> = "DurationSeconds",
            "How many seconds the credential is good, 1 to 43200, as far as the role allows; 7200 by default.",
            "凭证的有效期，单位为秒，1 至 43200，不超过角色允许的最长有效期，默认为 7200。";
        policy: Option<SessionPolicy> = "Policy",
            "A policy that narrows what the session may do, URL-encoded or as it is.",
            "收窄会话权限的策略，可经 URL 编码。";
        external_id: Option<ExternalId> = "ExternalId",
            "An id that the owner of the role has agreed on: 2 to 128 letters, digits and characters of `+=,.@_:/-`.",
            "与角色所有者约定的外部 ID：2 至 128 个英文字母、数字或 `+=,.@_:/-` 中的字符。";
        tags: Option<Unsupported<Vec<Tag>>> = "Tags", "Not taken: a session has no tags.", "不支持：会话没有标签。";
        source_identity: Option<Unsupported<String>> = "SourceIdentity",
            "Not taken: the caller is known by its access key.",
            "不支持：调用者由访问密钥确定。";
        serial_number: Option<SecondFactor> = "SerialNumber",
            "Not taken: there is no multi-factor authentication.",
            "不支持：本服务没有多因素认证。";
        token_code: Option<SecondFactor> = "TokenCode",
            "Not taken: there is no multi-factor authentication.",
            "不支持：本服务没有多因素认证。";
    }
}

crate::structure! {
    /// What AssumeRole replies with.
    #[derive(Deserialize)]
    reply Output = "AssumeRoleResponse" {
        credentials: Credentials = "Credentials", "The temporary credential.", "临时访问凭证。";
        expired_time: i64 = "ExpiredTime", "When it ends, in UNIX seconds.", "失效时间，UNIX 秒。";
        expiration: Timestamp = "Expiration",
            "The same, in UTC, `YYYY-MM-DDThh:mm:ssZ`.",
            "失效时间，UTC，格式为 `YYYY-MM-DDThh:mm:ssZ`。";
    }
}

impl Contract for AssumeRole {
    const ACTION: Action = Action {
        product: &STS,
        name: "AssumeRole",
        summary: Text::fixed(
            "Hands out a temporary credential of a role to a caller whom it trusts.",
            "向角色所信任的调用者签发该角色的临时凭证。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::MfaTypeNotSupported,
            Code::OverTimeError,
            Code::ParamError,
            Code::PolicyTooLong,
            Code::ResouceError,
            Code::RoleNotFound,
            Code::StrategyFormatError,
        ],
        differences: &[
            Text::fixed(
                "`Tags` and `SourceIdentity` are `UnsupportedOperation` unless they are empty: conditions over them would have to be evaluated.",
                "`Tags` 和 `SourceIdentity` 非空时返回 `UnsupportedOperation`：本服务不评估基于它们的条件。",
            ),
            Text::fixed(
                "`SerialNumber` and `TokenCode` are `FailedOperation.MFATypeNotSupported` unless they are empty: there is no multi-factor authentication.",
                "`SerialNumber` 和 `TokenCode` 非空时返回 `FailedOperation.MFATypeNotSupported`：本服务没有多因素认证。",
            ),
            Text::fixed(
                "The form of `ExternalId` is checked, and no condition asks for it.",
                "仅校验 `ExternalId` 的格式，没有以其为条件的策略。",
            ),
            differences::POLICY,
        ],
        example: Example {
            parameters: r#"{"RoleArn": "qcs::cam::uin/100000000001:roleName/readOnlyRole", "RoleSessionName": "cts"}"#,
            reply: r#"{"Credentials": {"Token": "da1e...", "TmpSecretId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "TmpSecretKey": "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"}, "ExpiredTime": 1543914376, "Expiration": "2018-12-04T09:06:16Z"}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::AssumeRole),
    };

    type Input = Input;
    type Output = Output;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::{Parameter, Path};
    use serde_json::json;

    #[test]
    fn what_is_not_evaluated_and_what_is_too_long_have_codes_of_their_own() {
        let code = |name: &str, value: serde_json::Value| {
            let mut call =
                json!({"RoleArn": "qcs::cam::uin/1:roleName/a", "RoleSessionName": "ab"});
            call[name] = value;
            Input::decode(call, &Path::Root).map_err(|error| error.code)
        };
        assert!(code("DurationSeconds", json!(43_200)).is_ok());
        assert!(code("SourceIdentity", json!("")).is_ok());
        for (name, value, expected) in [
            ("DurationSeconds", json!(43_201), Code::OverTimeError),
            ("ExternalId", json!("a b"), Code::ParamError),
            ("Policy", json!("%"), Code::StrategyFormatError),
            ("RoleArn", json!("a"), Code::ParamError),
            ("RoleSessionName", json!("a"), Code::ParamError),
            ("SerialNumber", json!("a"), Code::MfaTypeNotSupported),
            ("SourceIdentity", json!("1"), Code::UnsupportedOperation),
            (
                "Tags",
                json!([{"Key": "a", "Value": ""}]),
                Code::UnsupportedOperation,
            ),
            ("TokenCode", json!("1"), Code::MfaTypeNotSupported),
        ] {
            assert_eq!(code(name, value).err(), Some(expected), "{name}");
        }
    }
}

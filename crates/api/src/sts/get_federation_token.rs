//! GetFederationToken (protocol.md section 7.3).

use crate::action::{self, Action, Call, Contract, Example, REQUESTS_PER_SECOND, STS};
use crate::code::Code;
use crate::duration::DurationSeconds;
use crate::federated_user_name::FederatedUserName;
use crate::session_policy::SessionPolicy;
use crate::sts::credentials::Credentials;
use crate::sts::differences;
use crate::text::Text;
use crate::time::Timestamp;
use serde::Deserialize;

/// How many seconds a credential is good when nothing is said (protocol.md section 7.3).
pub const DURATION_DEFAULT: u32 = 1_800;

/// How many seconds a credential may be good that a user asks for (protocol.md section 7.3).
pub const DURATION_MAX: u32 = 129_600;

/// How many seconds a credential may be good that the root user asks for (protocol.md section 7.3).
pub const ROOT_DURATION_MAX: u32 = 7_200;

/// The action.
pub struct GetFederationToken;

crate::structure! {
    /// What GetFederationToken takes.
    #[derive(Clone, Debug)]
    parameters Input = "GetFederationTokenRequest" {
        name: FederatedUserName = "Name",
            "What the federated user is called: 2 to 128 letters, digits and characters of `+=,.@_-`.",
            "联合身份用户名称：2 至 128 个英文字母、数字或 `+=,.@_-` 中的字符。";
        policy: SessionPolicy = "Policy",
            "The policy of the federated user, URL-encoded or as it is. It may do what both this and the caller's own policies allow.",
            "联合身份用户的策略，可经 URL 编码；其权限为该策略与调用者自身权限的交集。";
        duration_seconds: Option<DurationSeconds<DURATION_MAX>> = "DurationSeconds",
            "How many seconds the credential is good, 1 to 129600, or 7200 for the root user; 1800 by default.",
            "凭证的有效期，单位为秒，1 至 129600（主账号最多 7200），默认为 1800。";
    }
}

crate::structure! {
    /// What GetFederationToken replies with.
    #[derive(Deserialize)]
    reply Output = "GetFederationTokenResponse" {
        credentials: Credentials = "Credentials", "The temporary credential.", "临时访问凭证。";
        expired_time: u64 = "ExpiredTime", "When it ends, in UNIX seconds.", "失效时间，UNIX 秒。";
        expiration: Option<Timestamp> = "Expiration",
            "The same, in UTC, `YYYY-MM-DDThh:mm:ssZ`.",
            "失效时间，UTC，格式为 `YYYY-MM-DDThh:mm:ssZ`。";
    }
}

impl Contract for GetFederationToken {
    const ACTION: Action = Action {
        product: &STS,
        name: "GetFederationToken",
        summary: Text::fixed(
            "Hands out a temporary credential that may do less than the caller.",
            "签发权限不超过调用者的临时凭证。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::OverTimeError,
            Code::ParamError,
            Code::PolicyTooLong,
            Code::ResouceError,
            Code::StrategyFormatError,
        ],
        differences: &[
            Text::fixed(
                "`Name` takes digits and `+=,.@_-` too, and has 2 to 128 characters; the vendor's text says letters.",
                "`Name` 还支持数字和 `+=,.@_-`，长度为 2 至 128 个字符；腾讯云文档仅说明由字母组成。",
            ),
            differences::POLICY,
        ],
        example: Example {
            parameters: r#"{"Name": "SUN", "Policy": "{\"version\":\"2.0\",\"statement\":[{\"effect\":\"allow\",\"action\":[\"lighthouse:Describe*\"],\"resource\":[\"*\"]}]}"}"#,
            reply: r#"{"Credentials": {"Token": "kTRt...", "TmpSecretId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "TmpSecretKey": "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"}, "Expiration": "2023-06-14T05:06:57Z", "ExpiredTime": 1686719217}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::GetFederationToken),
    };

    type Input = Input;
    type Output = Output;
}

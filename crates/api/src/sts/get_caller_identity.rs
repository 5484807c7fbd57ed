//! GetCallerIdentity (protocol.md section 7.3).

use crate::action::{self, Action, Call, Contract, Example, REQUESTS_PER_SECOND, STS};
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct GetCallerIdentity;

crate::structure! {
    /// What GetCallerIdentity takes.
    #[derive(Clone, Copy, Debug, Default)]
    parameters Input = "GetCallerIdentityRequest" {}
}

crate::structure! {
    /// What GetCallerIdentity replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "GetCallerIdentityResponse" {
        arn: String = "Arn", "The name of the caller.", "调用者的资源描述。";
        account_id: String = "AccountId", "The account of the caller.", "调用者所属的主账号 UIN。";
        user_id: String = "UserId",
            "The number of the caller; `<RoleId>:<session>` in a session of a role, `<Uin>:<name>` for a federated user.",
            "调用者的 UIN；扮演角色时为 `<角色 ID>:<会话名称>`，联合身份为 `<UIN>:<名称>`。";
        principal_id: String = "PrincipalId",
            "The number of the caller, or of who asked for its credential.",
            "调用者的 UIN，或申请临时凭证者的 UIN。";
        caller_type: String = "Type", "`CAMUser` or `CAMRole`.", "`CAMUser` 或 `CAMRole`。";
    }
}

impl Contract for GetCallerIdentity {
    const ACTION: Action = Action {
        product: &STS,
        name: "GetCallerIdentity",
        summary: Text::fixed("Tells a caller who it is.", "查询当前调用者的身份。"),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[],
        differences: &[],
        example: Example {
            parameters: "{}",
            reply: r#"{"Arn": "qcs::cam:100000000001:uin/100000000002", "AccountId": "100000000001", "UserId": "100000000002", "PrincipalId": "100000000002", "Type": "CAMUser"}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::GetCallerIdentity),
    };

    type Input = Input;
    type Output = Output;
}

//! UpdatePolicy (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::code::Code;
use crate::description::Description;
use crate::error::ApiError;
use crate::id_or_name::IdOrName;
use crate::policy_id::PolicyId;
use crate::policy_name::PolicyName;
use crate::text::Text;
use crate::unsupported::Unsupported;
use serde::Deserialize;

/// The action.
pub struct UpdatePolicy;

crate::structure! {
    /// What UpdatePolicy takes.
    #[derive(Clone, Debug)]
    parameters Input = "UpdatePolicyRequest" {
        policy_id: Option<PolicyId> = "PolicyId",
            "Id of the policy; or its name.",
            "策略 ID，与 `PolicyName` 二选一。";
        policy_name: Option<PolicyName> = "PolicyName",
            "Name of the policy; or its id.",
            "策略名称，与 `PolicyId` 二选一。";
        description: Option<Description> = "Description",
            "What the policy is for, at most 300 bytes.",
            "策略描述，最多 300 字节。";
        policy_document: Option<String> = "PolicyDocument",
            "The policy, in version 2.0 of the language.",
            "策略文档，语法版本 2.0。";
        alias: Option<Unsupported<String>> = "Alias",
            "Not taken: preset policies cannot be changed.",
            "不支持：预设策略不可修改。";
    }
}

impl Input {
    /// Which policy is meant.
    ///
    /// # Errors
    /// `InvalidParameter.ParamError` unless it is named in one of both ways.
    pub fn policy(&self) -> Result<IdOrName<PolicyId, PolicyName>, ApiError> {
        let names = ["PolicyId", "PolicyName"];
        IdOrName::exactly_one(self.policy_id, self.policy_name.clone(), names)
    }
}

crate::structure! {
    /// What UpdatePolicy replies with.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "UpdatePolicyResponse" {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        policy_id: Option<PolicyId> = "PolicyId",
            "Id of the policy, when it was named by its name.",
            "策略 ID，仅在以名称指定策略时返回。";
    }
}

impl Contract for UpdatePolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "UpdatePolicy",
        summary: Text::fixed(
            "Changes a policy of the account's own. What is left out stays as it is.",
            "更新自定义策略，未指定的内容保持不变。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::ActionError,
            Code::ActionMiss,
            Code::ConditionContentError,
            Code::ConditionError,
            Code::ConditionTypeError,
            Code::DescriptionLengthOverlimit,
            Code::EffectError,
            Code::ParamError,
            Code::PolicyDocumentError,
            Code::PolicyDocumentLengthOverLimit,
            Code::PolicyIdError,
            Code::PolicyIdNotFound,
            Code::PolicyNameError,
            Code::PrincipalError,
            Code::ResourceError,
            Code::ResourceProjectError,
            Code::ResourceQcsError,
            Code::ResourceUinError,
            Code::StatementError,
            Code::VersionError,
        ],
        differences: &[
            differences::DOCUMENT,
            Text::fixed(
                "`Alias` is `UnsupportedOperation`: preset policies cannot be changed.",
                "`Alias` 返回 `UnsupportedOperation`：预设策略不可修改。",
            ),
        ],
        example: Example {
            parameters: r#"{"PolicyId": 17698703, "Description": "all of Lighthouse"}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::UpdatePolicy),
    };

    type Input = Input;
    type Output = Output;
}

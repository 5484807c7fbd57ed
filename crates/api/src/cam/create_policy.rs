//! CreatePolicy (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::code::Code;
use crate::description::Description;
use crate::policy_id::PolicyId;
use crate::policy_name::PolicyName;
use crate::tag::Tags;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct CreatePolicy;

crate::structure! {
    /// What CreatePolicy takes.
    #[derive(Clone, Debug)]
    parameters Input = "CreatePolicyRequest" {
        policy_name: PolicyName = "PolicyName",
            "Name of the policy: 1 to 128 letters, digits and characters of `+=,.@_-`, unique in the account.",
            "策略名称：1 至 128 个英文字母、数字或 `+=,.@_-` 中的字符，在账号内唯一。";
        policy_document: String = "PolicyDocument",
            "The policy, in version 2.0 of the language.",
            "策略文档，语法版本 2.0。";
        description: Option<Description> = "Description",
            "What the policy is for, at most 300 bytes.",
            "策略描述，最多 300 字节。";
        tags: Option<Tags> = "Tags",
            "Tags to put on the policy, at most 10, one value per key.",
            "绑定到策略的标签，最多 10 个，每个标签键只能有一个值。";
    }
}

crate::structure! {
    /// What CreatePolicy replies with.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "CreatePolicyResponse" {
        policy_id: PolicyId = "PolicyId", "Id of the new policy.", "新建的策略 ID。";
    }
}

impl Contract for CreatePolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "CreatePolicy",
        summary: Text::fixed("Makes a policy of the account's own.", "创建自定义策略。"),
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
            Code::PolicyDocumentError,
            Code::PolicyDocumentLengthOverLimit,
            Code::PolicyFull,
            Code::PolicyNameError,
            Code::PolicyNameInUse,
            Code::PrincipalError,
            Code::ResourceError,
            Code::ResourceProjectError,
            Code::ResourceQcsError,
            Code::ResourceUinError,
            Code::StatementError,
            Code::VersionError,
        ],
        differences: &[differences::DOCUMENT],
        example: Example {
            parameters: r#"{"PolicyName": "test-2019-04-29", "PolicyDocument": "{\"version\":\"2.0\",\"statement\":[{\"effect\":\"allow\",\"action\":[\"lighthouse:*\"],\"resource\":[\"*\"]}]}"}"#,
            reply: r#"{"PolicyId": 17698703}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::CreatePolicy),
    };

    type Input = Input;
    type Output = Output;
}

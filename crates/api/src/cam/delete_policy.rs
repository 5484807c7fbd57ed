//! DeletePolicy (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::code::Code;
use crate::empty::Empty;
use crate::policy_ids::PolicyIds;
use crate::text::Text;

/// The action.
pub struct DeletePolicy;

crate::structure! {
    /// What DeletePolicy takes.
    #[derive(Clone, Debug)]
    parameters Input = "DeletePolicyRequest" {
        policy_id: PolicyIds = "PolicyId",
            "Ids of the policies, at most 100: all of them, or none if one cannot be deleted.",
            "策略 ID 列表，最多 100 个：全部删除，或在任一无法删除时均不删除。";
    }
}

impl Contract for DeletePolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "DeletePolicy",
        summary: Text::fixed(
            "Deletes policies of the account's own, and detaches them from whatever they are attached to.",
            "删除自定义策略，并解除其所有关联。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::ParamError,
            Code::PolicyIdError,
            Code::PolicyIdNotFound,
        ],
        differences: &[],
        example: Example {
            parameters: r#"{"PolicyId": [524497]}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DeletePolicy),
    };

    type Input = Input;
    type Output = Empty;
}

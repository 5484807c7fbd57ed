//! DetachGroupPolicy (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::code::Code;
use crate::empty::Empty;
use crate::group_id::GroupId;
use crate::policy_id::PolicyId;
use crate::text::Text;

/// The action.
pub struct DetachGroupPolicy;

crate::structure! {
    /// What DetachGroupPolicy takes.
    #[derive(Clone, Copy, Debug)]
    parameters Input = "DetachGroupPolicyRequest" {
        policy_id: PolicyId = "PolicyId", "Id of the policy.", "策略 ID。";
        detach_group_id: GroupId = "DetachGroupId", "Id of the group.", "用户组 ID。";
    }
}

impl Contract for DetachGroupPolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "DetachGroupPolicy",
        summary: Text::fixed(
            "Detaches a policy from a group. One that is not attached is none to detach.",
            "解除用户组的策略绑定，未绑定时不做更改。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[Code::GroupNotExist, Code::PolicyIdNotExist],
        differences: &[],
        example: Example {
            parameters: r#"{"PolicyId": 524497, "DetachGroupId": 3449}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DetachGroupPolicy),
    };

    type Input = Input;
    type Output = Empty;
}

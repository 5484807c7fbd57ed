//! AttachGroupPolicy (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::code::Code;
use crate::empty::Empty;
use crate::group_id::GroupId;
use crate::policy_id::PolicyId;
use crate::text::Text;

/// The action.
pub struct AttachGroupPolicy;

crate::structure! {
    /// What AttachGroupPolicy takes.
    #[derive(Clone, Copy, Debug)]
    parameters Input = "AttachGroupPolicyRequest" {
        policy_id: PolicyId = "PolicyId", "Id of the policy.", "策略 ID。";
        attach_group_id: GroupId = "AttachGroupId", "Id of the group.", "用户组 ID。";
    }
}

impl Contract for AttachGroupPolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "AttachGroupPolicy",
        summary: Text::fixed(
            "Attaches a policy to a group: it holds for every user in it.",
            "为用户组绑定策略，对组中所有子用户生效。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::AttachmentFull,
            Code::GroupNotExist,
            Code::PolicyIdNotExist,
        ],
        differences: &[],
        example: Example {
            parameters: r#"{"PolicyId": 524497, "AttachGroupId": 3449}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::AttachGroupPolicy),
    };

    type Input = Input;
    type Output = Empty;
}

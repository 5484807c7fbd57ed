//! AttachUserPolicy (the vendor's api.json).

use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::code::Code;
use crate::empty::Empty;
use crate::policy_id::PolicyId;
use crate::text::Text;

/// The action.
pub struct AttachUserPolicy;

crate::structure! {
    /// What AttachUserPolicy takes.
    #[derive(Clone, Copy, Debug)]
    parameters Input = "AttachUserPolicyRequest" {
        policy_id: PolicyId = "PolicyId", "Id of the policy.", "策略 ID。";
        attach_uin: Uin = "AttachUin", "The user.", "子用户 UIN。";
    }
}

impl Contract for AttachUserPolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "AttachUserPolicy",
        summary: Text::fixed(
            "Attaches a policy to a user. One that is attached already stays attached.",
            "为子用户绑定策略，已绑定的策略保持不变。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::AttachmentFull,
            Code::PolicyIdNotExist,
            Code::UserNotExist,
        ],
        differences: &[],
        example: Example {
            parameters: r#"{"PolicyId": 524497, "AttachUin": 3449203261}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::AttachUserPolicy),
    };

    type Input = Input;
    type Output = Empty;
}

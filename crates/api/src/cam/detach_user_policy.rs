//! DetachUserPolicy (the vendor's api.json).

use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::code::Code;
use crate::empty::Empty;
use crate::policy_id::PolicyId;
use crate::text::Text;

/// The action.
pub struct DetachUserPolicy;

crate::structure! {
    /// What DetachUserPolicy takes.
    #[derive(Clone, Copy, Debug)]
    parameters Input = "DetachUserPolicyRequest" {
        policy_id: PolicyId = "PolicyId", "Id of the policy.", "策略 ID。";
        detach_uin: Uin = "DetachUin", "The user.", "子用户 UIN。";
    }
}

impl Contract for DetachUserPolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "DetachUserPolicy",
        summary: Text::fixed(
            "Detaches a policy from a user. One that is not attached is none to detach.",
            "解除子用户的策略绑定，未绑定时不做更改。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[Code::PolicyIdNotExist, Code::UserNotExist],
        differences: &[],
        example: Example {
            parameters: r#"{"PolicyId": 16313162, "DetachUin": 3449203261}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DetachUserPolicy),
    };

    type Input = Input;
    type Output = Empty;
}

//! DeleteGroup (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::code::Code;
use crate::empty::Empty;
use crate::group_id::GroupId;
use crate::text::Text;

/// The action.
pub struct DeleteGroup;

crate::structure! {
    /// What DeleteGroup takes.
    #[derive(Clone, Copy, Debug)]
    parameters Input = "DeleteGroupRequest" {
        group_id: GroupId = "GroupId", "Id of the group.", "用户组 ID。";
    }
}

impl Contract for DeleteGroup {
    const ACTION: Action = Action {
        product: &CAM,
        name: "DeleteGroup",
        summary: Text::fixed(
            "Deletes a group; its users stay.",
            "删除用户组，其中的子用户不受影响。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[Code::GroupNotExist],
        differences: &[Text::fixed(
            "A group that does not exist is `ResourceNotFound.GroupNotExist`; the vendor lists `ResourceNotFound.UserNotExist`.",
            "用户组不存在时返回 `ResourceNotFound.GroupNotExist`；腾讯云列出的是 `ResourceNotFound.UserNotExist`。",
        )],
        example: Example {
            parameters: r#"{"GroupId": 2020}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DeleteGroup),
    };

    type Input = Input;
    type Output = Empty;
}

//! RemoveUserFromGroup (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::cam::membership::Memberships;
use crate::code::Code;
use crate::empty::Empty;
use crate::text::Text;

/// The action.
pub struct RemoveUserFromGroup;

crate::structure! {
    /// What RemoveUserFromGroup takes.
    #[derive(Clone, Debug)]
    parameters Input = "RemoveUserFromGroupRequest" {
        info: Memberships = "Info",
            "The users and their groups, at most 100: all of them, or none if one cannot be.",
            "子用户与用户组的对应关系，最多 100 条：全部执行，或在任一无法执行时均不执行。";
    }
}

impl Contract for RemoveUserFromGroup {
    const ACTION: Action = Action {
        product: &CAM,
        name: "RemoveUserFromGroup",
        summary: Text::fixed(
            "Removes users from groups. Who is not in a group is none to remove.",
            "将子用户移出用户组，不在组中时不做更改。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::InvalidParameterGroupNotExist,
            Code::UserNotExist,
            Code::UserUinAndUinNotAllNull,
        ],
        differences: &[
            differences::ONE_NUMBER,
            Text::fixed(
                "A group that does not exist is `InvalidParameter.GroupNotExist`; the vendor lists that for AddUserToGroup.",
                "用户组不存在时返回 `InvalidParameter.GroupNotExist`；腾讯云在 AddUserToGroup 中列出该错误码。",
            ),
        ],
        example: Example {
            parameters: r#"{"Info": [{"GroupId": 2020, "Uin": 100000546533}]}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::RemoveUserFromGroup),
    };

    type Input = Input;
    type Output = Empty;
}

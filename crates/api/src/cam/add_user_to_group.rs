//! AddUserToGroup (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::cam::membership::Memberships;
use crate::code::Code;
use crate::empty::Empty;
use crate::text::Text;

/// The action.
pub struct AddUserToGroup;

crate::structure! {
    /// What AddUserToGroup takes.
    #[derive(Clone, Debug)]
    parameters Input = "AddUserToGroupRequest" {
        info: Memberships = "Info",
            "The users and their groups, at most 100: all of them, or none if one cannot be.",
            "子用户与用户组的对应关系，最多 100 条：全部执行，或在任一无法执行时均不执行。";
    }
}

impl Contract for AddUserToGroup {
    const ACTION: Action = Action {
        product: &CAM,
        name: "AddUserToGroup",
        summary: Text::fixed(
            "Adds users to groups. Who is in a group already stays in it.",
            "将子用户加入用户组，已在组中的保持不变。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::GroupUserFull,
            Code::InvalidParameterGroupNotExist,
            Code::UserGroupFull,
            Code::UserNotExist,
            Code::UserUinAndUinNotAllNull,
        ],
        differences: &[differences::ONE_NUMBER],
        example: Example {
            parameters: r#"{"Info": [{"GroupId": 2020, "Uin": 100000546533}]}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::AddUserToGroup),
    };

    type Input = Input;
    type Output = Empty;
}

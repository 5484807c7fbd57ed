//! CreateGroup (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::code::Code;
use crate::group_id::GroupId;
use crate::group_name::GroupName;
use crate::remark::Remark;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct CreateGroup;

crate::structure! {
    /// What CreateGroup takes.
    #[derive(Clone, Debug)]
    parameters Input = "CreateGroupRequest" {
        group_name: GroupName = "GroupName",
            "Name of the group: 1 to 64 characters, unique in the account.",
            "用户组名称：1 至 64 个字符，在账号内唯一。";
        remark: Option<Remark> = "Remark",
            "What the group is for, at most 255 characters.",
            "用户组备注，最多 255 个字符。";
    }
}

crate::structure! {
    /// What CreateGroup replies with.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "CreateGroupResponse" {
        group_id: GroupId = "GroupId", "Id of the new group.", "新建的用户组 ID。";
    }
}

impl Contract for CreateGroup {
    const ACTION: Action = Action {
        product: &CAM,
        name: "CreateGroup",
        summary: Text::fixed("Makes a group of users, with nobody in it.", "创建用户组。"),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[Code::GroupFull, Code::GroupNameInUse, Code::ParamError],
        differences: &[],
        example: Example {
            parameters: r#"{"GroupName": "test1", "Remark": "test2"}"#,
            reply: r#"{"GroupId": 2020}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::CreateGroup),
    };

    type Input = Input;
    type Output = Output;
}

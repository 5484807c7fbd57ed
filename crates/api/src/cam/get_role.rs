//! GetRole (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::beijing_time::BeijingTime;
use crate::cam::differences;
use crate::code::Code;
use crate::error::ApiError;
use crate::flag::Flag;
use crate::id_or_name::IdOrName;
use crate::role_arn::RoleArn;
use crate::role_id::RoleId;
use crate::role_name::RoleName;
use crate::session_duration::SessionDuration;
use crate::tag::Tags;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct GetRole;

crate::structure! {
    /// What GetRole takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "GetRoleRequest" {
        role_id: Option<RoleId> = "RoleId", "Id of the role; or its name.", "角色 ID，与 `RoleName` 二选一。";
        role_name: Option<RoleName> = "RoleName", "Name of the role; or its id.", "角色名称，与 `RoleId` 二选一。";
    }
}

impl Input {
    /// Which role is meant.
    ///
    /// # Errors
    /// `InvalidParameter.ParamError` unless it is named in one of both ways.
    pub fn role(&self) -> Result<IdOrName<RoleId, RoleName>, ApiError> {
        let names = ["RoleId", "RoleName"];
        IdOrName::exactly_one(self.role_id, self.role_name.clone(), names)
    }
}

crate::structure! {
    /// A role.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply RoleInfo = "RoleInfo" {
        role_id: RoleId = "RoleId", "Id of the role.", "角色 ID。";
        role_name: RoleName = "RoleName", "Name of the role.", "角色名称。";
        policy_document: String = "PolicyDocument", "The trust policy, as it was sent.", "信任策略，按原样返回。";
        description: String = "Description", "What it is for, or an empty text.", "角色描述，未设置时为空。";
        add_time: BeijingTime = "AddTime",
            "When it was made, in Beijing time, `YYYY-MM-DD hh:mm:ss`.",
            "创建时间，北京时间，格式为 `YYYY-MM-DD hh:mm:ss`。";
        update_time: BeijingTime = "UpdateTime", "When it was changed last, likewise.", "最近更新时间，格式相同。";
        console_login: Flag = "ConsoleLogin",
            "1 if the role may log in to a console, 0 if not.",
            "是否可以登录控制台：1 为可以，0 为不可以。";
        role_type: Option<String> = "RoleType",
            "Always `user`: there are no roles of products.",
            "始终为 `user`：没有服务角色。";
        session_duration: Option<SessionDuration> = "SessionDuration",
            "How many seconds a credential of the role may be good at most.",
            "角色临时凭证的最长有效期，单位为秒。";
        deletion_task_id: Option<String> = "DeletionTaskId",
            "Always `null`: a role is deleted at once.",
            "始终为 `null`：角色会被立即删除。";
        tags: Option<Tags> = "Tags", "The tags.", "标签列表。";
        role_arn: Option<RoleArn> = "RoleArn",
            "What AssumeRole takes: `qcs::cam::uin/<account>:roleName/<name>`.",
            "AssumeRole 所用的角色资源描述：`qcs::cam::uin/<主账号>:roleName/<角色名称>`。";
    }
}

crate::structure! {
    /// What GetRole replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "GetRoleResponse" {
        role_info: RoleInfo = "RoleInfo", "The role.", "角色详情。";
    }
}

impl Contract for GetRole {
    const ACTION: Action = Action {
        product: &CAM,
        name: "GetRole",
        summary: Text::fixed("Shows a role.", "查询角色详情。"),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[Code::ParamError, Code::RoleNameError, Code::RoleNotExist],
        differences: &[differences::ROLE_NAME],
        example: Example {
            parameters: r#"{"RoleId": "4611686018427844696"}"#,
            reply: r#"{"RoleInfo": {"RoleId": "4611686018427844696", "RoleName": "test_1234544", "PolicyDocument": "{\"version\":\"2.0\",\"statement\":[{\"action\":\"name/sts:AssumeRole\",\"effect\":\"allow\",\"principal\":{\"qcs\":[\"qcs::cam::uin/100000000001:root\"]}}]}", "Description": "", "AddTime": "2019-07-10 11:22:27", "UpdateTime": "2019-07-10 11:22:27", "ConsoleLogin": 0, "RoleType": "user", "SessionDuration": 43200, "DeletionTaskId": null, "Tags": [], "RoleArn": "qcs::cam::uin/100000000001:roleName/test_1234544"}}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::GetRole),
    };

    type Input = Input;
    type Output = Output;
}

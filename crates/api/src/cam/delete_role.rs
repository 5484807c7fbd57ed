//! DeleteRole (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::code::Code;
use crate::empty::Empty;
use crate::error::ApiError;
use crate::id_or_name::IdOrName;
use crate::role_id::RoleId;
use crate::role_name::RoleName;
use crate::text::Text;

/// The action.
pub struct DeleteRole;

crate::structure! {
    /// What DeleteRole takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "DeleteRoleRequest" {
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

impl Contract for DeleteRole {
    const ACTION: Action = Action {
        product: &CAM,
        name: "DeleteRole",
        summary: Text::fixed(
            "Deletes a role, and detaches its policies. Its credentials end with it.",
            "删除角色并解除其策略绑定，其临时凭证随之失效。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[Code::ParamError, Code::RoleNameError, Code::RoleNotExist],
        differences: &[differences::ROLE_NAME],
        example: Example {
            parameters: r#"{"RoleId": "4611686018427844696"}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DeleteRole),
    };

    type Input = Input;
    type Output = Empty;
}

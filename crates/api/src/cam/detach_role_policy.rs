//! DetachRolePolicy (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::code::Code;
use crate::empty::Empty;
use crate::error::ApiError;
use crate::id_or_name::IdOrName;
use crate::policy_id::PolicyId;
use crate::policy_name::PolicyName;
use crate::role_id::RoleId;
use crate::role_name::RoleName;
use crate::text::Text;

/// The action.
pub struct DetachRolePolicy;

crate::structure! {
    /// What DetachRolePolicy takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "DetachRolePolicyRequest" {
        policy_id: Option<PolicyId> = "PolicyId",
            "Id of the policy; or its name.",
            "策略 ID，与 `PolicyName` 二选一。";
        detach_role_id: Option<RoleId> = "DetachRoleId",
            "Id of the role; or its name.",
            "角色 ID，与 `DetachRoleName` 二选一。";
        detach_role_name: Option<RoleName> = "DetachRoleName",
            "Name of the role; or its id.",
            "角色名称，与 `DetachRoleId` 二选一。";
        policy_name: Option<PolicyName> = "PolicyName",
            "Name of the policy; or its id.",
            "策略名称，与 `PolicyId` 二选一。";
    }
}

impl Input {
    /// Which policy is meant.
    ///
    /// # Errors
    /// `InvalidParameter.ParamError` unless it is named in one of both ways.
    pub fn policy(&self) -> Result<IdOrName<PolicyId, PolicyName>, ApiError> {
        let names = ["PolicyId", "PolicyName"];
        IdOrName::exactly_one(self.policy_id, self.policy_name.clone(), names)
    }

    /// Which role is meant.
    ///
    /// # Errors
    /// `InvalidParameter.ParamError` unless it is named in one of both ways.
    pub fn role(&self) -> Result<IdOrName<RoleId, RoleName>, ApiError> {
        let names = ["DetachRoleId", "DetachRoleName"];
        IdOrName::exactly_one(self.detach_role_id, self.detach_role_name.clone(), names)
    }
}

impl Contract for DetachRolePolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "DetachRolePolicy",
        summary: Text::fixed(
            "Detaches a policy from a role. One that is not attached is none to detach.",
            "解除角色的策略绑定，未绑定时不做更改。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::ParamError,
            Code::PolicyIdNotExist,
            Code::PolicyNameError,
            Code::RoleNameError,
            Code::RoleNotExist,
        ],
        differences: &[
            differences::ROLE_NAME,
            Text::fixed(
                "A name that no policy can have is `InvalidParameter.PolicyNameError`; the vendor lists that for AttachRolePolicy.",
                "不合法的策略名称返回 `InvalidParameter.PolicyNameError`；腾讯云在 AttachRolePolicy 中列出该错误码。",
            ),
        ],
        example: Example {
            parameters: r#"{"PolicyId": 1, "DetachRoleId": "4611686018427397905"}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DetachRolePolicy),
    };

    type Input = Input;
    type Output = Empty;
}

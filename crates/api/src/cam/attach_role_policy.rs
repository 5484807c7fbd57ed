//! AttachRolePolicy (the vendor's api.json).

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
pub struct AttachRolePolicy;

crate::structure! {
    /// What AttachRolePolicy takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "AttachRolePolicyRequest" {
        policy_id: Option<PolicyId> = "PolicyId",
            "Id of the policy; or its name.",
            "策略 ID，与 `PolicyName` 二选一。";
        attach_role_id: Option<RoleId> = "AttachRoleId",
            "Id of the role; or its name.",
            "角色 ID，与 `AttachRoleName` 二选一。";
        attach_role_name: Option<RoleName> = "AttachRoleName",
            "Name of the role; or its id.",
            "角色名称，与 `AttachRoleId` 二选一。";
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
        let names = ["AttachRoleId", "AttachRoleName"];
        IdOrName::exactly_one(self.attach_role_id, self.attach_role_name.clone(), names)
    }
}

impl Contract for AttachRolePolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "AttachRolePolicy",
        summary: Text::fixed(
            "Attaches a policy to a role. One that is attached already stays attached.",
            "为角色绑定策略，已绑定的策略保持不变。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::AttachmentFull,
            Code::ParamError,
            Code::PolicyIdNotExist,
            Code::PolicyNameError,
            Code::RoleNameError,
            Code::RoleNotExist,
        ],
        differences: &[differences::ROLE_NAME],
        example: Example {
            parameters: r#"{"PolicyId": 1, "AttachRoleId": "4611686018427397905"}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::AttachRolePolicy),
    };

    type Input = Input;
    type Output = Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::{Parameter, Path};
    use serde_json::json;

    #[test]
    fn a_policy_and_a_role_are_each_named_in_one_way() {
        let read = |value| Input::decode(value, &Path::Root).unwrap();
        let input = read(json!({"PolicyId": 1, "AttachRoleName": "a"}));
        assert_eq!(input.policy().unwrap(), IdOrName::Id(PolicyId(1)));
        let name = RoleName::try_from("a".to_owned()).unwrap();
        assert_eq!(input.role().unwrap(), IdOrName::Name(name));
        let nothing = read(json!({}));
        let message = |error: ApiError| error.message.en;
        assert!(message(nothing.policy().unwrap_err()).contains("`PolicyId` or `PolicyName`"));
        assert!(
            message(nothing.role().unwrap_err()).contains("`AttachRoleId` or `AttachRoleName`")
        );
    }
}

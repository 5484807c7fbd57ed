//! CreateRole (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::code::Code;
use crate::description::Description;
use crate::flag::Flag;
use crate::role_id::RoleId;
use crate::role_name::RoleName;
use crate::role_tags::RoleTags;
use crate::session_duration::SessionDuration;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct CreateRole;

crate::structure! {
    /// What CreateRole takes.
    #[derive(Clone, Debug)]
    parameters Input = "CreateRoleRequest" {
        role_name: RoleName = "RoleName",
            "Name of the role: 1 to 128 letters, digits and characters of `+=,.@_-`, unique in the account.",
            "角色名称：1 至 128 个英文字母、数字或 `+=,.@_-` 中的字符，在账号内唯一。";
        policy_document: String = "PolicyDocument",
            "The trust policy: who may assume the role.",
            "信任策略：允许哪些主体扮演该角色。";
        description: Option<Description> = "Description",
            "What the role is for, at most 300 bytes.",
            "角色描述，最多 300 字节。";
        console_login: Option<Flag> = "ConsoleLogin",
            "1 if the role may log in to a console; there is none here.",
            "是否可以登录控制台，1 为可以；本服务没有控制台。";
        session_duration: Option<SessionDuration> = "SessionDuration",
            "How many seconds a credential of the role may be good at most, 0 to 43200.",
            "角色临时凭证的最长有效期，单位为秒，0 至 43200。";
        tags: Option<RoleTags> = "Tags",
            "Tags to put on the role, at most 10, one value per key.",
            "绑定到角色的标签，最多 10 个，每个标签键只能有一个值。";
    }
}

crate::structure! {
    /// What CreateRole replies with.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "CreateRoleResponse" {
        role_id: RoleId = "RoleId", "Id of the new role.", "新建的角色 ID。";
    }
}

impl Contract for CreateRole {
    const ACTION: Action = Action {
        product: &CAM,
        name: "CreateRole",
        summary: Text::fixed(
            "Makes a role, for those to assume whom its trust policy names.",
            "创建角色，由信任策略指定的主体可以扮演。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::ActionError,
            Code::ActionMiss,
            Code::ConditionContentError,
            Code::ConditionError,
            Code::ConditionTypeError,
            Code::DescriptionLengthOverlimit,
            Code::EffectError,
            Code::ParamError,
            Code::PolicyDocumentError,
            Code::PolicyDocumentLengthOverLimit,
            Code::PrincipalError,
            Code::PrincipalQcsError,
            Code::ResourceError,
            Code::RoleFull,
            Code::RoleNameError,
            Code::RoleNameInUse,
            Code::StatementError,
            Code::TagLimitExceeded,
            Code::TagParamError,
            Code::VersionError,
        ],
        differences: &[
            differences::DOCUMENT,
            Text::fixed(
                "A trust policy that is no document, too long or about a resource has the code that the vendor lists for CreatePolicy.",
                "信任策略不是合法文档、过长或指定了资源时，返回腾讯云在 CreatePolicy 中列出的错误码。",
            ),
            Text::fixed("A role has at most 10 tags.", "一个角色最多 10 个标签。"),
        ],
        example: Example {
            parameters: r#"{"RoleName": "test_1234544", "PolicyDocument": "{\"version\":\"2.0\",\"statement\":[{\"action\":\"name/sts:AssumeRole\",\"effect\":\"allow\",\"principal\":{\"qcs\":[\"qcs::cam::uin/100000000001:root\"]}}]}"}"#,
            reply: r#"{"RoleId": "4611686018427844696"}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::CreateRole),
    };

    type Input = Input;
    type Output = Output;
}

//! The codes that the vendor documents for actions of CAM, and that nothing here causes, or nothing about
//! that action.

use crate::action::Elsewhere;
use crate::code::{Code, OTHER_LIMITS};
use crate::text::Text;

const STORE_FAILED: Text = Text::fixed(
    "A store that fails is `InternalError`.",
    "存储失败时返回 `InternalError`。",
);
const NO_CATALOGUE: Text = Text::fixed(
    "There is no list of products, actions, resources and regions: a policy may name any.",
    "没有产品、操作、资源和地域的列表：策略可以指定任意名称。",
);
const ANYBODY: Text = Text::fixed(
    "Whom a document names is not looked up.",
    "不查询策略文档中指定的主体是否存在。",
);
const NO_SUCH_PARAMETER: Text = Text::fixed(
    "The action has no parameter that it could be about.",
    "接口没有与之对应的参数。",
);
const ANOTHER_CODE: Text = Text::fixed(
    "Another documented code says the same, and is the one that is answered.",
    "由含义相同的另一个错误码表示。",
);

/// Each code as it is on the wire, and why it is not answered.
pub const UNANSWERED: &[(&str, Text)] = &[
    ("FailedOperation.Accesskey", STORE_FAILED),
    (
        "FailedOperation.TagResourceFailed",
        Text::fixed(
            "A role and its tags are made together, or neither is.",
            "角色与标签同时创建，不会只成功其一。",
        ),
    ),
    ("InternalError.SystemError", STORE_FAILED),
    ("InvalidParameter.ActionNotExist", NO_CATALOGUE),
    ("InvalidParameter.ActionServiceNotExist", NO_CATALOGUE),
    ("InvalidParameter.GroupIdError", NO_SUCH_PARAMETER),
    ("InvalidParameter.NotSupportProduct", NO_CATALOGUE),
    (
        "InvalidParameter.OrganizationRoleOperateError",
        Text::fixed("There are no organizations.", "没有集团账号。"),
    ),
    (
        "InvalidParameter.PrincipalQcsCrossError",
        Text::fixed("There is one site.", "只有一个站点。"),
    ),
    ("InvalidParameter.PrincipalQcsNotExist", ANYBODY),
    ("InvalidParameter.PrincipalServiceNotExist", ANYBODY),
    ("InvalidParameter.ResourceContentError", ANOTHER_CODE),
    ("InvalidParameter.ResourceRegionError", NO_CATALOGUE),
    ("InvalidParameter.ResourceServiceNotExist", NO_CATALOGUE),
    ("InvalidParameter.ServiceTypeError", NO_SUCH_PARAMETER),
    ("InvalidParameter.UinError", NO_SUCH_PARAMETER),
    ("RequestLimitExceeded.CreateUser", OTHER_LIMITS),
    ("ResourceNotFound.NotFound", ANOTHER_CODE),
];

/// What only other actions answer.
pub const ELSEWHERE: &[Elsewhere] = &[
    Elsewhere {
        code: Code::AccessKeyOverLimit,
        actions: &["UpdateAccessKey", "DeleteAccessKey", "ListAccessKeys"],
        reason: Text::fixed("No access key is made.", "不会创建访问密钥。"),
    },
    Elsewhere {
        code: Code::AttachmentFull,
        actions: &[
            "CreatePolicy",
            "UpdatePolicy",
            "DetachUserPolicy",
            "CreateRole",
        ],
        reason: Text::fixed("Nothing is attached.", "不会绑定策略。"),
    },
    Elsewhere {
        code: Code::GroupNotExist,
        actions: &["CreatePolicy", "UpdatePolicy"],
        reason: NO_SUCH_PARAMETER,
    },
    Elsewhere {
        code: Code::InvalidParameterUserNotExist,
        actions: &["CreatePolicy", "UpdatePolicy", "CreateRole"],
        reason: ANYBODY,
    },
    Elsewhere {
        code: Code::InvalidParameterUserNotExist,
        actions: &["AttachUserPolicy", "DetachUserPolicy"],
        reason: ANOTHER_CODE,
    },
    Elsewhere {
        code: Code::InvalidParameterUserNotExist,
        actions: &["AttachGroupPolicy", "DetachGroupPolicy"],
        reason: NO_SUCH_PARAMETER,
    },
    Elsewhere {
        code: Code::ParamError,
        actions: &[
            "ListAccessKeys",
            "CreatePolicy",
            "GetPolicy",
            "AttachUserPolicy",
            "DetachUserPolicy",
            "AttachGroupPolicy",
            "DetachGroupPolicy",
        ],
        reason: Text::fixed(
            "Whatever can be wrong with its parameters has a code of its own.",
            "参数的各种错误均有单独的错误码。",
        ),
    },
    Elsewhere {
        code: Code::PolicyFull,
        actions: &["AttachUserPolicy", "AttachGroupPolicy"],
        reason: ANOTHER_CODE,
    },
    Elsewhere {
        code: Code::PolicyIdError,
        actions: &[
            "GetPolicy",
            "AttachUserPolicy",
            "DetachUserPolicy",
            "AttachGroupPolicy",
            "DetachGroupPolicy",
        ],
        reason: Text::fixed(
            "Any number may be an id, and a preset policy will do.",
            "任意数字均可作为 ID，且支持预设策略。",
        ),
    },
    Elsewhere {
        code: Code::PolicyIdNotExist,
        actions: &["UpdatePolicy", "DeletePolicy"],
        reason: ANOTHER_CODE,
    },
    Elsewhere {
        code: Code::PolicyIdNotFound,
        actions: &["AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy"],
        reason: ANOTHER_CODE,
    },
    Elsewhere {
        code: Code::PolicyNameError,
        actions: &["DeleteRole"],
        reason: NO_SUCH_PARAMETER,
    },
    Elsewhere {
        code: Code::PolicyNameInUse,
        actions: &["UpdatePolicy"],
        reason: Text::fixed("A policy keeps its name.", "策略名称不可修改。"),
    },
    Elsewhere {
        code: Code::PrincipalQcsError,
        actions: &["UpdatePolicy"],
        reason: Text::fixed(
            "A policy that is no role's names no principal at all: `InvalidParameter.PrincipalError`.",
            "非角色信任策略不能指定委托人：`InvalidParameter.PrincipalError`。",
        ),
    },
    Elsewhere {
        code: Code::SecretNotExist,
        actions: &["ListAccessKeys"],
        reason: NO_SUCH_PARAMETER,
    },
    Elsewhere {
        code: Code::TagParamError,
        actions: &["DeleteRole"],
        reason: NO_SUCH_PARAMETER,
    },
    Elsewhere {
        code: Code::UinNotMatch,
        actions: &["CreateAccessKey", "ListAccessKeys"],
        reason: NO_SUCH_PARAMETER,
    },
    Elsewhere {
        code: Code::UserNotExist,
        actions: &[
            "CreatePolicy",
            "UpdatePolicy",
            "DeleteGroup",
            "AttachGroupPolicy",
            "DetachGroupPolicy",
        ],
        reason: NO_SUCH_PARAMETER,
    },
    Elsewhere {
        code: Code::VersionError,
        actions: &["AttachRolePolicy"],
        reason: NO_SUCH_PARAMETER,
    },
];

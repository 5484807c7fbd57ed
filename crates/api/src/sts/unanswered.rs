//! The codes that the vendor documents for actions of STS, and that nothing here causes, or nothing about
//! that action.

use crate::action::Elsewhere;
use crate::code::{Code, NO_SECOND_FACTOR, OTHER_LIMITS};
use crate::text::Text;

const INTERNAL: Text = Text::fixed(
    "A failure of the server's own is `InternalError`.",
    "服务器自身的错误返回 `InternalError`。",
);
const EVERY_KEY: Text = Text::fixed(
    "Every access key that can sign has a caller.",
    "能够签名的访问密钥都有对应的调用者。",
);
const ANOTHER_CODE: Text = Text::fixed(
    "Another documented code says the same, and is the one that is answered.",
    "由含义相同的另一个错误码表示。",
);

/// Each code as it is on the wire, and why it is not answered.
pub const UNANSWERED: &[(&str, Text)] = &[
    ("AuthFailure.AccessKeyIllegal", EVERY_KEY),
    ("FailedOperation.CheckMFAError", NO_SECOND_FACTOR),
    ("InternalError.DbError", INTERNAL),
    ("InternalError.EncryptError", INTERNAL),
    ("InternalError.GetAppIdError", INTERNAL),
    ("InternalError.GetRoleError", INTERNAL),
    ("InternalError.GetSeedTokenError", INTERNAL),
    ("InternalError.IllegalRole", INTERNAL),
    ("InternalError.PbSerializeError", INTERNAL),
    ("InternalError.SystemError", INTERNAL),
    ("InternalError.UnknownError", INTERNAL),
    ("InvalidParameter.AccessKeyNotSupport", EVERY_KEY),
    ("InvalidParameter.AccountNotAvaliable", ANOTHER_CODE),
    ("InvalidParameter.ExtendStrategyOverSize", ANOTHER_CODE),
    (
        "InvalidParameter.GrantOtherResource",
        Text::fixed(
            "What a session's policy allows beyond its principal's is not allowed, and no error.",
            "会话策略中超出主体权限的部分不生效，不视为错误。",
        ),
    ),
    ("InvalidParameter.OverLimit", OTHER_LIMITS),
    ("InvalidParameter.StrategyInvalid", ANOTHER_CODE),
    (
        "InvalidParameter.TempCodeNotAvaliable",
        Text::fixed("There are no temporary codes.", "没有临时 Code。"),
    ),
];

/// What only other actions answer.
pub const ELSEWHERE: &[Elsewhere] = &[Elsewhere {
    code: Code::RoleNotFound,
    actions: &["GetFederationToken"],
    reason: Text::fixed("No role is named.", "没有指定角色的参数。"),
}];

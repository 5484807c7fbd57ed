//! Where several actions differ from the vendor alike.

use crate::text::Text;

/// Users have one number.
pub(crate) const ONE_NUMBER: Text = Text::fixed(
    "A user has one number: `Uid` is the same as `Uin`.",
    "子用户只有一个编号：`Uid` 与 `Uin` 相同。",
);

/// Nobody logs in.
pub(crate) const NO_CONSOLE: Text = Text::fixed(
    "There is no console: a password is checked and thrown away, none is made, `ConsoleLogin` is only kept \
     and shown, and `NeedResetPassword` changes nothing.",
    "没有控制台：密码仅校验、不保存，也不会自动生成；`ConsoleLogin` 仅保存和展示，`NeedResetPassword` 不产生效果。",
);

/// The name of a user is checked wherever it stands.
pub(crate) const USER_NAME: Text = Text::fixed(
    "A name that no user can have is `InvalidParameter.UserNameIllegal`; the vendor lists that for AddUser \
     and UpdateUser only.",
    "不合法的子用户名称返回 `InvalidParameter.UserNameIllegal`；腾讯云仅在 AddUser 和 UpdateUser 中列出该错误码。",
);

/// The name of a role is checked wherever it stands.
pub(crate) const ROLE_NAME: Text = Text::fixed(
    "A name that no role can have is `InvalidParameter.RoleNameError`; the vendor lists that for CreateRole \
     only.",
    "不合法的角色名称返回 `InvalidParameter.RoleNameError`；腾讯云仅在 CreateRole 中列出该错误码。",
);

/// A policy is what can be evaluated.
pub(crate) const DOCUMENT: Text = Text::fixed(
    "A document is refused if one of its elements would not be evaluated here, though the vendor may take it.",
    "策略文档中含有本服务无法评估的元素时会被拒绝，即使腾讯云支持该元素。",
);

//! The name of a role.

use crate::form::{self, NAME_SIGNS};

/// The longest name, in characters (the documentation of CreateRole).
pub const ROLE_NAME_CHARS_MAX: usize = 128;

form::form! {
    /// 1 to [`ROLE_NAME_CHARS_MAX`] of letters, digits and `+=,.@_-`, all of ASCII.
    RoleName: |text| form::is_of(text, 1..=ROLE_NAME_CHARS_MAX, NAME_SIGNS), RoleNameError,
    "The name of a role has 1 to 128 letters, digits and characters of `+=,.@_-`.",
    "角色名称应为 1 至 128 个英文字母、数字或 `+=,.@_-` 中的字符。"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_be_taken_for_more_of_a_resource_name() {
        let is_name = |text: &str| RoleName::try_from(text.to_owned()).is_ok();
        for text in ["test_1234544", "readOnlyRole", &"r".repeat(128)] {
            assert!(is_name(text), "{text}");
        }
        for text in ["", "a/b", "a:b", "*", "角色", &"r".repeat(129)] {
            assert!(!is_name(text), "{text:?}");
        }
    }
}

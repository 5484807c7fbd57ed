//! The name of a user group.

use crate::form;

/// The longest name, in characters: the vendor's documentation names no limit, and a row of the store
/// has one.
pub const GROUP_NAME_CHARS_MAX: usize = 64;

form::form! {
    /// 1 to [`GROUP_NAME_CHARS_MAX`] characters of any script, none of them a control character, and no
    /// blank at either end, so that names which look alike are alike.
    GroupName: is_name, ParamError,
    "The name of a group has 1 to 64 characters, no control characters among them, and no blank at either end.",
    "用户组名称应为 1 至 64 个字符，不能包含控制字符，首尾不能为空白。"
}

fn is_name(text: &str) -> bool {
    form::is_plain(text, GROUP_NAME_CHARS_MAX) && !text.is_empty() && text.trim() == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_script_is_taken_and_blanks_at_the_ends_are_not() {
        let is_name = |text: &str| GroupName::try_from(text.to_owned()).is_ok();
        for text in ["test1", "运维 组", &"组".repeat(64)] {
            assert!(is_name(text), "{text}");
        }
        for text in ["", " ", " a", "a\u{3000}", "a\tb", &"组".repeat(65)] {
            assert!(!is_name(text), "{text:?}");
        }
    }
}

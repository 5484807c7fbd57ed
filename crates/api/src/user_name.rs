//! The name of a user.

use crate::form::{self, NAME_SIGNS};

/// The longest name, in characters (the documentation of CAM's limits).
pub const USER_NAME_CHARS_MAX: usize = 64;

form::form! {
    /// 1 to [`USER_NAME_CHARS_MAX`] of letters, digits and `+=,.@_-`, all of ASCII.
    UserName: |text| form::is_of(text, 1..=USER_NAME_CHARS_MAX, NAME_SIGNS), UserNameIllegal,
    "The name of a user has 1 to 64 letters, digits and characters of `+=,.@_-`.",
    "子用户名称应为 1 至 64 个英文字母、数字或 `+=,.@_-` 中的字符。"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_ascii_and_bounded() {
        let is_name = |text: &str| UserName::try_from(text.to_owned()).is_ok();
        for text in ["a", "0", "+=,.@_-", &"u".repeat(64)] {
            assert!(is_name(text), "{text}");
        }
        for text in ["", "a b", "a/b", "a:b", "用户", "a\0", &"u".repeat(65)] {
            assert!(!is_name(text), "{text:?}");
        }
    }
}

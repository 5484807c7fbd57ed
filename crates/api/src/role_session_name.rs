//! The name of a role's session.

use crate::form::{self, NAME_SIGNS};

/// The shortest name, in characters (protocol.md section 7.3).
pub const ROLE_SESSION_NAME_CHARS_MIN: usize = 2;

/// The longest name, in characters (protocol.md section 7.3).
pub const ROLE_SESSION_NAME_CHARS_MAX: usize = 128;

form::form! {
    /// What who assumes a role calls its session: 2 to 128 of letters, digits and `+=,.@_-`, all of ASCII.
    RoleSessionName: is_name, ParamError,
    "The name of a session has 2 to 128 letters, digits and characters of `+=,.@_-`.",
    "会话名称应为 2 至 128 个英文字母、数字或 `+=,.@_-` 中的字符。"
}

fn is_name(text: &str) -> bool {
    let chars = ROLE_SESSION_NAME_CHARS_MIN..=ROLE_SESSION_NAME_CHARS_MAX;
    form::is_of(text, chars, NAME_SIGNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_two_characters_at_least() {
        let is_name = |text: &str| RoleSessionName::try_from(text.to_owned()).is_ok();
        for text in ["ct", "a@b.c", &"s".repeat(128)] {
            assert!(is_name(text), "{text}");
        }
        for text in ["", "a", "a:b", "a b", &"s".repeat(129)] {
            assert!(!is_name(text), "{text:?}");
        }
    }
}

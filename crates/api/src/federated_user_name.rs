//! The name of a federated user.

use crate::form::{self, NAME_SIGNS};

/// The shortest name, in characters: as that of a role's session has.
pub const FEDERATED_USER_NAME_CHARS_MIN: usize = 2;

/// The longest name, in characters: as that of a role's session has.
pub const FEDERATED_USER_NAME_CHARS_MAX: usize = 128;

form::form! {
    /// What a caller calls who it asks a credential for: 2 to 128 of letters, digits and `+=,.@_-`, all of
    /// ASCII.
    FederatedUserName: is_name, ParamError,
    "The name of a federated user has 2 to 128 letters, digits and characters of `+=,.@_-`.",
    "联合身份用户名称应为 2 至 128 个英文字母、数字或 `+=,.@_-` 中的字符。"
}

fn is_name(text: &str) -> bool {
    let chars = FEDERATED_USER_NAME_CHARS_MIN..=FEDERATED_USER_NAME_CHARS_MAX;
    form::is_of(text, chars, NAME_SIGNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_example_is_a_name() {
        let is_name = |text: &str| FederatedUserName::try_from(text.to_owned()).is_ok();
        assert!(is_name("SUN") && is_name(&"n".repeat(128)));
        for text in ["", "a", "a:b", "日", &"n".repeat(129)] {
            assert!(!is_name(text), "{text:?}");
        }
    }
}

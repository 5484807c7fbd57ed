//! The name of a policy.

use crate::form::{self, NAME_SIGNS};

/// The longest name, in characters (the documentation of CreatePolicy).
pub const POLICY_NAME_CHARS_MAX: usize = 128;

form::form! {
    /// 1 to [`POLICY_NAME_CHARS_MAX`] of letters, digits and `+=,.@_-`, all of ASCII.
    PolicyName: |text| form::is_of(text, 1..=POLICY_NAME_CHARS_MAX, NAME_SIGNS), PolicyNameError,
    "The name of a policy has 1 to 128 letters, digits and characters of `+=,.@_-`.",
    "策略名称应为 1 至 128 个英文字母、数字或 `+=,.@_-` 中的字符。"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_examples_are_names() {
        let is_name = |text: &str| PolicyName::try_from(text.to_owned()).is_ok();
        for text in [
            "test-2019-04-29",
            "QcloudAccessForCDNRole",
            &"p".repeat(128),
        ] {
            assert!(is_name(text), "{text}");
        }
        for text in ["", "my policy", "策略", &"p".repeat(129)] {
            assert!(!is_name(text), "{text:?}");
        }
    }
}

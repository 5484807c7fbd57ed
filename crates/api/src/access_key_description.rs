//! What an access key is for, in words of its owner's.

use crate::form;

/// The longest description, in characters (the documentation of CreateAccessKey).
pub const ACCESS_KEY_DESCRIPTION_CHARS_MAX: usize = 1024;

form::form! {
    /// At most [`ACCESS_KEY_DESCRIPTION_CHARS_MAX`] of letters, digits and `+=,.@_:/-`, all of ASCII.
    AccessKeyDescription: is_description, ParamError,
    "The description of an access key has at most 1024 letters, digits and characters of `+=,.@_:/-`.",
    "访问密钥的描述最多 1024 个字符，仅支持英文字母、数字和 `+=,.@_:/-`。"
}

fn is_description(text: &str) -> bool {
    form::is_of(text, 0..=ACCESS_KEY_DESCRIPTION_CHARS_MAX, b"+=,.@_:/-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_may_be_empty_and_has_no_blanks() {
        let is_description = |text: &str| AccessKeyDescription::try_from(text.to_owned()).is_ok();
        assert!(
            is_description("")
                && is_description("ci:deploy/web")
                && is_description(&"d".repeat(1024))
        );
        for text in ["a b", "备注", &"d".repeat(1025)] {
            assert!(!is_description(text), "{text:?}");
        }
    }
}

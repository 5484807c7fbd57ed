//! The id that a role's owner and who assumes it have agreed on.

use crate::form;

/// The fewest characters of one (the documentation of AssumeRole).
pub const EXTERNAL_ID_CHARS_MIN: usize = 2;

/// The most characters of one (the documentation of AssumeRole).
pub const EXTERNAL_ID_CHARS_MAX: usize = 128;

form::form! {
    /// 2 to 128 of letters, digits and `+=,.@_:/-`, all of ASCII.
    ExternalId: is_external_id, ParamError,
    "An external id has 2 to 128 letters, digits and characters of `+=,.@_:/-`.",
    "外部 ID 应为 2 至 128 个英文字母、数字或 `+=,.@_:/-` 中的字符。"
}

fn is_external_id(text: &str) -> bool {
    form::is_of(
        text,
        EXTERNAL_ID_CHARS_MIN..=EXTERNAL_ID_CHARS_MAX,
        b"+=,.@_:/-",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_and_blanks_are_not() {
        let is_id = |text: &str| ExternalId::try_from(text.to_owned()).is_ok();
        assert!(is_id("https://example.com/a,b") && is_id(&"e".repeat(128)));
        for text in ["", "a", "a b", "a&b", &"e".repeat(129)] {
            assert!(!is_id(text), "{text:?}");
        }
    }
}

//! A part of a name that a list is searched for.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::Serialize;
use serde_json::Value;

/// The longest keyword, in characters: no name is longer.
pub const KEYWORD_CHARS_MAX: usize = 128;

/// At most [`KEYWORD_CHARS_MAX`] characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Keyword(String);

impl Keyword {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Typed for Keyword {
    const TYPE: Type = Type::String;
}

impl Parameter for Keyword {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let text = String::decode(value, path)?;
        let (code, help) = if text.chars().count() > KEYWORD_CHARS_MAX {
            let help = Text::new(
                format!("A keyword has at most {KEYWORD_CHARS_MAX} characters."),
                format!("关键字最多 {KEYWORD_CHARS_MAX} 个字符。"),
            );
            (Code::SearchKeywordLengthError, help)
        } else if text.chars().any(char::is_control) {
            let help = Text::fixed(
                "A keyword has no control characters.",
                "关键字不能包含控制字符。",
            );
            (Code::KeywordError, help)
        } else {
            return Ok(Self(text));
        };
        let refused = ApiError::invalid_parameter_value(&path.to_string(), &text, &help);
        Err(ApiError { code, ..refused })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_fault_has_its_own_code() {
        let code = |text: &str| Keyword::decode(json!(text), &Path::Root).map_err(|e| e.code);
        assert!(code("").is_ok() && code(&"键".repeat(128)).is_ok());
        assert_eq!(code(&"键".repeat(129)), Err(Code::SearchKeywordLengthError));
        assert_eq!(code("a\n"), Err(Code::KeywordError));
    }
}

//! What makes two calls one.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest one, in characters (the documentation of CreateInstances).
pub const CLIENT_TOKEN_CHARS_MAX: usize = 64;

/// A text of at most 64 ASCII characters, none of them a control character, that a client makes up: a call that has the same as an earlier one
/// does nothing, and is answered as that was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientToken(String);

impl ClientToken {
    /// `None` for a text of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let is_shown = |byte: u8| (b' '..=b'~').contains(&byte);
        let fits = (1..=CLIENT_TOKEN_CHARS_MAX).contains(&text.len()) && text.bytes().all(is_shown);
        fits.then(|| Self(text.to_owned()))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Typed for ClientToken {
    const TYPE: Type = Type::String;
}

impl Parameter for ClientToken {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        Self::parse(&String::decode(value, path)?).ok_or_else(|| {
            ApiError::new(
                Code::ClientTokenTooLong,
                Text::new(
                    format!("`{path}` should have 1 to {CLIENT_TOKEN_CHARS_MAX} ASCII characters that can be seen."),
                    format!("`{path}` 应为 1 至 {CLIENT_TOKEN_CHARS_MAX} 个可见 ASCII 字符。"),
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_characters_that_every_store_keeps() {
        for text in ["a", "apply 1", "~!@#$%^&*()_+", &"t".repeat(64)] {
            assert!(ClientToken::parse(text).is_some(), "{text}");
        }
        for text in ["", "a\0", "a\n", "钥", &"t".repeat(65)] {
            assert!(ClientToken::parse(text).is_none(), "{text:?}");
        }
    }
}

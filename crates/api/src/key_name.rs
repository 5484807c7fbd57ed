//! The name of a key pair.

use crate::code::Code;
use crate::error::{ApiError, quoted};
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The longest name, in characters (protocol.md section 5.1).
pub const KEY_NAME_CHARS_MAX: usize = 25;

/// 1 to 25 of `[0-9A-Za-z_]`; the field is private, so every `KeyName` is legal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyName(String);

/// Why a text is not a name; each maps to a code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadKeyName {
    /// Nothing at all.
    Empty,
    /// More than [`KEY_NAME_CHARS_MAX`] characters.
    TooLong {
        /// How many there are.
        chars: usize,
    },
    /// A character outside the set.
    IllegalChar(char),
}

impl KeyName {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeyName {
    type Error = BadKeyName;

    fn try_from(text: String) -> Result<Self, BadKeyName> {
        // Length first: a megabyte of text gets the answer that helps.
        let chars = text.chars().count();
        if chars == 0 {
            return Err(BadKeyName::Empty);
        }
        if chars > KEY_NAME_CHARS_MAX {
            return Err(BadKeyName::TooLong { chars });
        }
        match text
            .chars()
            .find(|c| !(c.is_ascii_alphanumeric() || *c == '_'))
        {
            Some(illegal) => Err(BadKeyName::IllegalChar(illegal)),
            None => Ok(Self(text)),
        }
    }
}

impl From<KeyName> for String {
    fn from(name: KeyName) -> Self {
        name.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for BadKeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        ApiError::from(*self).message.en.fmt(formatter)
    }
}

impl std::error::Error for BadKeyName {}

impl From<BadKeyName> for ApiError {
    fn from(bad: BadKeyName) -> Self {
        match bad {
            BadKeyName::Empty => Self::new(
                Code::InvalidKeyPairNameEmpty,
                Text::fixed(
                    "The key pair name is empty. Give it 1 to 25 digits, ASCII letters or \
                     underscores.",
                    "密钥对名称不能为空，请使用 1 至 25 个数字、英文字母或下划线。",
                ),
            ),
            BadKeyName::TooLong { chars } => Self::new(
                Code::InvalidKeyPairNameTooLong,
                Text::new(
                    format!(
                        "The key pair name has {chars} characters; it may have at most \
                         {KEY_NAME_CHARS_MAX}. Choose a shorter one."
                    ),
                    format!(
                        "密钥对名称有 {chars} 个字符，最多允许 {KEY_NAME_CHARS_MAX} 个，请缩短名称。"
                    ),
                ),
            ),
            BadKeyName::IllegalChar(illegal) => {
                let mut buffer = [0; 4];
                let illegal = quoted(illegal.encode_utf8(&mut buffer));
                Self::new(
                    Code::InvalidKeyPairNameIncludeIllegalChar,
                    Text::new(
                        format!(
                            "The key pair name has the character `{illegal}`. Use only digits, \
                             ASCII letters and underscores."
                        ),
                        format!(
                            "密钥对名称包含非法字符 `{illegal}`，仅支持数字、英文字母和下划线。"
                        ),
                    ),
                )
            }
        }
    }
}

impl Typed for KeyName {
    const TYPE: Type = Type::String;
}

impl Parameter for KeyName {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        Ok(Self::try_from(String::decode(value, path)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<Code> {
        KeyName::try_from(text.to_owned())
            .err()
            .map(|bad| ApiError::from(bad).code)
    }

    #[test]
    fn names_of_the_allowed_form_are_taken() {
        for name in ["a", "0", "_", "my_key_1", &"k".repeat(25)] {
            assert_eq!(code(name), None, "{name}");
        }
    }

    #[test]
    fn each_fault_has_its_own_code() {
        assert_eq!(code(""), Some(Code::InvalidKeyPairNameEmpty));
        assert_eq!(code(&"k".repeat(26)), Some(Code::InvalidKeyPairNameTooLong));
        assert_eq!(
            code(&"钥".repeat(26)),
            Some(Code::InvalidKeyPairNameTooLong)
        );
        for name in ["a-b", "a b", "钥匙", "a\0", "a.b", "ａ", "é", " "] {
            let expected = Some(Code::InvalidKeyPairNameIncludeIllegalChar);
            assert_eq!(code(name), expected, "{name:?}");
        }
    }

    #[test]
    fn the_message_shows_a_control_character_escaped() {
        let error = ApiError::from(BadKeyName::IllegalChar('\0'));
        assert!(
            error.message.en.contains("`\\u{0}`"),
            "{}",
            error.message.en
        );
    }
}

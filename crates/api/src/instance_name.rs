//! The name of an instance: for people, not unique.

use crate::code::Code;
use crate::error::ApiError;
use crate::instance_id::InstanceId;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The longest name, in characters (the documentation of ModifyInstancesAttribute).
pub const INSTANCE_NAME_CHARS_MAX: usize = 60;

/// 1 to 60 characters, of which none moves a cursor or hides: a name is shown on terminals.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstanceName(String);

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadInstanceName {
    /// Nothing at all.
    Empty,
    /// More than [`INSTANCE_NAME_CHARS_MAX`] characters.
    TooLong {
        /// How many there are.
        chars: usize,
    },
    /// A control character.
    ControlCharacter,
}

impl InstanceName {
    /// The name of an instance that was given none: its id.
    pub fn of(instance_id: &InstanceId) -> Self {
        Self(instance_id.to_string())
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for InstanceName {
    type Error = BadInstanceName;

    fn try_from(text: String) -> Result<Self, BadInstanceName> {
        let chars = text.chars().count();
        if chars == 0 {
            Err(BadInstanceName::Empty)
        } else if chars > INSTANCE_NAME_CHARS_MAX {
            Err(BadInstanceName::TooLong { chars })
        } else if text.chars().any(char::is_control) {
            Err(BadInstanceName::ControlCharacter)
        } else {
            Ok(Self(text))
        }
    }
}

impl From<InstanceName> for String {
    fn from(name: InstanceName) -> Self {
        name.0
    }
}

impl fmt::Display for InstanceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for BadInstanceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        ApiError::from(*self).message.en.fmt(formatter)
    }
}

impl std::error::Error for BadInstanceName {}

impl From<BadInstanceName> for ApiError {
    fn from(bad: BadInstanceName) -> Self {
        match bad {
            BadInstanceName::Empty => Self::new(
                Code::OutOfRange,
                Text::fixed(
                    "The instance name is empty. Give it 1 to 60 characters.",
                    "实例名称不能为空，请使用 1 至 60 个字符。",
                ),
            ),
            BadInstanceName::TooLong { chars } => Self::new(
                Code::InstanceNameTooLong,
                Text::new(
                    format!(
                        "The instance name has {chars} characters; it may have at most \
                         {INSTANCE_NAME_CHARS_MAX}. Choose a shorter one."
                    ),
                    format!(
                        "实例名称有 {chars} 个字符，最多允许 {INSTANCE_NAME_CHARS_MAX} 个，请缩短名称。"
                    ),
                ),
            ),
            BadInstanceName::ControlCharacter => Self::new(
                Code::OutOfRange,
                Text::fixed(
                    "The instance name has a control character. Use characters that can be seen.",
                    "实例名称包含控制字符，请使用可见字符。",
                ),
            ),
        }
    }
}

impl Typed for InstanceName {
    const TYPE: Type = Type::String;
}

impl Parameter for InstanceName {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        Self::try_from(String::decode(value, path)?).map_err(ApiError::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_for_people_and_bounded() {
        for name in ["a", "web server #1", "服务器", &"钥".repeat(60)] {
            assert!(InstanceName::try_from(name.to_owned()).is_ok(), "{name}");
        }
        for (name, code) in [
            (String::new(), Code::OutOfRange),
            ("钥".repeat(61), Code::InstanceNameTooLong),
            ("a\x1b[2J".to_owned(), Code::OutOfRange),
            ("a\nb".to_owned(), Code::OutOfRange),
        ] {
            let bad = InstanceName::try_from(name).unwrap_err();
            assert_eq!(ApiError::from(bad).code, code);
        }
    }
}

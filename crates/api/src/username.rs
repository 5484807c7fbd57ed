//! The Unix user that a key pair opens.

use crate::code::Code;
use crate::error::{ApiError, quoted};
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The longest name of a Unix user, in characters (useradd(8)).
pub const USERNAME_CHARS_MAX: usize = 32;

/// 1 to 32 of `[0-9A-Za-z._-]`, not beginning with `-` or `.`: what the systems around there take, and
/// nothing that a path or a command line could mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

/// The text is not the name of a Unix user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadUsername(String);

impl Username {
    /// The user that instances have when nothing is said.
    pub fn root() -> Self {
        Self("root".to_owned())
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Username {
    type Error = BadUsername;

    fn try_from(text: String) -> Result<Self, BadUsername> {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_first = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let fits = (1..=USERNAME_CHARS_MAX).contains(&text.len())
            && text.bytes().all(is_inner)
            && text.bytes().next().is_some_and(is_first);
        if fits {
            Ok(Self(text))
        } else {
            Err(BadUsername(text))
        }
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for BadUsername {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        ApiError::from(self.clone()).message.en.fmt(formatter)
    }
}

impl std::error::Error for BadUsername {}

impl From<BadUsername> for ApiError {
    fn from(BadUsername(text): BadUsername) -> Self {
        let text = quoted(&text);
        Self::new(
            Code::OutOfRange,
            Text::new(
                format!(
                    "`{text}` is not a user name. Use 1 to {USERNAME_CHARS_MAX} ASCII letters, digits, \
                     `.`, `_` and `-`, beginning with a letter, a digit or `_`."
                ),
                format!(
                    "`{text}` 不是有效的用户名，请使用 1 至 {USERNAME_CHARS_MAX} 个英文字母、数字、`.`、`_` 和 `-`，且不以 `.` 或 `-` 开头。"
                ),
            ),
        )
    }
}

impl Typed for Username {
    const TYPE: Type = Type::String;
}

impl Parameter for Username {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        Self::try_from(String::decode(value, path)?).map_err(ApiError::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_of_unix_have_names_and_options_and_paths_are_none() {
        for name in ["root", "ubuntu", "_apt", "first.last", "ci-2", "Deploy"] {
            assert!(Username::try_from(name.to_owned()).is_ok(), "{name}");
        }
        let long = "a".repeat(33);
        for name in ["", "-a", ".a", "..", "a/b", "a b", "a:b", "根", &long] {
            let bad = Username::try_from(name.to_owned()).unwrap_err();
            assert_eq!(ApiError::from(bad).code, Code::OutOfRange, "{name}");
        }
    }
}

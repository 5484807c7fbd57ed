//! The password of a user.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

/// The fewest characters of one (the documentation of AddUser).
pub const USER_PASSWORD_CHARS_MIN: usize = 8;

/// A password, or none where a client sends an empty text. There is no console that it could open: it is
/// wiped when the call has been read, and no `Debug` or `Display` shows it.
#[derive(Clone)]
pub struct UserPassword(Zeroizing<String>);

impl UserPassword {
    /// A password that a user may have: [`USER_PASSWORD_CHARS_MIN`] characters or more, a small letter, a
    /// capital letter, a digit and another one among them; or an empty text. `None` for any other.
    pub fn new(text: String) -> Option<Self> {
        let password = Self(Zeroizing::new(text));
        password.is_fitting().then_some(password)
    }

    fn is_fitting(&self) -> bool {
        let kinds: [fn(char) -> bool; 4] = [
            |character| character.is_ascii_lowercase(),
            |character| character.is_ascii_uppercase(),
            |character| character.is_ascii_digit(),
            |character| !character.is_ascii_alphanumeric(),
        ];
        let is_there = |is_kind: &fn(char) -> bool| self.0.chars().any(is_kind);
        let is_long = self.0.chars().count() >= USER_PASSWORD_CHARS_MIN;
        self.0.is_empty() || is_long && kinds.iter().all(is_there)
    }
}

impl Serialize for UserPassword {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Typed for UserPassword {
    const TYPE: Type = Type::String;
}

impl Parameter for UserPassword {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        Self::new(String::decode(value, path)?).ok_or_else(|| {
            ApiError::new(
                Code::PasswordViolatedRules,
                Text::new(
                    format!(
                        "`{path}` should have {USER_PASSWORD_CHARS_MIN} characters or more: small letters, \
                         capital letters, digits and others, all of the four."
                    ),
                    format!(
                        "`{path}` 至少 {USER_PASSWORD_CHARS_MIN} 个字符，须同时包含大写字母、小写字母、数字和特殊字符。"
                    ),
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_password_is_of_four_kinds_and_the_message_does_not_repeat_it() {
        for text in ["", "Passw0r!", "Pass w0rd", "Pass钥w0rd"] {
            assert!(UserPassword::new(text.to_owned()).is_some(), "{text}");
        }
        for text in ["Passw0!", "passw0rd!", "PASSW0RD!", "Password!", "Passw0rd"] {
            let refused = UserPassword::decode(json!(text), &Path::Root)
                .err()
                .unwrap();
            assert_eq!(refused.code, Code::PasswordViolatedRules, "{text}");
            assert!(!refused.message.en.contains(text));
        }
    }
}

//! A password that somebody sent.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

/// The fewest characters of one (the documentation of LoginConfiguration).
pub const PASSWORD_CHARS_MIN: usize = 8;

/// The most characters of one (the documentation of LoginConfiguration).
pub const PASSWORD_CHARS_MAX: usize = 30;

/// Of how many kinds its characters have to be: small letters, capital letters, digits, others (the
/// documentation of LoginConfiguration).
pub const PASSWORD_KINDS_MIN: usize = 3;

/// A password. Nothing here has a use for one: it is wiped when the call has been read, and no
/// `Debug` or `Display` shows it.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password that an instance takes: [`PASSWORD_CHARS_MIN`] to [`PASSWORD_CHARS_MAX`] characters of
    /// ASCII, of [`PASSWORD_KINDS_MIN`] kinds, without a space and a `/` in front; `None` for any other.
    pub fn new(text: String) -> Option<Self> {
        let password = Self(Zeroizing::new(text));
        password.is_fitting().then_some(password)
    }

    fn is_fitting(&self) -> bool {
        let bytes = self.0.as_bytes();
        let kinds: [fn(&u8) -> bool; 4] = [
            u8::is_ascii_lowercase,
            u8::is_ascii_uppercase,
            u8::is_ascii_digit,
            u8::is_ascii_punctuation,
        ];
        let is_there = |is_kind: &&fn(&u8) -> bool| bytes.iter().any(is_kind);
        (PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&bytes.len())
            && bytes.iter().all(u8::is_ascii_graphic)
            && !bytes.starts_with(b"/")
            && kinds.iter().filter(is_there).count() >= PASSWORD_KINDS_MIN
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Typed for Password {
    const TYPE: Type = Type::String;
}

impl Parameter for Password {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        Self::new(String::decode(value, path)?).ok_or_else(|| {
            ApiError::new(
                Code::InvalidPassword,
                Text::new(
                    format!(
                        "`{path}` is not a password that an instance takes: it should be {PASSWORD_CHARS_MIN} \
                         to {PASSWORD_CHARS_MAX} characters, of which some are small letters, capital letters, \
                         digits or signs, three of the four; without a space, and not `/` first."
                    ),
                    format!(
                        "`{path}` 不符合密码要求：应为 {PASSWORD_CHARS_MIN} 至 {PASSWORD_CHARS_MAX} 个字符，至少包含小写字母、大写字母、数字和特殊字符中的三种，不能包含空格，不能以 `/` 开头。"
                    ),
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_of_three_kinds_and_bounded() {
        for text in ["Passw0rd", "passw0rd!", "PASSW0RD!", &"aA1".repeat(10)] {
            assert!(Password::new(text.to_owned()).is_some(), "{text}");
        }
        let long = "aA1".repeat(11);
        for text in [
            "",
            "Passw0r",
            "password1",
            "Pass w0rd",
            "/Passw0rd",
            "Pässw0rd",
            &long,
        ] {
            assert!(Password::new(text.to_owned()).is_none(), "{text}");
        }
    }
}

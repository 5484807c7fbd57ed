//! Texts of a form: names, descriptions and the like.

use std::fmt;

/// The text has another form; holds the sentence that says which it should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadForm(pub(crate) &'static str);

impl fmt::Display for BadForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for BadForm {}

/// Whether a text has so many characters, each a letter, a digit or one of `signs`, all of ASCII.
pub(crate) fn is_of(text: &str, chars: std::ops::RangeInclusive<usize>, signs: &[u8]) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || signs.contains(&byte);
    chars.contains(&text.len()) && text.bytes().all(is_allowed)
}

/// Whether a text has at most so many characters, none of them a control character.
pub(crate) fn is_plain(text: &str, chars_max: usize) -> bool {
    text.chars().count() <= chars_max && !text.chars().any(char::is_control)
}

/// The signs that names of CAM's may have, beside letters and digits.
pub(crate) const NAME_SIGNS: &[u8] = b"+=,.@_-";

/// Declares a kind of text, by what fits; anything else is refused with a code of its own.
macro_rules! form {
    ($(#[$meta:meta])* $type:ident: $fits:expr, $code:ident, $en:literal, $zh:literal) => {
        $(#[$meta])*
        #[derive(
            Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// The text of it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $type {
            type Error = $crate::form::BadForm;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let fits: fn(&str) -> bool = $fits;
                if fits(&text) { Ok(Self(text)) } else { Err($crate::form::BadForm($en)) }
            }
        }

        impl From<$type> for String {
            fn from(text: $type) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl $crate::schema::Typed for $type {
            const TYPE: $crate::schema::Type = $crate::schema::Type::String;
        }

        impl $crate::parameter::Parameter for $type {
            fn decode(
                value: serde_json::Value,
                path: &$crate::parameter::Path<'_>,
            ) -> Result<Self, $crate::error::ApiError> {
                let text = String::decode(value, path)?;
                Self::try_from(text.clone()).map_err(|_| {
                    let help = $crate::text::Text::fixed($en, $zh);
                    let refused = $crate::error::ApiError::invalid_parameter_value;
                    $crate::error::ApiError {
                        code: $crate::code::Code::$code,
                        ..refused(&path.to_string(), &text, &help)
                    }
                })
            }
        }
    };
}

pub(crate) use form;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::parameter::{Parameter, Path};
    use crate::user_name::UserName;
    use serde_json::json;

    #[test]
    fn a_text_of_another_form_is_told_with_its_path_and_the_form() {
        let path = Path::Field(&Path::Root, "Name");
        let error = UserName::decode(json!("a b"), &path).unwrap_err();
        assert_eq!(error.code, Code::UserNameIllegal);
        let says = "The value `a b` specified in the parameter `Name` is not valid. The name of a";
        assert!(error.message.en.starts_with(says), "{}", error.message.en);
        let error = UserName::decode(json!(7), &path).unwrap_err();
        assert_eq!(error.code, Code::InvalidParameter);
    }

    #[test]
    fn what_is_stored_is_read_by_the_same_rule() {
        let name: UserName = serde_json::from_value(json!("jack@example.com")).unwrap();
        assert_eq!(json!(name), json!("jack@example.com"));
        assert_eq!(
            (name.as_str(), name.to_string().len()),
            ("jack@example.com", 16)
        );
        let error = serde_json::from_value::<UserName>(json!("")).unwrap_err();
        assert!(error.to_string().contains("1 to 64"), "{error}");
    }

    #[test]
    fn lengths_are_counted_in_characters_and_bounded_at_both_ends() {
        assert!(is_of("ab", 2..=2, b""));
        assert!(!is_of("a", 2..=2, b"") && !is_of("abc", 2..=2, b""));
        assert!(is_plain("钥匙", 2) && is_plain("", 0));
        assert!(!is_plain("abc", 2) && !is_plain("a\n", 2) && !is_plain("\u{7f}", 2));
    }
}

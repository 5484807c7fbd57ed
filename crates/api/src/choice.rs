//! Texts of which there is a fixed number.

use crate::code::Code;
use crate::error::{ApiError, quoted};
use crate::parameter::Path;
use crate::text::Text;

/// A text that is none of those that there are.
pub(crate) fn refused(code: Code, path: &Path<'_>, given: &str, known: &[&str]) -> ApiError {
    let (given, known) = (quoted(given), known.join("`, `"));
    ApiError::new(
        code,
        Text::new(
            format!("`{path}` is `{given}`; it should be one of `{known}`."),
            format!("`{path}` 的取值 `{given}` 无效，可用的取值为 `{known}`。"),
        ),
    )
}

/// Declares an enumeration with the texts on the wire. As a parameter, any other text is
/// `InvalidParameterValue.OutOfRange`, or the code that is named behind `or`.
macro_rules! choice {
    ($(#[$meta:meta])* $type:ident { $($variants:tt)* }) => {
        $crate::choice::choice! { $(#[$meta])* $type or OutOfRange { $($variants)* } }
    };
    ($(#[$meta:meta])* $type:ident or $code:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $wire:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $type {
            $($(#[$variant_meta])* #[serde(rename = $wire)] $variant,)*
        }

        impl $type {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The text on the wire.
            pub const fn wire(self) -> &'static str {
                match self { $(Self::$variant => $wire,)* }
            }

            /// Reads it; `None` for any other text.
            pub fn from_wire(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.wire() == text)
            }
        }

        impl $crate::schema::Typed for $type {
            const TYPE: $crate::schema::Type = $crate::schema::Type::String;
            const VALUES: &'static [&'static str] = &[$($wire,)*];
        }

        impl $crate::parameter::Parameter for $type {
            fn decode(
                value: serde_json::Value,
                path: &$crate::parameter::Path<'_>,
            ) -> Result<Self, $crate::error::ApiError> {
                let text = String::decode(value, path)?;
                let code = $crate::code::Code::$code;
                Self::from_wire(&text)
                    .ok_or_else(|| $crate::choice::refused(code, path, &text, &[$($wire,)*]))
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.wire().fmt(formatter)
            }
        }
    };
}

pub(crate) use choice;

#[cfg(test)]
mod tests {
    use crate::code::Code;
    use crate::parameter::{Parameter, Path};
    use crate::platform_type::PlatformType;
    use serde_json::json;

    #[test]
    fn only_the_texts_that_there_are_are_taken() {
        let path = Path::Field(&Path::Root, "PlatformType");
        for platform in PlatformType::ALL {
            let read = PlatformType::decode(json!(platform.wire()), &path).unwrap();
            assert_eq!(read, *platform);
            assert_eq!(json!(platform), json!(platform.wire()));
        }
        let error = PlatformType::decode(json!("linux_unix"), &path).unwrap_err();
        assert_eq!(error.code, Code::OutOfRange);
        assert!(error.message.en.contains("one of `LINUX_UNIX`, `WINDOWS`"));
        let error = PlatformType::decode(json!(1), &path).unwrap_err();
        assert_eq!(error.code, Code::InvalidParameter);
    }
}

//! Ids of resources: a prefix and eight digits or lower-case letters (protocol.md section 8).

use std::hash::Hash;

use crate::code::Code;
use crate::random::{self, ID_ALPHABET, Random};
use crate::text::Text;

/// How many characters stand behind the prefix. 36^8 is 2.8 × 10^12, so a clash inside one account and
/// region is rare, and the store decides: the caller draws again.
const RANDOM_CHARS: usize = 8;

/// An id of some kind of resource.
pub trait Id: Clone + Eq + Hash {
    /// The code for a text that is none.
    const MALFORMED: Code;
    /// What it looks like.
    const FORM: Text;

    /// Reads it; `None` for a text of another form.
    fn parse(text: &str) -> Option<Self>;
}

/// The text of a new id.
pub(crate) fn generate(prefix: &str, random: &dyn Random) -> String {
    let tail = random::text(random, ID_ALPHABET, RANDOM_CHARS);
    format!("{prefix}{tail}")
}

/// Whether a text is an id.
pub(crate) fn is_id(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|tail| {
        tail.len() == RANDOM_CHARS && tail.bytes().all(|byte| ID_ALPHABET.contains(&byte))
    })
}

/// Declares a kind of id.
macro_rules! id {
    ($(#[$meta:meta])* $type:ident = $prefix:literal, $malformed:ident) => {
        $(#[$meta])*
        #[derive(
            Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $type(String);

        impl $type {
            /// A new one.
            pub fn generate(random: &dyn $crate::random::Random) -> Self {
                Self($crate::id::generate($prefix, random))
            }

            /// `None` for a text of another form.
            pub fn parse(text: &str) -> Option<Self> {
                $crate::id::is_id($prefix, text).then(|| Self(text.to_owned()))
            }

            /// The text of it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $crate::id::Id for $type {
            const MALFORMED: $crate::code::Code = $crate::code::Code::$malformed;
            const FORM: $crate::text::Text = $crate::text::Text::fixed(
                concat!("it should be `", $prefix, "` and eight digits or lower-case letters"),
                concat!("应为 `", $prefix, "` 加 8 位数字或小写字母"),
            );

            fn parse(text: &str) -> Option<Self> {
                Self::parse(text)
            }
        }

        impl $crate::schema::Typed for $type {
            const TYPE: $crate::schema::Type = $crate::schema::Type::String;
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

pub(crate) use id;

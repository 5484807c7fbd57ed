//! The pair that signs requests.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::random::{self, Random, SECRET_ALPHABET};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The public half of an access key: it names the key and may be logged.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretId(String);

/// What a SecretId of ours begins with, as the vendor's do. One that an operator sets may begin otherwise.
pub const SECRET_ID_PREFIX: &str = "AKID";

/// The SecretId that stands in the audit log for the operator, who needs no access key: whatever may make
/// access keys refuses it, and one that is made here begins otherwise.
const OPERATOR: &str = "pharos-operator";

/// Characters after the prefix; 36 in all, as the vendor's have.
const SECRET_ID_RANDOM_CHARS: usize = 32;

/// The longest SecretId that is looked up: the ceiling of a temporary one (protocol.md section 7.3).
pub const SECRET_ID_BYTES_MAX: usize = 1024;

/// Characters of a SecretKey that we make: 62^32, 190 bits.
const SECRET_KEY_CHARS: usize = 32;

/// The shortest SecretKey that an operator may set: the SHA-256 block needs nothing, a guesser
/// should need years.
pub const SECRET_KEY_CHARS_MIN: usize = 16;

impl SecretId {
    /// Takes letters, digits, `_` and `-`, at least one and at most [`SECRET_ID_BYTES_MAX`]; `None`
    /// for anything else, which no access key can have.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty()
            && text.len() <= SECRET_ID_BYTES_MAX
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        let tail = random::text(random, SECRET_ALPHABET, SECRET_ID_RANDOM_CHARS);
        Self(format!("{SECRET_ID_PREFIX}{tail}"))
    }

    /// The one of the operator, who works on the store itself. No access key has it.
    pub fn operator() -> Self {
        Self(OPERATOR.to_owned())
    }

    /// Whether it is the operator's.
    pub fn is_operator(&self) -> bool {
        self.0 == OPERATOR
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Typed for SecretId {
    const TYPE: Type = Type::String;
}

impl Parameter for SecretId {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let text = String::decode(value, path)?;
        Self::parse(&text).ok_or_else(|| {
            let help = Text::fixed(
                "A SecretId has letters, digits, `_` and `-`.",
                "SecretId 仅包含英文字母、数字、`_` 和 `-`。",
            );
            let refused = ApiError::invalid_parameter_value(&path.to_string(), &text, &help);
            ApiError {
                code: Code::ParamError,
                ..refused
            }
        })
    }
}

impl fmt::Display for SecretId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The secret half of an access key. It can be compared with nothing and printed nowhere. Clones share
/// one place in memory, which is wiped when the last of them is dropped.
#[derive(Clone)]
pub struct SecretKey(Arc<Zeroizing<String>>);

impl SecretKey {
    /// Takes any text that a header or a file can carry.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(Zeroizing::new(text.into())))
    }

    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        Self::new(random::text(random, SECRET_ALPHABET, SECRET_KEY_CHARS))
    }

    /// The secret itself: for a MAC, for sealing, and for the one line that shows a new key.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether both are clones of one value. Equal texts that were read twice are not: no secret is
    /// compared.
    pub fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;

    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn a_new_pair_looks_like_the_vendors() {
        let id = SecretId::generate(&Zeros);
        assert_eq!(id.as_str(), format!("AKID{}", "0".repeat(32)));
        assert_eq!(SecretKey::generate(&Zeros).expose().len(), 32);
        assert_eq!(SecretId::parse(id.as_str()), Some(id));
    }

    #[test]
    fn a_secret_is_known_again_by_its_place_and_not_by_its_text() {
        let secret = SecretKey::new("text");
        assert!(secret.clone().is_clone_of(&secret));
        assert!(!SecretKey::new("text").is_clone_of(&secret));
    }

    #[test]
    fn the_operators_is_read_like_any_other_and_never_made() {
        let operator = SecretId::operator();
        assert_eq!(SecretId::parse(operator.as_str()), Some(operator.clone()));
        assert!(operator.is_operator());
        assert!(!operator.as_str().starts_with(SECRET_ID_PREFIX));
    }

    #[test]
    fn what_no_access_key_can_have_is_refused() {
        for text in ["", "a b", "AKID/x", "AKID\0", "钥匙", &"a".repeat(1025)] {
            assert_eq!(SecretId::parse(text), None, "{text:?}");
            let error = SecretId::decode(text.into(), &Path::Root).unwrap_err();
            assert_eq!(error.code, Code::ParamError, "{text:?}");
        }
    }
}

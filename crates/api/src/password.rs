//! A password that somebody sent.

use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use serde::{Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

/// A password. Nothing here has a use for one: it is wiped when the call has been read, and no
/// `Debug` or `Display` shows it.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password, for a client to send.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
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
        String::decode(value, path).map(Self::new)
    }
}

//! What somebody sent as a public key.

use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

/// The text that was sent as a public key, byte for byte. Somebody may have pasted a private key: it has
/// neither `Debug` nor `Display`, and is wiped when dropped.
#[derive(Serialize)]
#[serde(transparent)]
pub struct PublicKeyText(Zeroizing<String>);

impl PublicKeyText {
    /// Takes any text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Parameter for PublicKeyText {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        String::decode(value, path).map(Self::new)
    }
}

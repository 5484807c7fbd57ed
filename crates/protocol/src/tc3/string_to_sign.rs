//! The text that is signed.

use super::ALGORITHM;
use super::canonical_request::CanonicalRequest;
use super::credential_scope::CredentialScope;

/// Algorithm, timestamp as sent, scope, and the hash of the canonical request, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringToSign(String);

impl StringToSign {
    /// Puts the lines together. `timestamp` is the text of `X-TC-Timestamp` as it was sent.
    pub fn new(
        timestamp: &str,
        scope: &CredentialScope<'_>,
        canonical_request: &CanonicalRequest,
    ) -> Self {
        Self(format!(
            "{ALGORITHM}\n{timestamp}\n{scope}\n{}",
            canonical_request.hash_hex()
        ))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

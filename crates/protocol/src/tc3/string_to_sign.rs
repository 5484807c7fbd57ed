//! The text that is signed.

use super::canonical_request::CanonicalRequest;
use super::credential_scope::CredentialScope;
use super::{ALGORITHM, TERMINATOR};

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
        let hash = canonical_request.hash();
        let lines = [
            ALGORITHM,
            "\n",
            timestamp,
            "\n",
            scope.date,
            "/",
            scope.service,
            "/",
            TERMINATOR,
            "\n",
            hash.as_str(),
        ];
        Self(lines.concat())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<StringToSign> for String {
    fn from(text: StringToSign) -> Self {
        text.0
    }
}

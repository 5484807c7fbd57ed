//! The text that stands for a whole request.

use super::hex_digest::HexDigest;
use sha2::{Digest, Sha256};

/// The value of `X-TC-Content-SHA256` that leaves the body out of the signature: it is hashed in the
/// body's place (protocol.md section 1.3).
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// SHA-256 of the body, or of what stands in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayloadHash([u8; 32]);

impl PayloadHash {
    /// Of a body's raw bytes. A GET has none: hash the empty slice.
    pub fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }

    /// Of [`UNSIGNED_PAYLOAD`].
    pub fn unsigned() -> Self {
        Self::of(UNSIGNED_PAYLOAD.as_bytes())
    }

    /// Lower-case hexadecimal.
    pub fn hex(&self) -> HexDigest {
        HexDigest::of(self.0)
    }
}

/// Six parts joined by line feeds: method, URI, query, headers, names of the signed headers, hash of
/// the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalRequest(String);

impl CanonicalRequest {
    /// Puts the parts together.
    ///
    /// `headers` are the signed ones, names in lower case and in ASCII order, values as they are to
    /// stand there; this function changes nothing about them.
    pub fn new<'h>(
        method: &str,
        uri: &str,
        query: &str,
        headers: impl IntoIterator<Item = (&'h str, &'h str), IntoIter: Clone>,
        payload: &PayloadHash,
    ) -> Self {
        let headers = headers.into_iter();
        // A header's name stands twice, with four separators in all; five lines end the rest.
        let of_headers = headers
            .clone()
            .map(|(name, value)| 2 * name.len() + value.len() + 3)
            .sum::<usize>();
        let rest = method.len() + uri.len() + query.len() + HexDigest::DIGITS + 5;
        let mut text = String::with_capacity(of_headers + rest);
        for line in [method, uri, query] {
            text.push_str(line);
            text.push('\n');
        }
        for (name, value) in headers.clone() {
            // Each line ends itself, and the joiner follows: an empty line before the names.
            text.push_str(name);
            text.push(':');
            text.push_str(value);
            text.push('\n');
        }
        text.push('\n');
        for (index, (name, _)) in headers.enumerate() {
            if index > 0 {
                text.push(';');
            }
            text.push_str(name);
        }
        text.push('\n');
        text.push_str(payload.hex().as_str());
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its SHA-256: the last line of the string to sign.
    pub fn hash(&self) -> HexDigest {
        HexDigest::of(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl From<CanonicalRequest> for String {
    fn from(text: CanonicalRequest) -> Self {
        text.0
    }
}

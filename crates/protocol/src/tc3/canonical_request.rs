//! The text that stands for a whole request.

use sha2::{Digest, Sha256};
use std::fmt::Write;

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
    pub fn hex(&self) -> String {
        hex(&self.0)
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
    pub fn new(
        method: &str,
        uri: &str,
        query: &str,
        headers: &[(&str, &str)],
        payload: &PayloadHash,
    ) -> Self {
        let mut text = format!("{method}\n{uri}\n{query}\n");
        for (name, value) in headers {
            // Each line ends itself, and the joiner follows: an empty line before the names.
            text.push_str(name);
            text.push(':');
            text.push_str(value);
            text.push('\n');
        }
        text.push('\n');
        let names = headers
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(";");
        text.push_str(&names);
        text.push('\n');
        text.push_str(&payload.hex());
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its SHA-256 in lower-case hexadecimal: the last line of the string to sign.
    pub fn hash_hex(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

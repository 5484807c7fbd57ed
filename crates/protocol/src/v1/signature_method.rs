//! The two MACs of version 1, by their names on the wire.

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use pharos_api::credential::SecretKey;
use sha1::Sha1;
use sha2::Sha256;

use super::source_string::SourceString;

/// The value of `SignatureMethod`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignatureMethod {
    /// `HmacSHA1`, and whatever else was asked for: the vendor takes it so.
    #[default]
    HmacSha1,
    /// `HmacSHA256`
    HmacSha256,
}

impl SignatureMethod {
    /// Reads the value on the wire.
    pub fn from_wire(name: &str) -> Self {
        if name == "HmacSHA256" {
            Self::HmacSha256
        } else {
            Self::HmacSha1
        }
    }

    /// The name on the wire.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HmacSHA1",
            Self::HmacSha256 => "HmacSHA256",
        }
    }

    /// Signs; the signature is Base64.
    pub fn sign(self, secret_key: &SecretKey, source: &SourceString) -> String {
        match self {
            Self::HmacSha1 => {
                Base64::encode_string(&sha1(secret_key, source).finalize().into_bytes())
            }
            Self::HmacSha256 => {
                Base64::encode_string(&sha256(secret_key, source).finalize().into_bytes())
            }
        }
    }

    /// Whether the signature is of this text, in constant time.
    pub(crate) fn verifies(
        self,
        secret_key: &SecretKey,
        source: &SourceString,
        claimed: &[u8],
    ) -> bool {
        match self {
            Self::HmacSha1 => sha1(secret_key, source).verify_slice(claimed).is_ok(),
            Self::HmacSha256 => sha256(secret_key, source).verify_slice(claimed).is_ok(),
        }
    }
}

#[expect(clippy::expect_used, reason = "HMAC accepts a key of any length")]
fn sha1(secret_key: &SecretKey, source: &SourceString) -> Hmac<Sha1> {
    let key = secret_key.expose().as_bytes();
    Hmac::<Sha1>::new_from_slice(key)
        .expect("any length")
        .chain_update(source.as_str())
}

#[expect(clippy::expect_used, reason = "HMAC accepts a key of any length")]
fn sha256(secret_key: &SecretKey, source: &SourceString) -> Hmac<Sha256> {
    let key = secret_key.expose().as_bytes();
    Hmac::<Sha256>::new_from_slice(key)
        .expect("any length")
        .chain_update(source.as_str())
}

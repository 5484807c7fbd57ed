//! Signature version 3, `TC3-HMAC-SHA256` (protocol.md section 1).
//!
//! Each stage is a value of its own, so that a vector can say which stage differs:
//! [`canonical_request::CanonicalRequest`] → [`string_to_sign::StringToSign`] →
//! [`signing_key::SecretSigning`] → [`signature::Signature`] →
//! [`authorization::Authorization`].

pub mod authorization;
pub mod canonical_request;
pub mod credential_scope;
pub mod hex_digest;
pub mod sign;
pub mod signature;
pub mod signing_key;
pub mod string_to_sign;

pub(crate) mod read;

/// The name of the algorithm: what an `Authorization` header of this version starts with.
pub const ALGORITHM: &str = "TC3-HMAC-SHA256";

/// The last part of a credential scope.
pub const TERMINATOR: &str = "tc3_request";

//! SSH key material: generate, import, encode, fingerprint, and find the weak.
//!
//! The crate is pure, with one exception: elsewhere in Pharos randomness is an argument, but
//! [`generate_rsa_2048`] takes none, because aws-lc makes the whole key and draws from its own
//! generator. That generator reseeds after a fork, which a stream handed in from outside could not
//! do for it (docs/decisions/0001-keys-are-generated-by-aws-lc.md).

mod algorithm;
mod fingerprint;
mod import;
mod import_error;
mod point;
mod public_key;
mod rsa;
pub mod weak;
mod wire;

pub use algorithm::Algorithm;
pub use fingerprint::{BadFingerprint, Fingerprint, Md5Fingerprint};
pub use import::TEXT_BYTES_MAX;
pub use import_error::ImportError;
pub use public_key::{PublicKey, RSA_BITS_MAX, RSA_BITS_MIN};
pub use rsa::{GenerateError, GeneratedKeyPair, generate_rsa_2048};

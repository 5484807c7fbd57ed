//! SSH key material: generate, import, encode, fingerprint, and find the weak.
//!
//! The crate is pure, with one exception: elsewhere in Pharos randomness is an argument, but
//! [`Generator`] takes none. All of it comes from aws-lc's own generator, which reseeds after a fork,
//! and which a stream handed in from outside could not do for it
//! (docs/decisions/0001-keys-are-generated-by-aws-lc.md).

mod algorithm;
mod aws_lc;
mod fingerprint;
mod generator;
mod import;
mod import_error;
mod key_type;
mod openssh;
mod point;
mod prime;
mod public_key;
mod small_primes;
pub mod weak;
mod wire;

pub use algorithm::Algorithm;
pub use fingerprint::{BadFingerprint, Fingerprint, Md5Fingerprint};
pub use generator::{GenerateError, GeneratedKeyPair, Generator, Method, Path, SelfTestFailed};
pub use import::TEXT_BYTES_MAX;
pub use import_error::ImportError;
pub use key_type::KeyType;
#[cfg(feature = "measure")]
pub use prime::measure;
pub use public_key::{PublicKey, RSA_BITS_MAX, RSA_BITS_MIN};

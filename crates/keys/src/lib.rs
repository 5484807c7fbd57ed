//! SSH key material: generate, encode, fingerprint.
//!
//! The crate is pure, with one exception: elsewhere in Pharos randomness is an argument, but
//! [`generate_rsa_2048`] takes none, because aws-lc makes the whole key and draws from its own
//! generator. That generator reseeds after a fork, which a stream handed in from outside could not
//! do for it (docs/decisions/0001-keys-are-generated-by-aws-lc.md).

mod public_key;
mod rsa;

pub use public_key::{Fingerprint, PublicKey};
pub use rsa::{GenerateError, GeneratedKeyPair, generate_rsa_2048};

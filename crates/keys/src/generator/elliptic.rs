//! Ed25519 and ECDSA key pairs, made by aws-lc, and written as OpenSSH writes its own.
//!
//! aws-lc-rs wipes the seed and the scalar that it hands out, as aws-lc wipes its own memory.

use aws_lc_rs::encoding::{AsBigEndian, Curve25519SeedBin, EcPrivateKeyBin};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use super::{GenerateError, GeneratedKeyPair};
use crate::openssh::{self, Secret};
use crate::point::Curve;
use crate::public_key::PublicKey;

/// What a new key signs, to see that its halves belong together.
const MESSAGE: &[u8] = b"pairwise consistency";

/// What aws-lc was asked about when it did not verify that signature.
const INCONSISTENT: GenerateError = GenerateError::Disagreement {
    what: "a signature by a key",
};

/// Makes an Ed25519 key pair.
pub(super) fn generate_ed25519() -> Result<GeneratedKeyPair, GenerateError> {
    let key_pair = Ed25519KeyPair::generate().map_err(GenerateError::Library)?;
    let public = key_pair.public_key().as_ref();
    let signature = key_pair.try_sign(MESSAGE).map_err(GenerateError::Library)?;
    UnparsedPublicKey::new(&ED25519, public)
        .verify(MESSAGE, signature.as_ref())
        .map_err(|_| INCONSISTENT)?;
    let seed = key_pair.seed().map_err(GenerateError::Library)?;
    let seed: Curve25519SeedBin<'_> = seed.as_be_bytes().map_err(GenerateError::Library)?;
    // OpenSSH's private form is the seed and the public key.
    let private = Zeroizing::new([seed.as_ref(), public].concat());
    let public_key = PublicKey::ed25519(public);
    Ok(GeneratedKeyPair {
        private_key: openssh::private_key(&public_key, &Secret::String(&private))?,
        public_key,
    })
}

/// Makes an ECDSA key pair.
pub(super) fn generate_ecdsa(curve: Curve) -> Result<GeneratedKeyPair, GenerateError> {
    let key_pair = EcdsaKeyPair::generate(curve.signing()).map_err(GenerateError::Library)?;
    let public = key_pair.public_key().as_ref();
    let signature = key_pair.sign(&SystemRandom::new(), MESSAGE);
    let signature = signature.map_err(GenerateError::Library)?;
    UnparsedPublicKey::new(curve.verification(), public)
        .verify(MESSAGE, signature.as_ref())
        .map_err(|_| INCONSISTENT)?;
    let private_key = key_pair.private_key();
    let scalar: EcPrivateKeyBin<'_> = private_key.as_be_bytes().map_err(GenerateError::Library)?;
    let public_key = PublicKey::ecdsa(curve, public);
    Ok(GeneratedKeyPair {
        private_key: openssh::private_key(&public_key, &Secret::Number(scalar.as_ref()))?,
        public_key,
    })
}

//! RSA key pairs, made by aws-lc.
//!
//! What holds private numbers on the way, and how each is wiped: aws-lc overwrites its own memory
//! before it frees it (`OPENSSL_free`), the PKCS#8 buffer of aws-lc-rs is wiped when dropped
//! (`aws_lc_rs::encoding`), the PKCS#1 structure is a part of that buffer, and the PEM text is
//! written once, into memory of its final size, that [`PrivateKey`] wipes.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use pem_rfc7468::LineEnding;
use pharos_api::private_key::PrivateKey;
use pkcs8::PrivateKeyInfoRef;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::public_key::PublicKey;

/// The label of a PKCS#1 private key in PEM, as the vendor's example has it (protocol.md section 8).
const PEM_LABEL: &str = "RSA PRIVATE KEY";

/// 2048 bits, in bytes.
const MODULUS_BYTES: usize = 256;

/// 65537, big-endian.
const EXPONENT: [u8; 3] = [1, 0, 1];

/// A new key pair.
pub struct GeneratedKeyPair {
    /// PKCS#1 in PEM: lines of 64 characters that end in LF, none after the last.
    pub private_key: PrivateKey,
    /// Its public half.
    pub public_key: PublicKey,
}

/// Why there is no key pair. None of it depends on the caller: another try may succeed, and what
/// was made so far is wiped.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// The private key could not be written.
    #[error("the new private key cannot be written")]
    Encode(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The private key does not sign for the public key.
    #[error("the new private key does not belong to its public key")]
    Inconsistent(#[source] Unspecified),
    /// aws-lc made no key, and does not say why.
    #[error("aws-lc could not make a key")]
    Library(#[source] Unspecified),
    /// aws-lc made a key of another kind.
    #[error("the new key is not RSA of 2048 bits with the exponent 65537")]
    OtherKind,
}

/// Makes an RSA key pair of 2048 bits with the exponent 65537.
///
/// It takes tens of milliseconds of one core, sometimes several times that: keep it off async
/// threads.
///
/// # Errors
/// aws-lc failed, or what it made is not what was asked for. aws-lc checks the numbers of a new key
/// against each other (`RSA_check_key`), but signs with it only in its FIPS build; so this does, once,
/// and verifies with the public key as it is about to be handed out.
pub fn generate_rsa_2048() -> Result<GeneratedKeyPair, GenerateError> {
    let key_pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(GenerateError::Library)?;
    let numbers = RsaPublicKeyComponents::from(key_pair.public_key());
    if !is_2048_bits(&numbers.n) || numbers.e != EXPONENT {
        return Err(GenerateError::OtherKind);
    }
    check_consistency(&key_pair, &numbers).map_err(GenerateError::Inconsistent)?;
    Ok(GeneratedKeyPair {
        private_key: encode(&key_pair)?,
        public_key: PublicKey::rsa(&numbers.e, &numbers.n),
    })
}

/// Whether a big-endian number has exactly 2048 bits.
fn is_2048_bits(modulus: &[u8]) -> bool {
    modulus.len() == MODULUS_BYTES && modulus.first().is_some_and(|byte| *byte >= 0x80)
}

/// Signs with the private key and verifies with the numbers of the public one.
fn check_consistency(
    key_pair: &RsaKeyPair,
    numbers: &RsaPublicKeyComponents<Vec<u8>>,
) -> Result<(), Unspecified> {
    let message = b"pairwise consistency";
    let mut signature = [0; MODULUS_BYTES];
    // PKCS#1 v1.5 is deterministic: the source of randomness is asked for and not used.
    key_pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message,
        &mut signature,
    )?;
    numbers.verify(&RSA_PKCS1_2048_8192_SHA256, message, &signature)
}

fn encode(key_pair: &RsaKeyPair) -> Result<PrivateKey, GenerateError> {
    let document: Pkcs8V1Der<'_> = key_pair.as_der().map_err(GenerateError::Library)?;
    let info = PrivateKeyInfoRef::try_from(document.as_ref())
        .map_err(|error| GenerateError::Encode(error.into()))?;
    let pkcs1 = info.private_key.as_bytes();
    let pem = pem_rfc7468::encode_string(PEM_LABEL, LineEnding::LF, pkcs1)
        .map_err(|error| GenerateError::Encode(error.into()))?;
    let mut pem = Zeroizing::new(pem);
    // The vendor's example has no line end after the last line, and clients write what they get.
    pem.pop();
    Ok(PrivateKey::new(pem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_private_key_is_pkcs1_in_pem_as_the_vendor_writes_it() {
        let key_pair = generate_rsa_2048().unwrap();
        let lines: Vec<_> = key_pair.private_key.expose().split('\n').collect();
        let (first, rest) = lines.split_first().unwrap();
        let (last, body) = rest.split_last().unwrap();
        assert_eq!(*first, "-----BEGIN RSA PRIVATE KEY-----");
        assert_eq!(*last, "-----END RSA PRIVATE KEY-----");
        let (end, full) = body.split_last().unwrap();
        assert!(full.iter().all(|line| line.len() == 64));
        assert!((1..=64).contains(&end.len()));
        // SEQUENCE, version 0, then a modulus of 257 bytes: what the vendor's example decodes to.
        assert!(full[0].starts_with("MIIE"));
        assert!(full[0].contains("IBAAKCAQEA"), "{}", full[0]);
    }

    #[test]
    fn both_halves_belong_together_and_each_call_makes_another() {
        let (one, other) = (generate_rsa_2048().unwrap(), generate_rsa_2048().unwrap());
        assert!(public_half(&one.private_key) == one.public_key);
        assert!(public_half(&other.private_key) == other.public_key);
        assert!(one.public_key != other.public_key);
    }

    fn public_half(private_key: &PrivateKey) -> PublicKey {
        let (label, pkcs1) = pem_rfc7468::decode_vec(private_key.expose().as_bytes()).unwrap();
        assert_eq!(label, PEM_LABEL);
        let key_pair = RsaKeyPair::from_der(&pkcs1).unwrap();
        let numbers = RsaPublicKeyComponents::from(key_pair.public_key());
        PublicKey::rsa(&numbers.e, &numbers.n)
    }

    #[test]
    fn a_private_key_of_another_pair_is_inconsistent() {
        let key_pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let other = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let own = RsaPublicKeyComponents::from(key_pair.public_key());
        let numbers = RsaPublicKeyComponents::from(other.public_key());
        assert!(check_consistency(&key_pair, &own).is_ok());
        assert!(check_consistency(&key_pair, &numbers).is_err());
    }

    #[test]
    fn only_2048_bits_are_2048_bits() {
        let number = |first: u8, bytes: usize| {
            let mut number = vec![0xff; bytes];
            number[0] = first;
            number
        };
        assert!(is_2048_bits(&number(0x80, 256)));
        assert!(!is_2048_bits(&number(0x7f, 256)));
        assert!(!is_2048_bits(&number(0x80, 255)));
        assert!(!is_2048_bits(&number(0x01, 257)));
        assert!(!is_2048_bits(&[]));
    }
}

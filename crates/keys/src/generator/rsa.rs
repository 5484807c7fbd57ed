//! What every RSA key pair goes through before it is handed out.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use pem_rfc7468::LineEnding;
use pharos_api::private_key::PrivateKey;
use zeroize::Zeroizing;

use super::{GenerateError, GeneratedKeyPair};
use crate::public_key::PublicKey;

/// The label of a PKCS#1 private key in PEM, as the vendor's example has it (protocol.md section 8).
const PEM_LABEL: &str = "RSA PRIVATE KEY";

/// 65537, big-endian.
const EXPONENT: [u8; 3] = [1, 0, 1];

/// How long the modulus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Bits2048,
    Bits3072,
    Bits4096,
}

impl Size {
    /// In bytes.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::Bits2048 => 256,
            Self::Bits3072 => 384,
            Self::Bits4096 => 512,
        }
    }
}

/// Signs with the private key, verifies with the public key as it is about to be handed out, and writes
/// both.
pub(super) fn finish(
    size: Size,
    key_pair: &RsaKeyPair,
    pkcs1: &[u8],
) -> Result<GeneratedKeyPair, GenerateError> {
    let numbers = RsaPublicKeyComponents::from(key_pair.public_key());
    if !has_size(size, &numbers.n) || numbers.e != EXPONENT {
        return Err(GenerateError::Disagreement {
            what: "the size and the exponent of a key",
        });
    }
    check_consistency(size, key_pair, &numbers).map_err(|_| GenerateError::Disagreement {
        what: "a signature by a key",
    })?;
    Ok(GeneratedKeyPair {
        private_key: encode(pkcs1)?,
        public_key: PublicKey::rsa(&numbers.e, &numbers.n),
    })
}

/// Whether a big-endian number has exactly that many bits.
fn has_size(size: Size, modulus: &[u8]) -> bool {
    modulus.len() == size.bytes() && modulus.first().is_some_and(|byte| *byte >= 0x80)
}

/// Signs with the private key and verifies with the numbers of the public one.
fn check_consistency(
    size: Size,
    key_pair: &RsaKeyPair,
    numbers: &RsaPublicKeyComponents<Vec<u8>>,
) -> Result<(), Unspecified> {
    let message = b"pairwise consistency";
    let mut signature = vec![0; size.bytes()];
    // PKCS#1 v1.5 is deterministic: the source of randomness is asked for and not used.
    key_pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message,
        &mut signature,
    )?;
    numbers.verify(&RSA_PKCS1_2048_8192_SHA256, message, &signature)
}

fn encode(pkcs1: &[u8]) -> Result<PrivateKey, GenerateError> {
    let pem = pem_rfc7468::encode_string(PEM_LABEL, LineEnding::LF, pkcs1)
        .map_err(|error| GenerateError::Encode(error.into()))?;
    let mut pem = Zeroizing::new(pem);
    // The vendor's example has no line end after the last line, and clients write what they get.
    pem.pop();
    Ok(PrivateKey::new(pem))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rsa::KeySize;

    use super::*;
    use crate::generator::Generator;
    use crate::key_type::KeyType;

    fn generate() -> GeneratedKeyPair {
        let generator = Generator::library();
        generator.generate(KeyType::Rsa2048, &|| true).unwrap()
    }

    #[test]
    fn the_private_key_is_pkcs1_in_pem_as_the_vendor_writes_it() {
        let key_pair = generate();
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
        let (one, other) = (generate(), generate());
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
        assert!(check_consistency(Size::Bits2048, &key_pair, &own).is_ok());
        assert!(check_consistency(Size::Bits2048, &key_pair, &numbers).is_err());
    }

    #[test]
    fn only_2048_bits_are_2048_bits() {
        let number = |first: u8, bytes: usize| {
            let mut number = vec![0xff; bytes];
            number[0] = first;
            number
        };
        let is_2048_bits = |modulus: &[u8]| has_size(Size::Bits2048, modulus);
        assert!(is_2048_bits(&number(0x80, 256)));
        assert!(!is_2048_bits(&number(0x7f, 256)));
        assert!(!is_2048_bits(&number(0x80, 255)));
        assert!(!is_2048_bits(&number(0x01, 257)));
        assert!(!is_2048_bits(&[]));
    }
}

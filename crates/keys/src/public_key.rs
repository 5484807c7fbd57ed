//! Public keys as SSH writes them.

use std::fmt::Display;

use base64ct::{Base64, Encoding};
use md5::Md5;
use sha2::{Digest, Sha256};

use crate::algorithm::Algorithm;
use crate::fingerprint::{Fingerprint, Md5Fingerprint};
use crate::import_error::ImportError;
use crate::point::{Curve, check_ed25519};
use crate::wire::{put_mpint, put_string, take_mpint, take_string};

/// The shortest RSA modulus that OpenSSH loads, in bits (its `SSH_RSA_MINIMUM_MODULUS_SIZE`). What is
/// long enough to be safe is a rule of its own.
pub const RSA_BITS_MIN: u64 = 1024;

/// The longest RSA modulus that OpenSSL, and so OpenSSH, works with, in bits (its
/// `OPENSSL_RSA_MAX_MODULUS_BITS`).
pub const RSA_BITS_MAX: u64 = 16_384;

/// A public key: the blob that SSH sends over the wire and that fingerprints are taken of. It is one
/// that OpenSSH can load, and its point is one that a private key can have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey {
    algorithm: Algorithm,
    blob: Vec<u8>,
}

/// The numbers of an RSA key, big-endian, without a zero in front.
pub(crate) struct RsaNumbers<'b> {
    pub(crate) exponent: &'b [u8],
    pub(crate) modulus: &'b [u8],
}

impl PublicKey {
    /// An RSA key of these numbers, big-endian: `string "ssh-rsa"`, `mpint e`, `mpint n`
    /// (RFC 4253 section 6.6).
    pub(crate) fn rsa(exponent: &[u8], modulus: &[u8]) -> Self {
        let mut blob = Vec::new();
        put_string(&mut blob, Algorithm::Rsa.name().as_bytes());
        put_mpint(&mut blob, exponent);
        put_mpint(&mut blob, modulus);
        Self {
            algorithm: Algorithm::Rsa,
            blob,
        }
    }

    /// An Ed25519 key of this point (RFC 8709 section 4).
    pub(crate) fn ed25519(point: &[u8]) -> Self {
        let mut blob = Vec::new();
        put_string(&mut blob, Algorithm::Ed25519.name().as_bytes());
        put_string(&mut blob, point);
        Self {
            algorithm: Algorithm::Ed25519,
            blob,
        }
    }

    /// An ECDSA key of this uncompressed point (RFC 5656 section 3.1).
    pub(crate) fn ecdsa(curve: Curve, point: &[u8]) -> Self {
        let algorithm = curve.algorithm();
        let mut blob = Vec::new();
        put_string(&mut blob, algorithm.name().as_bytes());
        put_string(&mut blob, curve.name().as_bytes());
        put_string(&mut blob, point);
        Self { algorithm, blob }
    }

    /// A key of this blob, if it is one of the algorithm.
    pub(crate) fn from_blob(algorithm: Algorithm, blob: Vec<u8>) -> Result<Self, ImportError> {
        let mut rest = &*blob;
        if take_string(&mut rest)? != algorithm.name().as_bytes() {
            return Err(ImportError::OtherAlgorithm { named: algorithm });
        }
        match algorithm {
            Algorithm::Rsa => take_rsa_numbers(&mut rest).and_then(|numbers| numbers.check())?,
            Algorithm::Ed25519 | Algorithm::SkEd25519 => check_ed25519(take_string(&mut rest)?)?,
            Algorithm::EcdsaNistp256 | Algorithm::SkEcdsaNistp256 => {
                check_ecdsa(algorithm, Curve::Nistp256, &mut rest)?;
            }
            Algorithm::EcdsaNistp384 => check_ecdsa(algorithm, Curve::Nistp384, &mut rest)?,
            Algorithm::EcdsaNistp521 => check_ecdsa(algorithm, Curve::Nistp521, &mut rest)?,
        }
        if matches!(algorithm, Algorithm::SkEd25519 | Algorithm::SkEcdsaNistp256) {
            check_application(take_string(&mut rest)?)?;
        }
        if !rest.is_empty() {
            return Err(ImportError::TrailingBytes);
        }
        Ok(Self { algorithm, blob })
    }

    /// What kind of key it is.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The blob.
    pub fn as_bytes(&self) -> &[u8] {
        &self.blob
    }

    /// The key as one line of an `authorized_keys` file, without a line end: `ssh-rsa AAAA… comment`.
    ///
    /// `comment` is written as it is, so it must not have a line end in it.
    pub fn authorized_keys_line(&self, comment: &str) -> String {
        let blob = Base64::encode_string(&self.blob);
        format!("{} {blob} {comment}", self.algorithm.name())
    }

    /// How long it is, in bits, as `ssh-keygen -l` counts them: the modulus, or the field of the curve.
    pub fn bits(&self) -> u64 {
        match self.algorithm {
            Algorithm::Rsa => self.rsa_numbers().map_or(0, |numbers| numbers.bits()),
            Algorithm::Ed25519
            | Algorithm::EcdsaNistp256
            | Algorithm::SkEd25519
            | Algorithm::SkEcdsaNistp256 => 256,
            Algorithm::EcdsaNistp384 => 384,
            Algorithm::EcdsaNistp521 => 521,
        }
    }

    /// The line that `ssh-keygen -l` shows of it, with either fingerprint: `2048 SHA256:… comment (RSA)`.
    pub fn fingerprint_line(&self, fingerprint: &impl Display, comment: &str) -> String {
        let (bits, shown) = (self.bits(), self.algorithm.type_name());
        let comment = if comment.is_empty() {
            "no comment"
        } else {
            comment
        };
        format!("{bits} {fingerprint} {comment} ({shown})")
    }

    /// What people and stores tell keys apart by.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Sha256::digest(&self.blob).into())
    }

    /// The fingerprint that OpenSSH showed before 2015.
    pub fn md5_fingerprint(&self) -> Md5Fingerprint {
        Md5Fingerprint(Md5::digest(&self.blob).into())
    }

    /// The numbers of it, if it is an RSA key.
    pub(crate) fn rsa_numbers(&self) -> Option<RsaNumbers<'_>> {
        if self.algorithm != Algorithm::Rsa {
            return None;
        }
        let mut rest = &*self.blob;
        let _name = take_string(&mut rest).ok()?;
        take_rsa_numbers(&mut rest).ok()
    }
}

fn take_rsa_numbers<'b>(rest: &mut &'b [u8]) -> Result<RsaNumbers<'b>, ImportError> {
    Ok(RsaNumbers {
        exponent: take_mpint(rest)?,
        modulus: take_mpint(rest)?,
    })
}

impl RsaNumbers<'_> {
    fn bits(&self) -> u64 {
        let sign_bits = self.modulus.first().map_or(0, |byte| byte.leading_zeros());
        8 * self.modulus.len() as u64 - u64::from(sign_bits)
    }

    fn check(&self) -> Result<(), ImportError> {
        let bits = self.bits();
        if (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) {
            Ok(())
        } else {
            Err(ImportError::RsaBits { bits })
        }
    }
}

/// `string` the curve's name, `string` the point (RFC 5656 section 3.1).
fn check_ecdsa(algorithm: Algorithm, curve: Curve, rest: &mut &[u8]) -> Result<(), ImportError> {
    if take_string(rest)? != curve.name().as_bytes() {
        return Err(ImportError::OtherAlgorithm { named: algorithm });
    }
    curve.check(take_string(rest)?)
}

/// What a security key was asked to make the key for, usually `ssh:`. OpenSSH reads it as a C string.
fn check_application(application: &[u8]) -> Result<(), ImportError> {
    if application.contains(&0) {
        return Err(ImportError::NulInApplication);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    // A key of `ssh-keygen -t rsa -b 2048 -N '' -C pharos-fixture` (OpenSSH 9.2p1); the private half
    // was never kept. The fingerprints are what `ssh-keygen -l` says of it, the modulus what a reader
    // of RFC 4253 finds in the line.
    const MODULUS: &str = "\
        a42542bb6ca2dd6a28ac3e8134fab543fe490fb3923ced790e3fee071cddb07a83eb02eee7d6abe81eea869c12\
        35f92b6d5bdd96f1ad2f5ef8c5961bc4274066e43c731b7830a44c6547095f1f7f518cb0e9f14bc489e565cc64\
        dce47d1a6dec23793d29956592a012b4201b73c945cfa8979ec0a473dc5ee6884571357921e7b737343525f8dc\
        f0da2d93000dadf6ac6e0ce6f5af64d20c8bd5cf8423feebfe60578e0458095affa6088c5937d2513fcca01b1c\
        cfd1c48ac69730cbe0bf8ab90ad396ea61b8aa81422a1b9f499e38ac4e8dba60c041f5431439689f9d01fbe63b\
        a9333eef562df1ab89b64dc664882f03befacda796b03e48c76fa899a857c1";
    const LINE: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCkJUK7bKLdaiisPoE0+rVD/kkPs5I87XkOP+4HHN2weoPrAu7n1qvoHuqGnBI1+SttW92W8a0vXvjFlhvEJ0Bm5DxzG3gwpExlRwlfH39RjLDp8UvEieVlzGTc5H0abewjeT0plWWSoBK0IBtzyUXPqJeewKRz3F7miEVxNXkh57c3NDUl+Nzw2i2TAA2t9qxuDOb1r2TSDIvVz4Qj/uv+YFeOBFgJWv+mCIxZN9JRP8ygGxzP0cSKxpcwy+C/irkK05bqYbiqgUIqG59JnjisTo26YMBB9UMUOWifnQH75jupMz7vVi3xq4m2TcZkiC8DvvrNp5awPkjHb6iZqFfB pharos-fixture";
    const FINGERPRINT: &str = "SHA256:iGuLLb1TZFHtwg+L9NiK2kTZdG2PLg3oE+W94rA+Rjw";
    const MD5_FINGERPRINT: &str = "MD5:3d:3e:99:42:e2:10:63:98:28:84:5b:c6:d6:43:5b:5d";

    fn key() -> PublicKey {
        let modulus = base16ct::lower::decode_vec(MODULUS).unwrap();
        PublicKey::rsa(&[1, 0, 1], &modulus)
    }

    #[test]
    fn a_key_of_openssh_is_written_as_openssh_writes_it() {
        let key = key();
        assert_eq!(key.authorized_keys_line("pharos-fixture"), LINE);
        assert_eq!(key.fingerprint().to_string(), FINGERPRINT);
        assert_eq!(key.md5_fingerprint().to_string(), MD5_FINGERPRINT);
    }

    #[test]
    fn the_blob_is_what_the_line_says_in_base64() {
        let base64 = LINE.split(' ').nth(1).unwrap();
        assert_eq!(Base64::decode_vec(base64).unwrap(), key().as_bytes());
    }

    #[test]
    fn the_numbers_are_found_in_the_blob() {
        let key = key();
        let numbers = key.rsa_numbers().unwrap();
        assert_eq!(numbers.exponent, [1, 0, 1]);
        assert_eq!(base16ct::lower::encode_string(numbers.modulus), MODULUS);
    }
}

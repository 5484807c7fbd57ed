//! Key pairs, made.
//!
//! RSA is made in one of three ways ([`Method`]); elliptic curves by aws-lc alone. What decides that a
//! number is prime, and that a key is sound, is aws-lc in each of them (docs/decisions/0016).

mod elliptic;
mod filtered;
mod library;
mod method;
mod numbers;
mod rsa;

use std::sync::atomic::{AtomicBool, Ordering};

use aws_lc_rs::error::Unspecified;
use pharos_api::private_key::PrivateKey;
use thiserror::Error;

use crate::key_type::KeyType;
use crate::point::Curve;
use crate::prime::{self, Filter, filter};
use crate::public_key::PublicKey;
pub use method::{Method, Path};
#[cfg(test)]
pub(crate) use numbers::private_exponent;

/// A new key pair.
pub struct GeneratedKeyPair {
    /// In PEM, with lines that end in LF: RSA as PKCS#1, with none after the last line, as the vendor has it;
    /// others as OpenSSH writes them, with one, which it insists on.
    pub private_key: PrivateKey,
    /// Its public half.
    pub public_key: PublicKey,
}

/// Why there is no key pair. What was made so far is wiped.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// The library that decides disagrees with what was found or made, so something here is broken: no
    /// key comes of it, and none of this generator any more.
    #[error("the library that decides disagrees: {what}; this generator makes no more keys")]
    Disagreement {
        /// What it was asked about.
        what: &'static str,
    },
    /// The private key could not be written.
    #[error("the new private key cannot be written")]
    Encode(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nobody waits for it any more.
    #[error("nobody waits for the key any more")]
    Interrupted,
    /// aws-lc failed, and does not say why.
    #[error("aws-lc could not do its part")]
    Library(#[source] Unspecified),
    /// There was a disagreement before.
    #[error("this generator disagreed with the library that decides, and stopped")]
    Stopped,
}

/// What makes key pairs. It keeps nothing of one key for the next.
pub struct Generator {
    path: Path,
    /// None where the library makes the whole key.
    filter: Option<Box<dyn Filter>>,
    is_stopped: AtomicBool,
}

impl Generator {
    /// Chooses what this machine can do, and has it decide on numbers whose answer is known.
    ///
    /// # Errors
    /// A wrong answer: the machine, or this program on it, is not to be trusted with keys.
    pub fn new(method: Method) -> Result<Self, SelfTestFailed> {
        let mut paths = method.paths().iter().copied();
        paths
            .find_map(Self::with_path)
            .unwrap_or_else(|| Ok(Self::library()))
    }

    /// With one path, if this machine has it: for those who compare them.
    ///
    /// # Errors
    /// As [`Generator::new`].
    pub fn with_path(path: Path) -> Option<Result<Self, SelfTestFailed>> {
        let filter = filter(path);
        if filter.is_none() && path != Path::Library {
            return None;
        }
        if let Some(filter) = &filter
            && !prime::is_right(&**filter).unwrap_or(false)
        {
            return Some(Err(SelfTestFailed { path: path.name() }));
        }
        Some(Ok(Self {
            path,
            filter,
            is_stopped: AtomicBool::new(false),
        }))
    }

    /// The library's own key generation, which needs no self-test.
    pub fn library() -> Self {
        Self {
            path: Path::Library,
            filter: None,
            is_stopped: AtomicBool::new(false),
        }
    }

    /// What finds the primes of its RSA keys.
    pub fn path(&self) -> Path {
        self.path
    }

    /// Whether it disagreed with the library that decides, and makes no more keys.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    /// Makes a key pair. RSA of 2048 bits takes milliseconds of one core, of 4096 bits a tenth of a
    /// second, on other paths ten times that: keep it off async threads.
    ///
    /// `is_wanted` is asked every millisecond or so.
    ///
    /// # Errors
    /// Each variant says why. After `Disagreement` every call is `Stopped`.
    pub fn generate(
        &self,
        key_type: KeyType,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<GeneratedKeyPair, GenerateError> {
        if self.is_stopped() {
            return Err(GenerateError::Stopped);
        }
        let made = match key_type {
            KeyType::Rsa2048 => self.generate_rsa(rsa::Size::Bits2048, is_wanted),
            KeyType::Rsa3072 => self.generate_rsa(rsa::Size::Bits3072, is_wanted),
            KeyType::Rsa4096 => self.generate_rsa(rsa::Size::Bits4096, is_wanted),
            KeyType::Ed25519 => elliptic::generate_ed25519(),
            KeyType::EcdsaNistp256 => elliptic::generate_ecdsa(Curve::Nistp256),
            KeyType::EcdsaNistp384 => elliptic::generate_ecdsa(Curve::Nistp384),
            KeyType::EcdsaNistp521 => elliptic::generate_ecdsa(Curve::Nistp521),
        };
        if matches!(made, Err(GenerateError::Disagreement { .. })) {
            self.is_stopped.store(true, Ordering::Relaxed);
        }
        made
    }

    fn generate_rsa(
        &self,
        size: rsa::Size,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<GeneratedKeyPair, GenerateError> {
        match &self.filter {
            Some(filter) => filtered::generate(&**filter, size, is_wanted),
            None => library::generate(size),
        }
    }
}

/// A path gave a wrong answer at start.
#[derive(Debug, Error)]
#[error(
    "the generator's path `{path}` failed its self-test: this machine or this build must not make keys \
     that way; `generator = \"library\"` avoids it"
)]
pub struct SelfTestFailed {
    /// Which.
    pub path: &'static str,
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use pkcs1::RsaPrivateKeyRef;

    use super::*;

    /// What a private key must be, by another library's arithmetic.
    pub(super) fn assert_sound(key_pair: &GeneratedKeyPair, bits: u64) {
        let pem = key_pair.private_key.expose();
        let (_, pkcs1) = pem_rfc7468::decode_vec(pem.as_bytes()).unwrap();
        let key = RsaPrivateKeyRef::try_from(pkcs1.as_slice()).unwrap();
        let number =
            |number: pkcs1::der::asn1::UintRef<'_>| BigUint::from_bytes_be(number.as_bytes());
        assert_eq!(number(key.public_exponent), BigUint::from(65_537_u32));
        let (n, d) = (number(key.modulus), number(key.private_exponent));
        let (p, q) = (number(key.prime1), number(key.prime2));
        let one = BigUint::from(1_u32);
        let (p_minus_one, q_minus_one) = (&p - &one, &q - &one);
        let order = num_integer::Integer::lcm(&p_minus_one, &q_minus_one);
        assert_eq!((n.bits(), p.bits(), q.bits()), (bits, bits / 2, bits / 2));
        assert_eq!(&p * &q, n);
        assert_eq!(&d * 65_537_u32 % &order, one);
        assert!(d < order && d.bits() > bits / 2);
        assert!(p > q && (&p - &q).bits() > bits / 2 - 100);
        assert_eq!(number(key.exponent1), &d % &p_minus_one);
        assert_eq!(number(key.exponent2), &d % &q_minus_one);
        assert_eq!(number(key.coefficient) * &q % &p, one);
        for prime in [&p, &q] {
            let witness = BigUint::from(3_u32).modpow(&(prime - &one), prime);
            assert_eq!(witness, one);
        }
        let numbers = key_pair.public_key.rsa_numbers().unwrap();
        assert_eq!(BigUint::from_bytes_be(numbers.modulus), n);
    }

    /// The generators of this machine.
    fn generators() -> Vec<Generator> {
        let generators = Path::ALL
            .iter()
            .filter_map(|path| Generator::with_path(*path));
        generators.map(Result::unwrap).collect()
    }

    #[test]
    fn every_path_makes_sound_rsa_keys_of_every_size() {
        for generator in generators() {
            for (key_type, bits, count) in [
                (KeyType::Rsa2048, 2048, 20),
                (KeyType::Rsa3072, 3072, 3),
                (KeyType::Rsa4096, 4096, 2),
            ] {
                for _ in 0..count {
                    let key_pair = generator.generate(key_type, &|| true).unwrap();
                    assert_sound(&key_pair, bits);
                }
            }
        }
    }

    #[test]
    fn each_method_takes_its_best_path() {
        let path = |method| Generator::new(method).unwrap().path();
        assert_eq!(path(Method::Portable), Path::Portable);
        assert_eq!(path(Method::Library), Path::Library);
        let best = generators().first().unwrap().path();
        assert_eq!(path(Method::Filtered), best);
        for method in Method::ALL {
            assert_eq!(Method::parse(method.name()), Some(*method));
        }
        assert_eq!(Method::parse("fast"), None);
    }

    #[test]
    fn a_key_is_of_the_type_that_was_asked_for() {
        let generator = Generator::new(Method::Filtered).unwrap();
        for key_type in KeyType::ALL {
            let key_pair = generator.generate(*key_type, &|| true).unwrap();
            assert_eq!(key_pair.public_key.algorithm(), key_type.algorithm());
            assert_eq!(KeyType::parse(key_type.name()), Some(*key_type));
        }
        assert_eq!(KeyType::parse("rsa-1024"), None);
    }
}

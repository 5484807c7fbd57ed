//! No good key is refused.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test whose helpers stand outside of it"
)]

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521, PrivateKey};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use num_bigint::BigUint;
use pharos_api::random::Random;
use pharos_keys::weak::Rules;
use pharos_keys::{Algorithm, PublicKey};
use pharos_testkit::public_keys;
use pharos_testkit::random::SeededRandom;

mod common {
    pub(crate) mod primes;
}
use common::primes;

/// Each RSA key is the product of two of a pool of primes: 40 make 780 keys.
const PRIMES: usize = 40;

const KEYS: usize = 10_000;

#[test]
fn ten_thousand_good_keys_are_imported() {
    let random = SeededRandom::announced();
    let rules = Rules::default();
    let pool: Vec<_> = (0..PRIMES).map(|_| primes::prime(1024, &random)).collect();
    let mut moduli = pairs(&pool).map(|(one, other)| one * other);
    for number in 0..KEYS {
        let algorithm = match moduli.next() {
            Some(modulus) => {
                let exponent = [65_537, 65_537, 37, 35][random.below(4)];
                import(
                    &rules,
                    Algorithm::Rsa,
                    &public_keys::rsa(exponent, &modulus),
                );
                continue;
            }
            None => Algorithm::ALL[1 + number % (Algorithm::ALL.len() - 1)],
        };
        import(&rules, algorithm, &line(algorithm, &random));
    }
}

#[test]
fn long_rsa_keys_are_imported() {
    let random = SeededRandom::announced();
    for bits in [1536, 2048] {
        let modulus = primes::prime(bits, &random) * primes::prime(bits, &random);
        let line = public_keys::rsa(65_537, &modulus);
        import(&Rules::default(), Algorithm::Rsa, &line);
    }
}

#[track_caller]
fn import(rules: &Rules, algorithm: Algorithm, line: &str) {
    let key = PublicKey::parse(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert_eq!(key.algorithm(), algorithm);
    assert_eq!(rules.check(&key), Ok(()), "{line}");
}

fn pairs(pool: &[BigUint]) -> impl Iterator<Item = (&BigUint, &BigUint)> {
    let others = |(index, one)| pool[..index].iter().map(move |other| (one, other));
    pool.iter().enumerate().flat_map(others)
}

/// A new key of an algorithm other than RSA.
fn line(algorithm: Algorithm, random: &SeededRandom) -> String {
    let name = algorithm.name();
    match algorithm {
        Algorithm::Rsa => unreachable!("RSA keys are made of primes"),
        Algorithm::Ed25519 => public_keys::line(name, &[&ed25519(random)]),
        Algorithm::EcdsaNistp256 => ecdsa(name, "nistp256", &point(&ECDH_P256, 32, random)),
        Algorithm::EcdsaNistp384 => ecdsa(name, "nistp384", &point(&ECDH_P384, 48, random)),
        Algorithm::EcdsaNistp521 => ecdsa(name, "nistp521", &point(&ECDH_P521, 66, random)),
        Algorithm::SkEd25519 => public_keys::line(name, &[&ed25519(random), b"ssh:"]),
        Algorithm::SkEcdsaNistp256 => {
            let point = point(&ECDH_P256, 32, random);
            public_keys::line(name, &[b"nistp256", &point, b"ssh:"])
        }
    }
}

fn ecdsa(name: &str, curve: &str, point: &[u8]) -> String {
    public_keys::line(name, &[curve.as_bytes(), point])
}

fn ed25519(random: &SeededRandom) -> Vec<u8> {
    let mut seed = [0; 32];
    random.fill(&mut seed);
    let key_pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    key_pair.public_key().as_ref().to_vec()
}

fn point(curve: &'static agreement::Algorithm, bytes: usize, random: &SeededRandom) -> Vec<u8> {
    let mut scalar = vec![0; bytes];
    random.fill(&mut scalar);
    // Below the order of each of the curves, that of 521 bits too.
    scalar[0] &= 1;
    let private_key = PrivateKey::from_private_key(curve, &scalar).unwrap();
    private_key.compute_public_key().unwrap().as_ref().to_vec()
}

//! Numbers that look like primes to some tests, and numbers at the edges.

use num_bigint::BigUint;

use super::numbers::{big, candidate, passes_fermat_test};
use crate::prime::candidate::Candidate;
use crate::prime::size::PrimeSize;

const SIZE: PrimeSize = PrimeSize::Bits1024;

/// k, where 6k + 1, 12k + 1 and 18k + 1 are prime, so that their product is a Carmichael number (Chernick,
/// 1939): it passes Fermat's test to every base that it has no factor in common with.
const CARMICHAEL: &[&str] = &[
    "3a2b83c2b0e25717aa030c86480625f467d57cbcdedd72cf4a07c50b01d63dd588e76a41ab2bece6f0a3d",
    "3774dbed14eaaf60a0d7b37d5fd65d0ea228f418310b50e2b7ab1e5788277bb2999d4ba4b4821c5cc46e0",
    "3ab5e4540e89289f19644568563dd8a068f9d6fd064c238e9a3145fcd6f720edd16c0e87fddeca65ae543",
];

/// p, where p and 2p - 1 are prime, and p(2p - 1) is a strong pseudoprime to the base 2.
const STRONG_PSEUDOPRIMES: &[&str] = &[
    "b164bd99b38a3624e0354f0c3bb79feadc0f38d8fdf87692f2037effd29be65cde4da8cb90a66f5675fae78df9089f25a781f62dc921a8aead19fbc7fc716ab1",
    "ac1c1fa74120381e9dd28e062a6f071a6273f38f0649f251ec892d4954f446c7e4a3b1fdcc68f73bcde9e7d304ef59c9c20cca6c52bbb2ef32d1a99d807a675d",
    "9dfed4f043ab79d35759a05fa062a9f61b8507268bea3a8c7ed675b2cf1e49d3f0b6fe57ecb95717e28d93d63b48d040ddba6f8342e1f4c96c33f6a8c094ab6d",
];

fn parse(digits: &str) -> BigUint {
    BigUint::parse_bytes(digits.as_bytes(), 16).unwrap()
}

fn power(bits: u32) -> BigUint {
    BigUint::from(1_u32) << bits
}

/// All odd and of full length; as many as fill a batch of every filter.
pub(super) fn special_numbers() -> Vec<Candidate> {
    let carmichael = CARMICHAEL.iter().map(|k| {
        let k = parse(k);
        (&k * 6_u32 + 1_u32) * (&k * 12_u32 + 1_u32) * (&k * 18_u32 + 1_u32)
    });
    let pseudoprimes = STRONG_PSEUDOPRIMES.iter().map(|p| {
        let p = parse(p);
        &p * (&p * 2_u32 - 1_u32)
    });
    let squares = STRONG_PSEUDOPRIMES.iter().map(|p| {
        let p = parse(p);
        &p * &p
    });
    let mut numbers: Vec<_> = carmichael.chain(pseudoprimes).chain(squares).collect();
    // The largest, and those whose digits are nearly all ones or zeros.
    numbers.push(power(1024) - 1_u32);
    for bit in [1, 27, 28, 49, 52, 64, 98, 104, 512, 520, 972, 1020] {
        numbers.push(power(1024) - power(bit) + 1_u32);
        numbers.push(power(1023) + power(1022) + power(bit) - 1_u32);
        numbers.push(power(1023) + power(1022) + power(bit) + 1_u32);
    }
    let full = numbers.len() - numbers.len() % 8;
    numbers.truncate(full);
    numbers
        .iter()
        .map(|number| candidate(number, SIZE))
        .collect()
}

#[test]
fn they_deceive() {
    let composites = CARMICHAEL.len() + STRONG_PSEUDOPRIMES.len();
    for number in special_numbers().iter().take(composites) {
        assert!(passes_fermat_test(number));
        assert!(!super::decision::is_prime_by_num_bigint(&big(
            number.limbs()
        )));
    }
}

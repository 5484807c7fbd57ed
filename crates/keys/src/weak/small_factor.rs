//! RSA moduli with a small factor: damaged keys, and generators that do not look for primes.

use std::sync::LazyLock;

use num_bigint::BigUint;
use num_integer::Integer;

use super::{Numbers, Weakness};
use crate::small_primes::small_primes;

/// The product of all small primes: 94,027 bits.
static PRIMORIAL: LazyLock<BigUint> =
    LazyLock::new(|| small_primes().iter().copied().map(BigUint::from).product());

pub(super) fn find(numbers: &Numbers) -> Option<Weakness> {
    // One division by each prime would take ten times as long.
    let modulus = &numbers.modulus;
    let common = (&*PRIMORIAL % modulus).gcd(modulus);
    let mut factors = small_primes().iter().copied();
    factors
        .find(|prime| &common % prime == BigUint::ZERO)
        .map(|factor| Weakness::RsaSmallFactor { factor })
}

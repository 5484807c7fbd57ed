//! RSA moduli that are a power of a whole number, and so not the product of two primes.

use num_bigint::BigUint;

use super::{Numbers, Weakness};
use crate::small_primes::small_primes;

/// The fewest bits that the base adds to a power each time: a base with less is a small factor.
const BASE_BITS_MIN: u64 = 16;

/// How many primes are asked about each exponent before a root is taken: of 8 moduli that are no square,
/// 7 are told by them, and of other powers more.
const WITNESSES: usize = 3;

pub(super) fn find(numbers: &Numbers) -> Option<Weakness> {
    let modulus = &numbers.modulus;
    // A power of a composite exponent is one of each of its factors, too.
    let exponents = small_primes().iter().copied();
    let mut exponents =
        exponents.take_while(|exponent| u64::from(*exponent) * BASE_BITS_MIN <= modulus.bits());
    exponents
        .find(|exponent| may_be_power(modulus, *exponent) && is_power(modulus, *exponent))
        .map(|power| Weakness::RsaPerfectPower { power })
}

/// Euler's criterion: modulo a prime r = 1 + m * exponent, the m-th power of each power of that exponent is
/// 1 or 0. It costs little, and the roots of a long modulus would take half a second.
fn may_be_power(modulus: &BigUint, exponent: u32) -> bool {
    let primes = small_primes().iter().copied();
    let mut witnesses = primes.filter(|prime| prime % exponent == 1).take(WITNESSES);
    witnesses.all(|prime| {
        let m = (prime - 1) / exponent;
        (modulus % prime).modpow(&m.into(), &prime.into()) <= BigUint::from(1_u8)
    })
}

fn is_power(modulus: &BigUint, exponent: u32) -> bool {
    modulus.nth_root(exponent).pow(exponent) == *modulus
}

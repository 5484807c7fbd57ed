//! RSA moduli that are themselves a prime.

use num_bigint::BigUint;

use super::{Numbers, Weakness};

/// The longest modulus that is tested, in bits. The time grows with the third power: a quarter of a second
/// here, and two seconds with twice the bits, which is too much to let a stranger ask for.
const TESTED_BITS_MAX: u64 = 8192;

/// Fermat's test: 2^(n-1) is 1 modulo every odd prime n, so no prime gets through. That it is 1 for a few
/// other numbers too, which better tests tell apart, does no harm: random primes never make one, and who
/// makes one on purpose is merely refused.
pub(super) fn find(numbers: &Numbers) -> Option<Weakness> {
    let modulus = &numbers.modulus;
    let one = BigUint::from(1_u8);
    let is_prime = || BigUint::from(2_u8).modpow(&(modulus - &one), modulus) == one;
    (modulus.bits() <= TESTED_BITS_MAX && is_prime()).then_some(Weakness::RsaPrimeModulus)
}

//! The rules, and the names that an operator turns them off by.

use super::{
    Numbers, Weakness, close_primes, exponent, perfect_power, prime_modulus, roca, shared_prime,
    size, small_factor,
};

/// A rule that a key may break. What is no key at all, such as a point off its curve or anything of DSA,
/// breaks none of them: it is never imported ([`crate::ImportError`]).
///
/// They are in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// An RSA modulus that is too short.
    RsaSize,
    /// An RSA exponent that is even, tiny or long.
    RsaExponent,
    /// An RSA modulus with a factor below 2^16.
    RsaSmallFactor,
    /// An RSA modulus of two primes that are close to each other.
    RsaClosePrimes,
    /// An RSA modulus with the mark of ROCA.
    RsaRoca,
    /// An RSA modulus that is a power.
    RsaPerfectPower,
    /// An RSA modulus with a prime that is known from other keys.
    RsaSharedPrime,
    /// An RSA modulus that is itself a prime.
    RsaPrimeModulus,
}

impl Rule {
    /// Every rule, in their order.
    pub const ALL: &[Self] = &[
        Self::RsaSize,
        Self::RsaExponent,
        Self::RsaSmallFactor,
        Self::RsaClosePrimes,
        Self::RsaRoca,
        Self::RsaPerfectPower,
        Self::RsaSharedPrime,
        Self::RsaPrimeModulus,
    ];

    /// Its name in a setting.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RsaSize => "rsa-size",
            Self::RsaExponent => "rsa-exponent",
            Self::RsaSmallFactor => "rsa-small-factor",
            Self::RsaClosePrimes => "rsa-close-primes",
            Self::RsaRoca => "rsa-roca",
            Self::RsaPerfectPower => "rsa-perfect-power",
            Self::RsaSharedPrime => "rsa-shared-prime",
            Self::RsaPrimeModulus => "rsa-prime-modulus",
        }
    }

    /// Reads a name; `None` if it is none of these.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.name() == name)
    }

    pub(super) fn find(self, numbers: &Numbers) -> Option<Weakness> {
        match self {
            Self::RsaSize => size::find(numbers),
            Self::RsaExponent => exponent::find(numbers),
            Self::RsaSmallFactor => small_factor::find(numbers),
            Self::RsaClosePrimes => close_primes::find(numbers),
            Self::RsaRoca => roca::find(numbers),
            Self::RsaPerfectPower => perfect_power::find(numbers),
            Self::RsaSharedPrime => shared_prime::find(numbers),
            Self::RsaPrimeModulus => prime_modulus::find(numbers),
        }
    }
}

//! RSA moduli with the mark of ROCA: "The Return of Coppersmith's Attack" by Nemec, Sys, Svenda, Klinec and
//! Matyas, 2017, CVE-2017-15361.
//!
//! A library of Infineon, in smart cards and TPMs, made each prime as k * M + (65537^a mod M), M the product
//! of the first primes, with so few bits in k and a that the primes can be computed. So a modulus of it is
//! a power of 65537 modulo M, and that is its mark: the logarithm exists.
//!
//! It exists modulo M if it does modulo each prime of M, and if the logarithms can be one number: each is
//! known modulo the order of 65537, and two of them agree modulo what their orders have in common.

use std::iter;

use num_bigint::BigUint;
use num_integer::Integer;

use super::{Numbers, Weakness};
use crate::small_primes::small_primes;

/// What the library raised to a power.
const GENERATOR: u32 = 65_537;

/// How many primes the M of its shortest keys had (512 to 960 bits; the last is 167). Longer keys had more,
/// and these among them. They suffice: of the numbers that have no factor in common with their product, one
/// in 2^154 is a power of 65537.
const PRIMES: usize = 39;

pub(super) fn find(numbers: &Numbers) -> Option<Weakness> {
    let primes = small_primes().iter().take(PRIMES);
    let logarithms: Option<Vec<_>> = primes
        .map(|prime| Logarithm::of(&numbers.modulus, *prime))
        .collect();
    let logarithms = logarithms?;
    let all_agree = logarithms
        .iter()
        .all(|one| logarithms.iter().all(|other| one.agrees(other)));
    all_agree.then_some(Weakness::RsaRoca)
}

/// A logarithm to the base 65537 modulo a prime, itself known modulo the order of 65537.
struct Logarithm {
    value: usize,
    order: usize,
}

impl Logarithm {
    /// Of a number modulo a prime; `None` if there is none.
    fn of(number: &BigUint, prime: u32) -> Option<Self> {
        let residue = number % prime;
        let powers: Vec<_> = powers(prime).map(BigUint::from).collect();
        Some(Self {
            value: powers.iter().position(|power| *power == residue)?,
            order: powers.len(),
        })
    }

    /// Whether there is a number that both can be.
    fn agrees(&self, other: &Self) -> bool {
        let common = self.order.gcd(&other.order);
        self.value % common == other.value % common
    }
}

/// 65537^0, 65537^1 and so on modulo a prime, until they come back to 1.
fn powers(prime: u32) -> impl Iterator<Item = u32> {
    let generator = GENERATOR % prime;
    let next = move |power: &u32| Some(power * generator % prime);
    iter::once(1).chain(iter::successors(Some(generator), next).take_while(|power| *power != 1))
}

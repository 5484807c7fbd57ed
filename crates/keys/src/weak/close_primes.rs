//! RSA moduli of two primes that are close to each other, which Fermat's method finds (1643; for keys
//! that printers made, CVE-2022-26320).
//!
//! An odd n = pq is a^2 - b^2 with a = (p + q) / 2 and b = (p - q) / 2. The method tries one a after the
//! other, from the square root of n upwards, until a^2 - n is a square.

use std::iter;

use num_bigint::BigUint;

use super::{Numbers, Weakness};

/// How many a are tried. The k-th finds primes that are up to sqrt(8k) times the fourth root of n apart, which
/// agree in about the first half of their bits. Keys that are known to be weak are found by the first; ten
/// times as many steps would find what agrees in one or two bits less.
const STEPS_MAX: usize = 100;

pub(super) fn find(numbers: &Numbers) -> Option<Weakness> {
    let modulus = &numbers.modulus;
    // The root, rounded up.
    let first = (modulus - 1_u8).sqrt() + 1_u8;
    let steps = iter::successors(Some(first), |a| Some(a + 1_u8)).take(STEPS_MAX);
    let mut squares = steps.map(|a| &a * &a - modulus);
    squares
        .any(|square| is_square(&square))
        .then_some(Weakness::RsaClosePrimes)
}

fn is_square(number: &BigUint) -> bool {
    let root = number.sqrt();
    &root * &root == *number
}

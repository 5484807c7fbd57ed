//! Small primes, several to a word: what trial division divides by.

use std::ops::Range;

use crate::small_primes::small_primes;

/// Small odd primes whose product fits into a word of so many bits. Dividing by them is multiplying, in
/// the same time for every number.
pub(super) struct Group<const WORD_BITS: u32> {
    /// The product.
    pub(super) product: u64,
    /// −1/product modulo 2^`WORD_BITS`.
    pub(super) negative_inverse: u64,
    /// The primes.
    pub(super) divisors: Vec<Divisor>,
}

/// An odd number, as what tells its multiples: exactly they, times the inverse, are at most the limit.
#[derive(Clone, Copy)]
pub(super) struct Divisor {
    /// 1/d modulo 2^`WORD_BITS`.
    pub(super) inverse: u64,
    /// The largest quotient of a word by d.
    pub(super) limit: u64,
}

impl<const WORD_BITS: u32> Group<WORD_BITS> {
    const MASK: u64 = u64::MAX >> (64 - WORD_BITS);

    /// Room above the product, for what a division leaves unreduced: 2^6 at most where a word has 52 bits
    /// (`radix52.rs`), and 1 where it has 64.
    const PRODUCT_MAX: u64 = Self::MASK - 128;

    /// The odd primes in a range, in order, as many to a group as fit.
    pub(super) fn of_primes(range: Range<u32>) -> Vec<Self> {
        let primes = small_primes().iter().map(|prime| u64::from(*prime));
        let in_range = u64::from(range.start.max(3))..u64::from(range.end);
        let primes = primes.filter(|prime| in_range.contains(prime));
        let mut groups: Vec<Vec<u64>> = Vec::new();
        let mut product = u64::MAX;
        for prime in primes {
            match (product.checked_mul(prime), groups.last_mut()) {
                (Some(larger), Some(group)) if larger <= Self::PRODUCT_MAX => {
                    group.push(prime);
                    product = larger;
                }
                _ => {
                    groups.push(vec![prime]);
                    product = prime;
                }
            }
        }
        groups.iter().map(|primes| Self::new(primes)).collect()
    }

    fn new(primes: &[u64]) -> Self {
        let product: u64 = primes.iter().product();
        let divisor = |prime: &u64| Divisor {
            inverse: inverse(*prime) & Self::MASK,
            limit: Self::MASK / prime,
        };
        Self {
            product,
            negative_inverse: inverse(product).wrapping_neg() & Self::MASK,
            divisors: primes.iter().map(divisor).collect(),
        }
    }
}

impl Group<64> {
    /// Whether one of its primes divides a number, which takes the same time whatever the number is.
    pub(super) fn divides(&self, limbs: &[u64]) -> bool {
        // From the lowest limb on, a multiple of the product makes it zero: what is left is the number
        // divided by 2^64 for each limb, modulo the product, and never more than the product plus 1.
        let mut rest = 0_u64;
        for limb in limbs {
            let (low, carry) = rest.overflowing_add(*limb);
            let quotient = low.wrapping_mul(self.negative_inverse);
            let multiple = u128::from(quotient) * u128::from(self.product);
            rest = ((multiple + u128::from(low)) >> 64) as u64 + u64::from(carry);
        }
        let is_multiple = |divisor: &Divisor| rest.wrapping_mul(divisor.inverse) <= divisor.limit;
        let divisors = self.divisors.iter();
        divisors.fold(false, |found, divisor| found | is_multiple(divisor))
    }
}

/// 1/number modulo 2^64. Each step doubles the bits that are right, and an odd number is its own inverse
/// in three.
fn inverse(number: u64) -> u64 {
    (0..5).fold(number, |inverse, _| {
        inverse.wrapping_mul(2_u64.wrapping_sub(number.wrapping_mul(inverse)))
    })
}

/// What a number leaves when it is divided by 65537, the public exponent: 2^16 is −1 there, so the pieces
/// of 16 bits are added with alternating signs.
pub(super) fn modulo_65537(limbs: &[u64]) -> u64 {
    const MODULUS: i64 = 65_537;
    let pieces = limbs
        .iter()
        .flat_map(|limb| [0, 16, 32, 48].map(|shift| (limb >> shift) as i64 & 0xFFFF));
    let signs = [1, -1].into_iter().cycle();
    let sum: i64 = pieces.zip(signs).map(|(piece, sign)| sign * piece).sum();
    // The sum has 23 bits at most, with its sign: once more makes 17, and an offset makes it positive.
    let folded = (sum & 0xFFFF) - (sum >> 16) + MODULUS;
    let is_too_large = i64::from(folded >= MODULUS);
    let once = folded - is_too_large * MODULUS;
    let is_too_large = i64::from(once >= MODULUS);
    (once - is_too_large * MODULUS).cast_unsigned()
}

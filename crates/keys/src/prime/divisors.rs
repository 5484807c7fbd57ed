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
        let rest = limbs.iter().fold(0_u64, |rest, limb| {
            let (low, carry) = rest.overflowing_add(*limb);
            let quotient = low.wrapping_mul(self.negative_inverse);
            let (_, high) = quotient.carrying_mul(self.product, low);
            high.wrapping_add(u64::from(carry))
        });
        let is_multiple = |divisor: &Divisor| rest.wrapping_mul(divisor.inverse) <= divisor.limit;
        let divisors = self.divisors.iter();
        divisors.fold(false, |found, divisor| found | is_multiple(divisor))
    }
}

/// 1/number modulo 2^64. Each step doubles the bits that are right, and an odd number is its own inverse
/// in three.
pub(super) fn inverse(number: u64) -> u64 {
    (0..5).fold(number, |inverse, _| {
        inverse.wrapping_mul(2_u64.wrapping_sub(number.wrapping_mul(inverse)))
    })
}

/// What a number leaves when it is divided by 65537, the public exponent: 2^16 is −1 there, so the pieces
/// of 16 bits are added with alternating signs.
pub(super) fn modulo_65537(limbs: &[u64]) -> u64 {
    const MODULUS: u64 = 65_537;
    let pieces = |limb: &u64| [0, 16, 32, 48].map(|shift| limb >> shift & 0xFFFF);
    // Twice what is added is subtracted at most: an offset, a multiple of the modulus, keeps it positive.
    let offset = MODULUS << 16;
    let sum = limbs.iter().fold(offset, |sum, limb| {
        let [first, second, third, fourth] = pieces(limb);
        let added = sum.wrapping_add(first).wrapping_add(third);
        added.wrapping_sub(second).wrapping_sub(fourth)
    });
    // Upper half: the modulus, and 64 more or less. Lower than 2^17 after one fold, than twice the modulus
    // after another.
    let fold = |sum: u64, times: u64| {
        let lower = (sum & 0xFFFF).wrapping_add(times * MODULUS);
        lower.wrapping_sub(sum >> 16)
    };
    let folded = fold(fold(sum, 2), 1);
    let less = folded.wrapping_sub(MODULUS);
    // What wraps has its highest bits set.
    less.wrapping_add(MODULUS & (less >> 63).wrapping_neg())
}

#[cfg(test)]
mod tests {
    use pharos_testkit::random::SeededRandom;

    use super::*;
    use crate::prime::tests::numbers::{big, random};

    fn divisors_of<const WORD_BITS: u32>(group: &Group<WORD_BITS>) -> Vec<u64> {
        let mask = Group::<WORD_BITS>::MASK;
        let prime = |divisor: &Divisor| inverse(divisor.inverse) & mask;
        group.divisors.iter().map(prime).collect()
    }

    fn assert_complete<const WORD_BITS: u32>(end: u32) {
        let groups = Group::<WORD_BITS>::of_primes(3..end);
        let found: Vec<_> = groups.iter().flat_map(divisors_of).collect();
        let expected = small_primes()
            .iter()
            .filter(|prime| (3..end).contains(prime));
        let expected: Vec<_> = expected.map(|prime| u64::from(*prime)).collect();
        assert_eq!(found, expected);
        for group in &groups {
            let primes = divisors_of(group);
            assert_eq!(primes.iter().product::<u64>(), group.product);
            let one = group
                .product
                .wrapping_mul(group.negative_inverse.wrapping_neg());
            assert_eq!(one & Group::<WORD_BITS>::MASK, 1);
            for (prime, divisor) in primes.iter().zip(&group.divisors) {
                assert_eq!(divisor.limit, Group::<WORD_BITS>::MASK / prime);
            }
        }
    }

    #[test]
    fn the_tables_have_every_prime_once_and_what_belongs_to_it() {
        assert_complete::<64>(1 << 16);
        assert_complete::<52>(1 << 16);
    }

    #[test]
    fn a_group_divides_the_numbers_that_one_of_its_primes_divides() {
        let source = SeededRandom::announced();
        for group in Group::<64>::of_primes(3..1 << 16) {
            for _ in 0..20 {
                let number = random(&source, [16, 24, 32][source.below(3)]);
                let number_big = big(&number);
                let mut primes = divisors_of(&group).into_iter();
                let expected = primes.any(|prime| &number_big % prime == 0_u32.into());
                assert_eq!(group.divides(&number), expected, "{number:x?}");
            }
            // One that each of its primes divides, and one beside it that none does.
            for prime in divisors_of(&group) {
                let number = random(&source, 15);
                let multiple = big(&number) * prime;
                assert!(group.divides(&crate::prime::tests::numbers::limbs(&multiple, 16)));
            }
            let number = big(&random(&source, 15)) * group.product + 1_u32;
            assert!(!group.divides(&crate::prime::tests::numbers::limbs(&number, 17)));
        }
    }

    #[test]
    fn what_65537_leaves_is_what_it_leaves() {
        let source = SeededRandom::announced();
        let edge = |limb: u64| (1..=32).map(move |limbs| vec![limb; limbs]);
        let edges = edge(u64::MAX)
            .chain(edge(0))
            .chain(edge(1))
            .chain(edge(0xFFFF));
        let halves = edge(0xFFFF_0000_FFFF_0000).chain(edge(0x0000_FFFF_0000_FFFF));
        let drawn = (0..20_000).map(|_| random(&source, 1 + source.below(32)));
        for number in edges.chain(halves).chain(drawn) {
            let expected = u64::try_from(big(&number) % 65_537_u32).unwrap();
            assert_eq!(modulo_65537(&number), expected, "{number:x?}");
        }
    }
}

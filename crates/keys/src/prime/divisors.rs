//! Small primes, several to a word: what trial division divides by.

use std::ops::Range;

use super::candidate::Candidate;
use super::size::{LIMBS_MAX, PrimeSize};
use crate::small_primes::small_primes;

/// Small odd primes whose product fits into a word of so many bits, and what each word of a number counts
/// modulo that product. Dividing by them is multiplying, in the same time for every number.
pub(super) struct Group<const WORD_BITS: u32, const WORDS: usize> {
    /// The product.
    pub(super) product: u64,
    /// −1/product modulo 2^`WORD_BITS`.
    pub(super) negative_inverse: u64,
    /// 2^(`WORD_BITS`·i) modulo the product.
    pub(super) weights: [u64; WORDS],
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

impl<const WORD_BITS: u32, const WORDS: usize> Group<WORD_BITS, WORDS> {
    const MASK: u64 = u64::MAX >> (64 - WORD_BITS);

    /// The odd primes in a range, in order, as many to a group as the largest product admits.
    pub(super) fn of_primes(range: Range<u32>, product_max: u64) -> Vec<Self> {
        let primes = small_primes().iter().map(|prime| u64::from(*prime));
        let in_range = u64::from(range.start.max(3))..u64::from(range.end);
        let primes = primes.filter(|prime| in_range.contains(prime));
        let mut groups: Vec<Vec<u64>> = Vec::new();
        let mut product = u64::MAX;
        for prime in primes {
            match (product.checked_mul(prime), groups.last_mut()) {
                (Some(larger), Some(group)) if larger <= product_max => {
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

    #[expect(clippy::cast_possible_truncation, reason = "it is below the product")]
    fn new(primes: &[u64]) -> Self {
        let product: u64 = primes.iter().product();
        let mut weight = 1;
        let weights = std::array::from_fn(|_| {
            let current = weight;
            weight = ((u128::from(weight) << WORD_BITS) % u128::from(product)) as u64;
            current
        });
        let divisor = |prime: &u64| Divisor {
            inverse: inverse(*prime) & Self::MASK,
            limit: Self::MASK / prime,
        };
        Self {
            product,
            negative_inverse: inverse(product).wrapping_neg() & Self::MASK,
            weights,
            divisors: primes.iter().map(divisor).collect(),
        }
    }
}

impl Group<64, LIMBS_MAX> {
    /// A number in the weights of its limbs is below 2^64·`LIMBS_MAX` times the product, and below
    /// `LIMBS_MAX` + 1 products once a step has divided it by 2^64: the one fits into 128 bits then, the other into 64.
    const PRODUCT_MAX: u64 = u64::MAX / (LIMBS_MAX as u64 + 1);

    /// Whether one of its primes divides a number of at most `LIMBS_MAX` limbs, which takes the same time
    /// whatever the number is.
    #[expect(clippy::cast_possible_truncation, reason = "the sum is taken apart")]
    #[inline(always)]
    pub(super) fn divides(&self, limbs: &[u64]) -> bool {
        let weighted = limbs.iter().zip(&self.weights);
        let sum = weighted.fold(0_u128, |sum, (limb, weight)| {
            sum.wrapping_add(u128::from(*limb) * u128::from(*weight))
        });
        let (low, high) = (sum as u64, (sum >> 64) as u64);
        // A multiple of the product makes the lowest 64 bits zero: what is left is the number divided by 2^64.
        let quotient = low.wrapping_mul(self.negative_inverse);
        let (_, carry) = quotient.carrying_mul(self.product, low);
        let rest = high.wrapping_add(carry);
        let is_multiple = |divisor: &Divisor| rest.wrapping_mul(divisor.inverse) <= divisor.limit;
        let divisors = self.divisors.iter();
        divisors.fold(false, |found, divisor| found | is_multiple(divisor))
    }
}

/// Small primes, for numbers one by one.
pub(super) struct Divisors(pub(super) Vec<Group<64, LIMBS_MAX>>);

impl Divisors {
    /// The odd primes in a range.
    pub(super) fn new(range: Range<u32>) -> Self {
        Self(Group::of_primes(range, Group::PRODUCT_MAX))
    }

    /// Which of the numbers none of them divides, the first in the lowest bit.
    pub(super) fn pass(&self, numbers: &[Candidate]) -> u8 {
        let numbers = numbers.iter().rev();
        numbers.fold(0, |passed, number| {
            passed << 1 | u8::from(!self.divide(number.limbs()))
        })
    }

    /// Whether one of them divides a number.
    pub(super) fn divide(&self, limbs: &[u64]) -> bool {
        // Code for a known number of limbs takes two thirds of the time of a loop over any number.
        if let Some(limbs) = limbs.as_array::<{ PrimeSize::Bits1024.limbs() }>() {
            self.divide_limbs(limbs)
        } else if let Some(limbs) = limbs.as_array::<{ PrimeSize::Bits1536.limbs() }>() {
            self.divide_limbs(limbs)
        } else if let Some(limbs) = limbs.as_array::<{ PrimeSize::Bits2048.limbs() }>() {
            self.divide_limbs(limbs)
        } else {
            self.divide_limbs(limbs)
        }
    }

    #[inline(always)]
    fn divide_limbs(&self, limbs: &[u64]) -> bool {
        // A number that has a divisor is thrown away: when that was found tells nothing of those that are kept.
        self.0.iter().any(|group| group.divides(limbs))
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
pub(crate) fn modulo_65537(limbs: &[u64]) -> u64 {
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
    use num_bigint::BigUint;
    use pharos_testkit::random::SeededRandom;

    use super::*;
    use crate::prime::radix52;
    use crate::prime::tests::numbers::{big, limbs, random};

    /// One past the largest small prime.
    const END: u32 = 1 << 16;

    fn divisors_of<const WORD_BITS: u32, const WORDS: usize>(
        group: &Group<WORD_BITS, WORDS>,
    ) -> Vec<u64> {
        let mask = Group::<WORD_BITS, WORDS>::MASK;
        let prime = |divisor: &Divisor| inverse(divisor.inverse) & mask;
        group.divisors.iter().map(prime).collect()
    }

    fn assert_complete<const WORD_BITS: u32, const WORDS: usize>(
        groups: &[Group<WORD_BITS, WORDS>],
    ) {
        let mask = Group::<WORD_BITS, WORDS>::MASK;
        let found: Vec<_> = groups.iter().flat_map(divisors_of).collect();
        let expected = small_primes().iter().filter(|prime| **prime >= 3);
        let expected: Vec<_> = expected.map(|prime| u64::from(*prime)).collect();
        assert_eq!(found, expected);
        for group in groups {
            let primes = divisors_of(group);
            assert_eq!(primes.iter().product::<u64>(), group.product);
            let one = group
                .product
                .wrapping_mul(group.negative_inverse.wrapping_neg());
            assert_eq!(one & mask, 1);
            for (prime, divisor) in primes.iter().zip(&group.divisors) {
                assert_eq!(divisor.limit, mask / prime);
            }
            for (power, weight) in (0_u32..).zip(&group.weights) {
                let expected = BigUint::from(2_u32).pow(WORD_BITS * power) % group.product;
                assert_eq!(BigUint::from(*weight), expected);
            }
        }
    }

    #[test]
    fn the_tables_have_every_prime_once_and_what_belongs_to_it() {
        assert_complete(&Divisors::new(3..END).0);
        assert_complete(&radix52::rows::<20>(3..END));
        assert_complete(&radix52::rows::<30>(3..END));
        assert_complete(&radix52::rows::<40>(3..END));
    }

    #[test]
    fn what_a_division_leaves_fits_into_a_word() {
        let groups = Divisors::new(3..END).0;
        let largest = groups.iter().map(|group| group.product).max().unwrap();
        // As good as the bound: a number whose limbs are all ones, in weights as large as they can be.
        assert!(largest > u64::MAX / (LIMBS_MAX as u64 + 1) / 2);
        let bound = BigUint::from(largest) * LIMBS_MAX * u64::MAX;
        assert!(bound.bits() <= 128);
        assert!(((bound >> 64_u32) + largest).bits() <= 64);
    }

    #[test]
    fn what_is_tried_first_fits_into_one_group() {
        use crate::prime::filter::FIRST_DIVISORS_END;
        assert_eq!(Divisors::new(3..FIRST_DIVISORS_END).0.len(), 1);
        assert_eq!(Divisors::new(3..FIRST_DIVISORS_END + 6).0.len(), 2);
    }

    /// What a group says of a number, in code for a known number of limbs and in code for any.
    fn divides(group: &Group<64, LIMBS_MAX>, number: &BigUint, count: usize) -> bool {
        let limbs = limbs(number, count);
        let divides = group.divides(&limbs);
        let alone = Divisors(vec![Group::new(&divisors_of(group))]);
        assert_eq!(alone.divide(&limbs), divides, "{number:x}");
        divides
    }

    #[test]
    fn a_group_divides_the_numbers_that_one_of_its_primes_divides() {
        let source = SeededRandom::announced();
        let one = BigUint::from(1_u32);
        for group in Divisors::new(3..END).0 {
            let primes = divisors_of(&group);
            let expected = |number: &BigUint| {
                let mut primes = primes.iter();
                primes.any(|prime| number % *prime == BigUint::ZERO)
            };
            for count in [16, 24, 32] {
                for _ in 0..20 {
                    let number = big(&random(&source, count));
                    let expected = expected(&number);
                    assert_eq!(divides(&group, &number, count), expected, "{number:x}");
                }
                // All ones, and ones or zeros up to some limb or in one of them alone.
                let all = (&one << (64 * count)) - &one;
                let edges = (0..=count).flat_map(|limb| {
                    let low = (&one << (64 * limb)) - &one;
                    let single = (&one << (64 * limb)) & &all;
                    [&all - &low, low, &all - &single, single]
                });
                for number in edges {
                    let expected = expected(&number);
                    assert_eq!(divides(&group, &number, count), expected, "{number:x}");
                }
                // The largest multiple of each prime and another, and what is beside them.
                for prime in &primes {
                    for multiple in [&all / prime, big(&random(&source, count - 1))] {
                        let multiple = multiple * prime;
                        assert!(divides(&group, &multiple, count));
                        for number in [&multiple - 1_u32, (&multiple + 1_u32) & &all] {
                            let expected = expected(&number);
                            assert_eq!(divides(&group, &number, count), expected, "{number:x}");
                        }
                    }
                }
                // Beside a multiple of all of them none divides.
                let number = (&all / group.product - source.number()) * group.product;
                assert!(divides(&group, &number, count));
                assert!(!divides(&group, &(&number - 1_u32), count));
                assert!(!divides(&group, &(number + 1_u32), count));
            }
        }
    }

    #[test]
    fn numbers_pass_that_none_of_the_primes_divides() {
        let source = SeededRandom::announced();
        let divisors = Divisors::new(3..END);
        for size in PrimeSize::ALL {
            let numbers: Vec<_> = (0..8 * 200)
                .map(|_| Candidate::new(&random(&source, size.limbs())))
                .collect();
            for numbers in numbers.chunks(8) {
                let passed = divisors.pass(numbers);
                for (index, number) in numbers.iter().enumerate() {
                    let number = big(number.limbs());
                    let mut primes = small_primes().iter().skip(1);
                    let divided = primes.any(|prime| &number % *prime == BigUint::ZERO);
                    assert_eq!(passed >> index & 1 == 0, divided, "{number:x}");
                }
            }
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

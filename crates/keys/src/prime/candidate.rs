//! Numbers that may be prime, drawn from the library's own generator.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::miller_rabin::TWO_ADICITY_MAX;
use super::size::PrimeSize;

/// How much is drawn at a time. aws-lc's generator takes 0.4 ms for the candidates of a key in pieces of
/// their own size, and 0.02 ms in blocks of this one.
const BLOCK_BYTES: usize = 8192;

/// √2·2^63, rounded up: what the highest limb of a prime is at least, so that the product of two has
/// twice the bits of each (FIPS 186-5 section A.1.3, steps 4.4 and 5.5).
const HIGHEST_LIMB_MIN: u64 = 0xB504_F333_F9DE_6485;

/// An odd number of full length, its limbs the least significant first. Wiped when dropped; it stays
/// where it is, for what is moved leaves a copy behind.
pub(crate) struct Candidate(Zeroizing<Box<[u64]>>);

impl Candidate {
    pub(crate) fn new(limbs: &[u64]) -> Self {
        Self(Zeroizing::new(limbs.into()))
    }

    pub(crate) fn limbs(&self) -> &[u64] {
        &self.0
    }
}

/// A block of random limbs. Nothing of it is kept for another key.
pub(super) struct Block(Zeroizing<Vec<u64>>);

impl Block {
    /// Draws one. A generator that is asked for each block, and not once for a seed, can tell that the
    /// process was forked or the machine restored from a snapshot.
    pub(super) fn draw() -> Result<Self, Unspecified> {
        let mut bytes = Zeroizing::new(vec![0; BLOCK_BYTES]);
        SystemRandom::new().fill(&mut bytes)?;
        let mut limbs = Zeroizing::new(Vec::with_capacity(BLOCK_BYTES / size_of::<u64>()));
        limbs.extend(bytes.as_chunks().0.iter().copied().map(u64::from_le_bytes));
        Ok(Self(limbs))
    }

    /// The odd numbers in it that are large enough: independent, and uniform among all such numbers.
    pub(super) fn numbers(&mut self, size: PrimeSize) -> impl Iterator<Item = &[u64]> {
        self.0.chunks_exact_mut(size.limbs()).filter_map(|number| {
            let [lowest, .., highest] = number else {
                return None;
            };
            *lowest |= 1;
            // The highest bit is set in all that are large enough, so that setting it draws among them.
            *highest |= 1 << 63;
            let two_adicity = (*lowest - 1).trailing_zeros();
            let is_candidate = two_adicity <= TWO_ADICITY_MAX && *highest >= HIGHEST_LIMB_MIN;
            is_candidate.then_some(&*number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers_of(limbs: &[u64], size: PrimeSize) -> Vec<Vec<u64>> {
        let mut block = Block(Zeroizing::new(limbs.to_vec()));
        block.numbers(size).map(<[u64]>::to_vec).collect()
    }

    #[test]
    fn a_candidate_is_what_was_drawn_but_for_its_two_ends() {
        for size in PrimeSize::ALL {
            let mut drawn: Vec<_> = (0..size.limbs() as u64)
                .map(|index| (7 * index + 2).wrapping_mul(0x9E37_79B9_7F4A_7C15))
                .collect();
            *drawn.last_mut().unwrap() = 0x7FFF_FFFF_0000_0000;
            let numbers = numbers_of(&[drawn.clone(), drawn.clone()].concat(), size);
            assert_eq!(numbers.len(), 2);
            for candidate in numbers {
                assert_eq!(candidate.len(), size.limbs());
                assert_eq!(candidate[0], drawn[0] | 1);
                assert_eq!(candidate[1..size.limbs() - 1], drawn[1..size.limbs() - 1]);
                assert_eq!(
                    candidate[size.limbs() - 1],
                    drawn[size.limbs() - 1] | 1 << 63
                );
            }
        }
    }

    #[test]
    fn candidates_begin_at_the_square_root_of_a_half() {
        let size = PrimeSize::Bits1024;
        let count = |highest: u64| numbers_of(&[&[3; 15][..], &[highest]].concat(), size).len();
        assert_eq!(count(HIGHEST_LIMB_MIN - 1), 0);
        assert_eq!(count(HIGHEST_LIMB_MIN), 1);
        assert_eq!(count(u64::MAX), 1);
        // The smallest product still has twice the bits, the next smaller has not.
        let square = |limb: u64| u128::from(limb) * u128::from(limb);
        assert_eq!(square(HIGHEST_LIMB_MIN) >> 127, 1);
        assert_eq!(square(HIGHEST_LIMB_MIN - 1) >> 127, 0);
    }

    #[test]
    fn what_two_divides_too_often_below_is_not_drawn() {
        let size = PrimeSize::Bits1024;
        let count =
            |lowest: u64| numbers_of(&[&[lowest], &[u64::MAX; 15][..]].concat(), size).len();
        assert_eq!(count(1 << 32), 1);
        assert_eq!(count(1 << 33), 0);
        assert_eq!(count(0), 0);
    }

    #[test]
    fn blocks_are_drawn_anew() {
        let (one, other) = (Block::draw().unwrap(), Block::draw().unwrap());
        assert_eq!(size_of_val(&**one.0), BLOCK_BYTES);
        assert!(one.0 != other.0);
    }
}

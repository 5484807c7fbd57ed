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

/// A block of random bytes. Nothing of it is kept for another key.
pub(super) struct Block(Zeroizing<Vec<u8>>);

impl Block {
    /// Draws one. A generator that is asked for each block, and not once for a seed, can tell that the
    /// process was forked or the machine restored from a snapshot.
    pub(super) fn draw() -> Result<Self, Unspecified> {
        let mut bytes = Zeroizing::new(vec![0; BLOCK_BYTES]);
        SystemRandom::new().fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The odd numbers in it that are large enough: independent, and uniform among all such numbers.
    pub(super) fn candidates(&self, size: PrimeSize) -> impl Iterator<Item = Candidate> {
        self.0.chunks_exact(size.bytes()).filter_map(move |bytes| {
            let limb = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
            let (limbs, _) = bytes.as_chunks();
            let lowest = limbs.first().map_or(0, limb) | 1;
            if (lowest - 1).trailing_zeros() > TWO_ADICITY_MAX {
                return None;
            }
            // The highest bit is set in all that are large enough, so that setting it draws among them.
            let highest = limbs.last().map_or(0, limb) | 1 << 63;
            if highest < HIGHEST_LIMB_MIN {
                return None;
            }
            let mut candidate: Box<[u64]> = limbs.iter().map(limb).collect();
            if let [first, .., last] = &mut *candidate {
                *first = lowest;
                *last = highest;
            }
            Some(Candidate(Zeroizing::new(candidate)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates_of(bytes: &[u8], size: PrimeSize) -> Vec<Vec<u64>> {
        let block = Block(Zeroizing::new(bytes.to_vec()));
        let candidates = block.candidates(size);
        candidates
            .map(|candidate| candidate.limbs().to_vec())
            .collect()
    }

    #[test]
    fn a_candidate_is_what_was_drawn_but_for_its_two_ends() {
        for size in PrimeSize::ALL {
            let mut bytes: Vec<u8> = (0..size.bytes())
                .map(|index| u8::try_from(7 * index % 251).unwrap())
                .collect();
            *bytes.last_mut().unwrap() = 0x7f;
            let drawn: Vec<_> = bytes
                .as_chunks()
                .0
                .iter()
                .map(|limb| u64::from_le_bytes(*limb))
                .collect();
            let candidates = candidates_of(&[bytes.clone(), bytes].concat(), size);
            assert_eq!(candidates.len(), 2);
            for candidate in candidates {
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
        let count = |highest: u64| {
            let bytes = [&[3; 120][..], &highest.to_le_bytes()].concat();
            candidates_of(&bytes, size).len()
        };
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
        let count = |lowest: u64| {
            let bytes = [&lowest.to_le_bytes()[..], &[0xff; 120]].concat();
            candidates_of(&bytes, size).len()
        };
        assert_eq!(count(1 << 32), 1);
        assert_eq!(count(1 << 33), 0);
        assert_eq!(count(0), 0);
    }

    #[test]
    fn blocks_are_drawn_anew() {
        let (one, other) = (Block::draw().unwrap(), Block::draw().unwrap());
        assert_eq!(one.0.len(), BLOCK_BYTES);
        assert!(one.0 != other.0);
    }
}

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
    pub(super) fn new(limbs: &[u64]) -> Self {
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

//! 2^(n − 1) modulo n, in the same steps for every n of one length.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::size::LIMBS_MAX;

/// How many bits of the exponent the start holds. R has 1040 bits at least, so that 2^10 fits.
const START_BITS: u32 = 10;

/// How 2^−(n − 1) is made in Montgomery form, with R = 2^r.
///
/// 2^(r − s) is the form of 2^−s, so that no start needs a division. The exponent is n − 1 = s·2^k − b,
/// with 0 < s ≤ 2^10 and 0 ≤ b < 2^k: from 2^−s on, k squarings, and a doubling after each whose bit of b is
/// set, lead to 2^−(n − 1), which is 1 where 2^(n − 1) is.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Power {
    /// b, shifted so that its highest bit is the highest of the last limb.
    doublings: [u64; LIMBS_MAX],
    /// r − s
    start: usize,
}

/// How many squarings the limb at this place stands for, in a number of so many limbs.
pub(super) const fn squarings(limb: usize, limbs: usize) -> u32 {
    if limb + 1 == limbs {
        u64::BITS - START_BITS
    } else {
        u64::BITS
    }
}

impl Power {
    /// For this odd n, and R = 2^`radix_bits`.
    pub(super) fn new(number: &[u64], radix_bits: usize) -> Self {
        let mut doublings = [0; LIMBS_MAX];
        // −(n − 1), in two's complement
        let mut carry = 1;
        let exponent = number
            .iter()
            .enumerate()
            .map(|(index, limb)| if index == 0 { limb - 1 } else { *limb });
        let mut highest = &mut 0;
        for (limb, exponent) in doublings.iter_mut().zip(exponent) {
            let (negative, overflow) = (!exponent).overflowing_add(carry);
            *limb = negative;
            carry = u64::from(overflow);
            highest = limb;
        }
        // Its upper bits are 2^10 − s, the others b.
        #[expect(clippy::cast_possible_truncation, reason = "it has 10 bits")]
        let upper = (*highest >> (u64::BITS - START_BITS)) as usize;
        *highest <<= START_BITS;
        Self {
            doublings,
            start: radix_bits + upper - (1 << START_BITS),
        }
    }

    /// The doublings of a limb, the first in the highest bit.
    pub(super) fn doublings(&self, limb: usize) -> u64 {
        self.doublings.get(limb).copied().unwrap_or_default()
    }

    /// A digit of the start, of so many bits.
    pub(super) fn start_digit(&self, bits: usize, index: usize) -> u64 {
        u64::from(self.start / bits == index) << (self.start % bits)
    }
}

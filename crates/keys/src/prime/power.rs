//! 2^(n − 1) modulo n, in the same steps for every n of one length.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::size::LIMBS_MAX;

/// How many bits of the exponent the start holds. R has 1029 bits at least, so that 2^10 fits.
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
            .map(|(index, limb)| if index == 0 { limb & !1 } else { *limb });
        let mut highest = &mut 0;
        for (limb, exponent) in doublings.iter_mut().zip(exponent) {
            let (negative, overflow) = (!exponent).overflowing_add(carry);
            *limb = negative;
            carry = u64::from(overflow);
            highest = limb;
        }
        // Its upper bits are 2^10 − s, the others b.
        let upper = (*highest >> (u64::BITS - START_BITS)) as usize;
        *highest <<= START_BITS;
        Self {
            doublings,
            start: radix_bits.wrapping_add(upper).wrapping_sub(1 << START_BITS),
        }
    }

    /// The doublings of a limb, the first in the highest bit.
    pub(super) fn doublings(&self, limb: usize) -> u64 {
        self.doublings.get(limb).copied().unwrap_or_default()
    }

    /// A digit of the start, of so many bits.
    pub(super) fn start_digit(&self, bits: usize, index: usize) -> u64 {
        let position = self.start.wrapping_sub(bits * index) as u64;
        u64::from(position < bits as u64) << (position & 63)
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use pharos_testkit::random::SeededRandom;

    use super::*;
    use crate::prime::size::PrimeSize;
    use crate::prime::tests::numbers::{big, random_candidate};

    /// Its parts are what the exponent was divided into.
    #[test]
    fn the_start_and_the_doublings_are_the_exponent() {
        let source = SeededRandom::announced();
        for size in PrimeSize::ALL {
            let limbs = size.limbs();
            let radix_bits = 64 * limbs + 16;
            for _ in 0..200 {
                let number = random_candidate(&source, size);
                let power = Power::new(number.limbs(), radix_bits);
                let steps: u32 = (0..limbs).map(|limb| squarings(limb, limbs)).sum();
                // What is left of the highest limb was shifted out.
                let doublings: Vec<_> = (0..limbs).map(|limb| power.doublings(limb)).collect();
                let (highest, lower) = doublings.split_last().unwrap();
                let b = big(lower) + (BigUint::from(highest >> START_BITS) << (64 * (limbs - 1)));
                let s = BigUint::from(radix_bits - power.start);
                assert_eq!((s << steps) - b, big(number.limbs()) - 1_u32);
                let start = (0..=radix_bits / 52)
                    .rev()
                    .fold(BigUint::ZERO, |sum, index| {
                        (sum << 52_u32) + power.start_digit(52, index)
                    });
                assert_eq!(start, BigUint::from(1_u32) << power.start);
            }
        }
    }
}

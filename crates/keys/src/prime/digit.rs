//! Numbers in digits that are shorter than limbs.

/// Digit `index` of a number in limbs of 64 bits, of so many bits, fewer than 64. Beyond its end are zeros.
#[inline(always)]
pub(super) fn digit(limbs: &[u64], bits: usize, index: usize) -> u64 {
    let (limb, shift) = (bits * index / 64, bits * index % 64);
    let at = |limb: usize| limbs.get(limb).copied().unwrap_or_default();
    // In two steps: where the shift is 0, nothing of the next limb belongs to the digit.
    let above = at(limb + 1) << 1 << (63 - shift);
    (at(limb) >> shift | above) & ((1 << bits) - 1)
}

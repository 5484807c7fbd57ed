//! Several numbers side by side, one a lane, and what a CPU does to all of them at once.
//!
//! The arithmetic of this crate is written once, over these traits, in safe code. A value of a lane
//! type exists only on a machine that has its instructions: what makes one asks for the proof.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(test)]
pub(super) mod emulated;
#[cfg(target_arch = "x86_64")]
pub(super) mod ifma;

/// Unsigned 64-bit numbers, one a lane. Sums and differences wrap.
pub(super) trait Lanes: Copy {
    /// The proof that the machine can do this.
    type Machine: Copy;

    /// The numbers themselves.
    type Array: AsRef<[u64]> + AsMut<[u64]> + Default;

    /// The same number in every lane.
    fn splat(machine: Self::Machine, number: u64) -> Self;

    /// A number for each lane.
    fn load(machine: Self::Machine, numbers: &Self::Array) -> Self;

    /// The number of each lane.
    fn store(self) -> Self::Array;

    fn add(self, other: Self) -> Self;

    fn subtract(self, other: Self) -> Self;

    fn and(self, other: Self) -> Self;

    fn or(self, other: Self) -> Self;

    /// Towards the smaller, by the same number of bits in every lane.
    fn shift_right<const BITS: u32>(self) -> Self;

    /// Towards the larger, by as many bits as the same lane of `by` says, at most 63.
    fn shift_left(self, by: Self) -> Self;
}

/// What AVX-512 IFMA adds: products of 52 by 52 bits, whose halves are added to 64 bits.
pub(super) trait Multiply52: Lanes {
    /// Adds the lower 52 bits of the product of the lower 52 bits of both factors.
    fn add_low_product(self, one: Self, other: Self) -> Self;

    /// Adds bits 52 to 103 of that product.
    fn add_high_product(self, one: Self, other: Self) -> Self;

    /// Lanes in which `self` is at most `other`, the first in the lowest bit.
    fn at_most(self, other: Self) -> u8;
}

/// What AVX2 and FMA do: the bits are doubles, rounded to the nearest.
pub(super) trait MultiplyAdd: Lanes {
    /// The product with `factor`, and `addend`, rounded once.
    fn multiply_add(self, factor: Self, addend: Self) -> Self;

    fn add_doubles(self, other: Self) -> Self;

    fn subtract_doubles(self, other: Self) -> Self;
}

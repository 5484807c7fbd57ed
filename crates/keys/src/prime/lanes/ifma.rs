//! Eight lanes of AVX-512 with IFMA.
//!
//! Every function here is one instruction. The one condition of each is that the CPU has AVX-512F and
//! IFMA; a value of [`Eight`] is made by `splat` and `load` alone, which ask for [`Machine`], which
//! [`Machine::detect`] alone makes. Memory is reached only through arrays of the size that is read or
//! written, without a condition on their alignment.
//!
//! They are inlined into a function that [`Machine::run`] calls with these instructions enabled; outside of
//! one they would be right, and slow.

#![expect(unsafe_code, reason = "vector instructions; the argument stands above")]

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_cmple_epu64_mask, _mm512_loadu_si512,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_or_si512, _mm512_set1_epi64,
    _mm512_sllv_epi64, _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
};

use super::{Lanes, Multiply52};

/// The proof that this CPU has AVX-512F and IFMA.
#[derive(Clone, Copy)]
pub(in crate::prime) struct Machine(());

impl Machine {
    /// Asks the CPU, and whether the operating system keeps the registers.
    pub(in crate::prime) fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma");
        has.then_some(Self(()))
    }

    /// Runs it with the instructions enabled.
    #[expect(clippy::unused_self, reason = "it is the proof that the CPU has them")]
    #[inline]
    pub(in crate::prime) fn run<T>(self, work: impl FnOnce() -> T) -> T {
        #[target_feature(enable = "avx512f,avx512ifma")]
        fn enabled<T>(work: impl FnOnce() -> T) -> T {
            work()
        }
        // SAFETY: `self` proves that the CPU has both.
        unsafe { enabled(work) }
    }
}

/// Eight lanes.
#[derive(Clone, Copy)]
pub(in crate::prime) struct Eight(__m512i);

impl Lanes for Eight {
    type Machine = Machine;
    type Array = [u64; 8];

    #[inline(always)]
    fn splat(_: Machine, number: u64) -> Self {
        // SAFETY: the argument proves that the CPU has the instruction.
        Self(unsafe { _mm512_set1_epi64(number.cast_signed()) })
    }

    #[inline(always)]
    fn load(_: Machine, numbers: &[u64; 8]) -> Self {
        // SAFETY: as above; 64 bytes are read from a reference to 64 bytes.
        Self(unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self) -> [u64; 8] {
        let mut numbers = [0; 8];
        // SAFETY: `self` proves that the CPU has the instruction; 64 bytes are written to 64 bytes.
        unsafe { _mm512_storeu_si512(numbers.as_mut_ptr().cast(), self.0) };
        numbers
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: `self` proves that the CPU has the instruction; so in all that follow.
        Self(unsafe { _mm512_add_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn subtract(self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm512_sub_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm512_and_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm512_or_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn shift_right<const BITS: u32>(self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm512_srli_epi64::<BITS>(self.0) })
    }

    #[inline(always)]
    fn shift_left(self, by: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm512_sllv_epi64(self.0, by.0) })
    }
}

impl Multiply52 for Eight {
    #[inline(always)]
    fn add_low_product(self, one: Self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm512_madd52lo_epu64(self.0, one.0, other.0) })
    }

    #[inline(always)]
    fn add_high_product(self, one: Self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm512_madd52hi_epu64(self.0, one.0, other.0) })
    }

    #[inline(always)]
    fn at_most(self, other: Self) -> u8 {
        // SAFETY: as in `add`.
        unsafe { _mm512_cmple_epu64_mask(self.0, other.0) }
    }
}

//! Four lanes of AVX2, with FMA.
//!
//! Every function here is one instruction, or two. The one condition of each is that the CPU has AVX2 and FMA;
//! the argument is that of `ifma.rs`, with [`Machine`] as the proof.

#![expect(unsafe_code, reason = "vector instructions; the argument stands above")]

use std::arch::x86_64::{
    __m256d, __m256i, _mm_cvtsi64_si128, _mm256_add_epi64, _mm256_add_pd, _mm256_and_si256,
    _mm256_castpd_si256, _mm256_castsi256_pd, _mm256_fmadd_pd, _mm256_loadu_si256, _mm256_or_si256,
    _mm256_set1_epi64x, _mm256_sllv_epi64, _mm256_srl_epi64, _mm256_storeu_si256, _mm256_sub_epi64,
    _mm256_sub_pd,
};

use super::{Lanes, MultiplyAdd};

/// The proof that this CPU has AVX2 and FMA.
#[derive(Clone, Copy)]
pub(in crate::prime) struct Machine(());

impl Machine {
    /// Asks the CPU, and whether the operating system keeps the registers.
    pub(in crate::prime) fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        has.then_some(Self(()))
    }

    /// Runs it with the instructions enabled.
    #[expect(clippy::unused_self, reason = "it is the proof that the CPU has them")]
    #[inline]
    pub(in crate::prime) fn run<T>(self, work: impl FnOnce() -> T) -> T {
        #[target_feature(enable = "avx2,fma")]
        fn enabled<T>(work: impl FnOnce() -> T) -> T {
            work()
        }
        // SAFETY: `self` proves that the CPU has both.
        unsafe { enabled(work) }
    }
}

/// Four lanes.
#[derive(Clone, Copy)]
pub(in crate::prime) struct Four(__m256i);

impl Lanes for Four {
    type Machine = Machine;
    type Array = [u64; 4];

    #[inline(always)]
    fn splat(_: Machine, number: u64) -> Self {
        // SAFETY: the argument proves that the CPU has the instruction.
        Self(unsafe { _mm256_set1_epi64x(number.cast_signed()) })
    }

    #[inline(always)]
    fn load(_: Machine, numbers: &[u64; 4]) -> Self {
        // SAFETY: as above; 32 bytes are read from a reference to 32 bytes.
        Self(unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self) -> [u64; 4] {
        let mut numbers = [0; 4];
        // SAFETY: `self` proves that the CPU has the instruction; 32 bytes are written to 32 bytes.
        unsafe { _mm256_storeu_si256(numbers.as_mut_ptr().cast(), self.0) };
        numbers
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: `self` proves that the CPU has the instruction; so in all that follow.
        Self(unsafe { _mm256_add_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn subtract(self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm256_sub_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm256_and_si256(self.0, other.0) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm256_or_si256(self.0, other.0) })
    }

    #[inline(always)]
    fn shift_right<const BITS: u32>(self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm256_srl_epi64(self.0, _mm_cvtsi64_si128(i64::from(BITS))) })
    }

    #[inline(always)]
    fn shift_left(self, by: Self) -> Self {
        // SAFETY: as in `add`.
        Self(unsafe { _mm256_sllv_epi64(self.0, by.0) })
    }
}

impl MultiplyAdd for Four {
    #[inline(always)]
    fn multiply_add(self, factor: Self, addend: Self) -> Self {
        let (one, factor, addend) = (self.doubles(), factor.doubles(), addend.doubles());
        // SAFETY: as in `add`.
        Self::of_doubles(unsafe { _mm256_fmadd_pd(one, factor, addend) })
    }

    #[inline(always)]
    fn add_doubles(self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self::of_doubles(unsafe { _mm256_add_pd(self.doubles(), other.doubles()) })
    }

    #[inline(always)]
    fn subtract_doubles(self, other: Self) -> Self {
        // SAFETY: as in `add`.
        Self::of_doubles(unsafe { _mm256_sub_pd(self.doubles(), other.doubles()) })
    }
}

/// The same bits: no instruction.
impl Four {
    #[inline(always)]
    fn doubles(self) -> __m256d {
        // SAFETY: as in `add`.
        unsafe { _mm256_castsi256_pd(self.0) }
    }

    #[inline(always)]
    fn of_doubles(doubles: __m256d) -> Self {
        // SAFETY: doubles are made from a value of this type alone; so as in `add`.
        Self(unsafe { _mm256_castpd_si256(doubles) })
    }
}

//! The filters of vector units: eight numbers at once with AVX-512 IFMA, four with AVX2 and FMA.

use std::ops::Range;
use std::sync::OnceLock;

use aws_lc_rs::error::Unspecified;

use super::candidate::Candidate;
use super::divisors::Divisors;
use super::filter::{DIVISORS_END, FIRST_DIVISORS_END, Filter};
use super::lanes::{avx2, ifma};
use super::radix49;
use super::radix52::{self, Row};
use super::size::PrimeSize;

/// Where each stage of trial division in eight lanes ends.
const STAGE_ENDS: [u32; STAGES] = [512, 4_096, DIVISORS_END];

const STAGES: usize = 3;

/// With AVX-512 IFMA.
pub(super) struct Ifma {
    machine: ifma::Machine,
    rows_1024: OnceLock<Stages<20>>,
    rows_1536: OnceLock<Stages<30>>,
    rows_2048: OnceLock<Stages<40>>,
}

type Stages<const DIGITS: usize> = [Vec<Row<DIGITS>>; STAGES];

/// The primes of a stage.
fn divisors(stage: usize) -> Range<u32> {
    let end = |stage: usize| STAGE_ENDS.get(stage).copied();
    let start = stage.checked_sub(1).and_then(end);
    start.unwrap_or(FIRST_DIVISORS_END)..end(stage).unwrap_or_default()
}

impl Ifma {
    /// If this machine has it.
    pub(super) fn detect() -> Option<Self> {
        Some(Self {
            machine: ifma::Machine::detect()?,
            rows_1024: OnceLock::new(),
            rows_1536: OnceLock::new(),
            rows_2048: OnceLock::new(),
        })
    }

    fn divide<const DIGITS: usize>(
        &self,
        rows: &OnceLock<Stages<DIGITS>>,
        stage: usize,
        numbers: &[Candidate],
    ) -> u8 {
        let rows = rows.get_or_init(|| std::array::from_fn(|stage| radix52::rows(divisors(stage))));
        let rows = rows.get(stage).map_or(&[] as &[_], Vec::as_slice);
        let (machine, numbers) = (self.machine, limbs::<8>(numbers));
        machine.run(
            #[inline(always)]
            || !radix52::divided::<ifma::Eight, DIGITS>(machine, &numbers, rows),
        )
    }

    fn test<const DIGITS: usize>(&self, numbers: &[Candidate]) -> u8 {
        let (machine, numbers) = (self.machine, limbs::<8>(numbers));
        machine.run(
            #[inline(always)]
            || radix52::pass_fermat_test::<ifma::Eight, DIGITS>(machine, &numbers),
        )
    }
}

impl Filter for Ifma {
    fn width(&self) -> usize {
        8
    }

    fn stages(&self) -> usize {
        STAGES
    }

    fn divisors(&self, stage: usize) -> Range<u32> {
        divisors(stage)
    }

    fn pass_trial_division(&self, size: PrimeSize, stage: usize, numbers: &[Candidate]) -> u8 {
        match size {
            PrimeSize::Bits1024 => self.divide(&self.rows_1024, stage, numbers),
            PrimeSize::Bits1536 => self.divide(&self.rows_1536, stage, numbers),
            PrimeSize::Bits2048 => self.divide(&self.rows_2048, stage, numbers),
        }
    }

    fn pass_fermat_test(&self, size: PrimeSize, numbers: &[Candidate]) -> Result<u8, Unspecified> {
        Ok(match size {
            PrimeSize::Bits1024 => self.test::<20>(numbers),
            PrimeSize::Bits1536 => self.test::<30>(numbers),
            PrimeSize::Bits2048 => self.test::<40>(numbers),
        })
    }
}

/// With AVX2 and FMA.
pub(super) struct Avx2 {
    machine: avx2::Machine,
    divisors: Divisors,
}

impl Avx2 {
    /// If this machine has it.
    pub(super) fn detect() -> Option<Self> {
        Some(Self {
            machine: avx2::Machine::detect()?,
            divisors: Divisors::new(FIRST_DIVISORS_END..DIVISORS_END),
        })
    }

    fn test<const DIGITS: usize>(&self, numbers: &[Candidate]) -> u8 {
        let (machine, numbers) = (self.machine, limbs::<4>(numbers));
        machine.run(
            #[inline(always)]
            || radix49::pass_fermat_test::<avx2::Four, DIGITS>(machine, &numbers),
        )
    }
}

impl Filter for Avx2 {
    fn width(&self) -> usize {
        4
    }

    fn stages(&self) -> usize {
        1
    }

    fn divisors(&self, _: usize) -> Range<u32> {
        FIRST_DIVISORS_END..DIVISORS_END
    }

    fn pass_trial_division(&self, _: PrimeSize, _: usize, numbers: &[Candidate]) -> u8 {
        self.divisors.pass(numbers)
    }

    fn pass_fermat_test(&self, size: PrimeSize, numbers: &[Candidate]) -> Result<u8, Unspecified> {
        Ok(match size {
            PrimeSize::Bits1024 => self.test::<21>(numbers),
            PrimeSize::Bits1536 => self.test::<33>(numbers),
            PrimeSize::Bits2048 => self.test::<43>(numbers),
        })
    }
}

/// The limbs of numbers; where one is missing, there is none.
fn limbs<const COUNT: usize>(numbers: &[Candidate]) -> [&[u64]; COUNT] {
    std::array::from_fn(|lane| numbers.get(lane).map_or(&[] as &[u64], Candidate::limbs))
}

//! The filters of vector units: eight numbers at once with AVX-512 IFMA, four with AVX2.

use std::ops::Range;
use std::sync::OnceLock;

use super::candidate::Candidate;
use super::filter::{DIVISORS_END, Divisors, FIRST_DIVISORS_END};
use super::lanes::avx2::{Avx2, Avx2Lanes};
use super::lanes::ifma::{Ifma, IfmaLanes};
use super::radix28;
use super::radix52::{self, Row};
use super::size::PrimeSize;

/// Where each stage of trial division ends.
const STAGE_ENDS: [u32; IfmaFilter::STAGES] = [512, 4_096, DIVISORS_END];

/// With AVX-512 IFMA.
pub(crate) struct IfmaFilter {
    machine: Ifma,
    rows_1024: OnceLock<Stages<20>>,
    rows_1536: OnceLock<Stages<30>>,
    rows_2048: OnceLock<Stages<40>>,
}

type Stages<const DIGITS: usize> = [Vec<Row<DIGITS>>; IfmaFilter::STAGES];

fn stages<const DIGITS: usize>() -> Stages<DIGITS> {
    std::array::from_fn(|stage| Row::of_primes(range(stage)))
}

/// The primes of a stage.
fn range(stage: usize) -> Range<u32> {
    let end = |stage: usize| STAGE_ENDS.get(stage).copied();
    let start = stage.checked_sub(1).and_then(end);
    start.unwrap_or(FIRST_DIVISORS_END)..end(stage).unwrap_or_default()
}

impl IfmaFilter {
    pub(super) const WIDTH: usize = 8;
    pub(super) const STAGES: usize = 3;

    /// If this machine has it.
    pub(crate) fn detect() -> Option<Self> {
        Some(Self {
            machine: Ifma::detect()?,
            rows_1024: OnceLock::new(),
            rows_1536: OnceLock::new(),
            rows_2048: OnceLock::new(),
        })
    }

    /// What a stage divides by.
    pub(super) fn divisors(stage: usize) -> Divisors {
        Divisors::new(range(stage))
    }

    pub(super) fn pass_trial_division(
        &self,
        size: PrimeSize,
        stage: usize,
        numbers: &[Candidate],
    ) -> u8 {
        match size {
            PrimeSize::Bits1024 => self.divide(&self.rows_1024, stage, numbers),
            PrimeSize::Bits1536 => self.divide(&self.rows_1536, stage, numbers),
            PrimeSize::Bits2048 => self.divide(&self.rows_2048, stage, numbers),
        }
    }

    fn divide<const DIGITS: usize>(
        &self,
        rows: &OnceLock<Stages<DIGITS>>,
        stage: usize,
        numbers: &[Candidate],
    ) -> u8 {
        let rows = rows.get_or_init(stages);
        let rows = rows.get(stage).map_or(&[] as &[_], Vec::as_slice);
        let (machine, numbers) = (self.machine, limbs::<8>(numbers));
        machine.run(
            #[inline(always)]
            || !radix52::divided::<IfmaLanes, DIGITS>(machine, &numbers, rows),
        )
    }

    pub(super) fn pass_fermat_test(&self, size: PrimeSize, numbers: &[Candidate]) -> u8 {
        match size {
            PrimeSize::Bits1024 => self.fermat::<20>(numbers),
            PrimeSize::Bits1536 => self.fermat::<30>(numbers),
            PrimeSize::Bits2048 => self.fermat::<40>(numbers),
        }
    }

    fn fermat<const DIGITS: usize>(&self, numbers: &[Candidate]) -> u8 {
        let (machine, numbers) = (self.machine, limbs::<8>(numbers));
        machine.run(
            #[inline(always)]
            || radix52::pass_fermat_test::<IfmaLanes, DIGITS>(machine, &numbers),
        )
    }
}

/// With AVX2.
pub(crate) struct Avx2Filter {
    machine: Avx2,
    divisors: Divisors,
}

impl Avx2Filter {
    pub(super) const WIDTH: usize = 4;

    /// If this machine has it.
    pub(crate) fn detect() -> Option<Self> {
        Some(Self {
            machine: Avx2::detect()?,
            divisors: Divisors::new(FIRST_DIVISORS_END..DIVISORS_END),
        })
    }

    pub(super) fn divide(&self, numbers: &[Candidate]) -> u8 {
        self.divisors.pass(numbers)
    }

    pub(super) fn pass_fermat_test(&self, size: PrimeSize, numbers: &[Candidate]) -> u8 {
        match size {
            PrimeSize::Bits1024 => self.fermat::<27, 40>(numbers),
            PrimeSize::Bits1536 => self.fermat::<28, 56>(numbers),
            PrimeSize::Bits2048 => self.fermat::<27, 76>(numbers),
        }
    }

    fn fermat<const RADIX: u32, const DIGITS: usize>(&self, numbers: &[Candidate]) -> u8 {
        let (machine, numbers) = (self.machine, limbs::<4>(numbers));
        machine.run(
            #[inline(always)]
            || radix28::pass_fermat_test::<Avx2Lanes, RADIX, DIGITS>(machine, &numbers),
        )
    }
}

/// The limbs of numbers; where one is missing, there is none.
fn limbs<const COUNT: usize>(numbers: &[Candidate]) -> [&[u64]; COUNT] {
    std::array::from_fn(|lane| numbers.get(lane).map_or(&[] as &[u64], Candidate::limbs))
}

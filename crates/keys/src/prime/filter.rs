//! What sorts out composites, in one of three ways. It decides nothing: what passes is asked about again.

use std::ops::Range;

use aws_lc_rs::error::Unspecified;

use super::candidate::Candidate;
use super::divisors::Group;
use super::portable::Portable;
use super::size::PrimeSize;
#[cfg(target_arch = "x86_64")]
use super::vector::{Avx2, Ifma};
use crate::generator::Path;

/// The primes below are tried on each number by itself, as it is drawn: the odd ones to 53, whose product
/// just fits into 64 bits. A quarter of the numbers stays.
pub(super) const FIRST_DIVISORS_END: u32 = 54;

/// Where trial division ends. A prime p there spares one test in p, of a hundred thousand cycles or so in
/// eight lanes and some times as many elsewhere; to divide by it costs about 2 cycles in eight lanes, and 10
/// elsewhere. That is even near 40,000 by this estimate, and the optimum is flat.
pub(super) const DIVISORS_END: u32 = 40_000;

/// A filter takes several numbers at once. Which of them pass is a bit for each, the first in the lowest.
pub(crate) trait Filter: Send + Sync {
    /// How many numbers it takes at once.
    fn width(&self) -> usize;

    /// How many stages of trial division it has. Between two, those that are left are put together again.
    fn stages(&self) -> usize;

    /// By which primes a stage divides.
    fn divisors(&self, stage: usize) -> Range<u32>;

    /// Which of the numbers none of the primes of a stage divides.
    fn pass_trial_division(&self, size: PrimeSize, stage: usize, numbers: &[Candidate]) -> u8;

    /// Which of the numbers n divide 2^(n − 1) − 1.
    ///
    /// # Errors
    /// aws-lc failed, where it does the arithmetic.
    fn pass_fermat_test(&self, size: PrimeSize, numbers: &[Candidate]) -> Result<u8, Unspecified>;
}

/// That of a path, where this machine has it; the library's own path has none.
pub(crate) fn filter(path: Path) -> Option<Box<dyn Filter>> {
    match path {
        #[cfg(target_arch = "x86_64")]
        Path::Avx512Ifma => Some(Box::new(Ifma::detect()?)),
        #[cfg(target_arch = "x86_64")]
        Path::Avx2 => Some(Box::new(Avx2::detect()?)),
        Path::Portable => Some(Box::new(Portable::new())),
        _ => None,
    }
}

/// Small primes, for numbers one by one.
pub(super) struct Divisors(Vec<Group<64>>);

impl Divisors {
    /// The primes in a range.
    pub(super) fn new(range: Range<u32>) -> Self {
        Self(Group::of_primes(range))
    }

    pub(super) fn pass(&self, numbers: &[Candidate]) -> u8 {
        numbers.iter().rev().fold(0, |passed, number| {
            // A number that has a divisor is thrown away: when that was found tells nothing of those that are kept.
            let has_divisor = self.0.iter().any(|group| group.divides(number.limbs()));
            passed << 1 | u8::from(!has_divisor)
        })
    }
}

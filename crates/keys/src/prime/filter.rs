//! What sorts out composites, in one of three ways. It decides nothing: what passes is asked about again.

use std::ops::Range;

use aws_lc_rs::error::Unspecified;

use super::candidate::Candidate;
use super::portable::Portable;
use super::size::PrimeSize;
#[cfg(target_arch = "x86_64")]
use super::vector::{Avx2, Ifma};
use crate::generator::Path;

/// The primes below are tried on each number by itself, as it is drawn: the odd ones to 47, which just fit into one
/// group. Two numbers in seven stay.
pub(super) const FIRST_DIVISORS_END: u32 = 48;

/// Where trial division ends. A prime p there spares one test in p; the optimum is where a test takes as long as
/// dividing by p primes. For primes of 1024 bits it does near 40,000 on the portable path, near 50,000 in four
/// lanes and 80,000 in eight, and the optimum is flat; for longer primes, whose tests grow faster, later still.
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

//! The pieces of which a search consists, for those who measure what one costs.

use aws_lc_rs::error::Unspecified;

use super::candidate::Candidate;
use super::filter::{Filter, filter};
use super::miller_rabin::{ROUNDS, are_prime};
use super::self_test::neighbour;
use super::size::PrimeSize;
use crate::generator::Path;

/// Rounds in which the decision on one prime is made.
pub const DECISION_ROUNDS: usize = ROUNDS;

/// Tests of numbers of 1024 bits to the base 2, as many as the path takes at once.
pub struct FilterTests {
    filter: Box<dyn Filter>,
    numbers: Vec<Candidate>,
}

impl FilterTests {
    /// None where this machine has not the path, and where the path has no filter of ours.
    pub fn new(path: Path) -> Option<Self> {
        let filter = filter(path)?;
        let numbers = (0..filter.width()).map(|distance| neighbour(PrimeSize::Bits1024, distance));
        Some(Self {
            numbers: numbers.collect(),
            filter,
        })
    }

    /// How many numbers it tests at once.
    pub fn width(&self) -> usize {
        self.filter.width()
    }

    /// Where trial division ends: a number that reaches the test has no prime divisor below.
    pub fn trial_division_end(&self) -> u32 {
        let stages = 0..self.filter.stages();
        stages.fold(0, |_, stage| self.filter.divisors(stage).end)
    }

    /// Tests them once.
    ///
    /// # Errors
    /// aws-lc failed.
    pub fn run(&self) -> Result<(), Unspecified> {
        let passed = self
            .filter
            .pass_fermat_test(PrimeSize::Bits1024, &self.numbers);
        passed.map(|passed| {
            std::hint::black_box(passed);
        })
    }
}

/// The decision on two primes of 1024 bits together: [`DECISION_ROUNDS`] rounds for each.
pub struct Decisions([Candidate; 2]);

impl Default for Decisions {
    fn default() -> Self {
        Self([0, 0].map(|distance| neighbour(PrimeSize::Bits1024, distance)))
    }
}

impl Decisions {
    /// Decides once.
    ///
    /// # Errors
    /// aws-lc failed.
    pub fn run(&self) -> Result<(), Unspecified> {
        let [one, other] = &self.0;
        are_prime([one, other]).map(|verdicts| {
            std::hint::black_box(verdicts);
        })
    }
}

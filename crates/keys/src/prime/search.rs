//! The search: the first numbers drawn that pass the filter.

use std::collections::VecDeque;
use std::sync::LazyLock;

use aws_lc_rs::error::Unspecified;

use super::candidate::{Block, Candidate};
use super::divisors::{Divisors, modulo_65537};
use super::filter::{FIRST_DIVISORS_END, Filter};
use super::size::PrimeSize;

/// What is tried on each number by itself, as it is drawn.
static FIRST_DIVISORS: LazyLock<Divisors> = LazyLock::new(|| Divisors::new(3..FIRST_DIVISORS_END));

/// A search for primes of one size. It begins with nothing and leaves nothing behind: numbers kept from one
/// key for the next would be the same numbers in two machines that were restored from one snapshot, and
/// two moduli with a prime in common are both factored at once.
pub(crate) struct Search<'f> {
    filter: &'f dyn Filter,
    size: PrimeSize,
    /// Those that wait for each stage of trial division, and at last for Fermat's test, in the order in
    /// which they were drawn.
    waiting: Vec<Vec<Candidate>>,
    found: VecDeque<Candidate>,
}

/// Why a search found nothing.
pub(crate) enum Fruitless {
    Interrupted,
    Library(Unspecified),
}

impl From<Unspecified> for Fruitless {
    fn from(error: Unspecified) -> Self {
        Self::Library(error)
    }
}

impl<'f> Search<'f> {
    pub(crate) fn new(filter: &'f dyn Filter, size: PrimeSize) -> Self {
        Self {
            filter,
            size,
            waiting: (0..=filter.stages()).map(|_| Vec::new()).collect(),
            found: VecDeque::new(),
        }
    }

    /// The next number that passes the filter and is not 1 modulo 65537.
    ///
    /// What passes does so by itself alone, and the order is that of drawing: what is found is as uniform
    /// as what is drawn.
    pub(crate) fn next(&mut self, is_wanted: &dyn Fn() -> bool) -> Result<Candidate, Fruitless> {
        loop {
            if let Some(found) = self.found.pop_front() {
                return Ok(found);
            }
            if !is_wanted() {
                return Err(Fruitless::Interrupted);
            }
            let mut block = Block::draw()?;
            for number in block.numbers(self.size) {
                if !FIRST_DIVISORS.divide(number) {
                    self.sift(0, Candidate::new(number))?;
                }
            }
        }
    }

    /// Has a number wait for a stage, and once there are enough, goes on with those that pass it.
    fn sift(&mut self, stage: usize, candidate: Candidate) -> Result<(), Unspecified> {
        let Some(waiting) = self.waiting.get_mut(stage) else {
            if modulo_65537(candidate.limbs()) != 1 {
                self.found.push_back(candidate);
            }
            return Ok(());
        };
        waiting.push(candidate);
        if waiting.len() < self.filter.width() {
            return Ok(());
        }
        let next = Vec::with_capacity(self.filter.width());
        let batch = std::mem::replace(waiting, next);
        let passed = if stage < self.filter.stages() {
            self.filter.pass_trial_division(self.size, stage, &batch)
        } else {
            self.filter.pass_fermat_test(self.size, &batch)?
        };
        for (index, candidate) in batch.into_iter().enumerate() {
            if passed >> index & 1 == 1 {
                self.sift(stage + 1, candidate)?;
            }
        }
        Ok(())
    }
}

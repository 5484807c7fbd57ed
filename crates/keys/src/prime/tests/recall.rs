//! No prime is lost.

use super::agreement::filters;
use super::known_primes::{COUNT, known_primes};
use super::numbers::big;
use crate::prime::candidate::Candidate;
use crate::prime::divisors::modulo_65537;
use crate::prime::filter::Filter;
use crate::prime::size::PrimeSize;

const SIZE: PrimeSize = PrimeSize::Bits1024;

/// Which go the whole way through a filter.
fn lost(filter: &dyn Filter, primes: &[Candidate]) -> usize {
    let batches = primes.chunks_exact(filter.width());
    let lost = batches.map(|batch| {
        let divided = (0..filter.stages()).fold(u8::MAX, |passed, stage| {
            passed & filter.pass_trial_division(SIZE, stage, batch)
        });
        let passed = divided & filter.pass_fermat_test(SIZE, batch).unwrap();
        filter.width() - passed.count_ones() as usize
    });
    lost.sum()
}

#[test]
fn of_a_hundred_thousand_known_primes_no_filter_loses_one() {
    for filter in filters() {
        let halves = [0..COUNT / 2, COUNT / 2..COUNT];
        let lost: usize = std::thread::scope(|scope| {
            let workers = halves.map(|places| {
                let filter = &filter;
                scope.spawn(move || lost(&**filter, &known_primes(places).collect::<Vec<_>>()))
            });
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap())
                .sum()
        });
        assert_eq!(lost, 0);
    }
}

/// The list is what it says: it holds primes of every class, and another library finds them prime.
#[test]
fn the_known_primes_are_primes_of_every_class() {
    let mut classes = std::collections::BTreeSet::new();
    for prime in known_primes(0..2_000) {
        let number = big(prime.limbs());
        for modulus in [8_u32, 3, 5, 7, 11, 13] {
            classes.insert((modulus, (&number % modulus).to_string()));
        }
        assert_eq!(
            modulo_65537(prime.limbs()),
            u64::try_from(number % 65_537_u32).unwrap()
        );
    }
    // The units of each.
    assert_eq!(classes.len(), 4 + 2 + 4 + 6 + 10 + 12);
    for prime in known_primes(COUNT - 20..COUNT) {
        assert!(super::decision::is_prime_by_num_bigint(&big(prime.limbs())));
    }
}

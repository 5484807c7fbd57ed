//! Primes as they are found are unremarkable: nothing tells them from any others.
//!
//! 5,000 in a test run; `cargo xtask primes` looks at 100,000, or as many as it is told to.

#![expect(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "statistics of fewer than 2^52 primes, and how many is in the environment"
)]

use std::collections::BTreeSet;
use std::env;
use std::thread;

use num_bigint::BigUint;

use super::agreement::filters;
use super::numbers::{big, candidate};
use crate::prime::candidate::Candidate;
use crate::prime::divisors::Divisors;
use crate::prime::filter::Filter;
use crate::prime::search::Search;
use crate::prime::size::PrimeSize;

const SIZE: PrimeSize = PrimeSize::Bits1024;

/// What is remarkable: that many standard deviations, once in ten billion tests by chance.
const REMARKABLE: f64 = 6.4;

/// The mean of ln p over all primes of this length, which is the mean distance of a prime from the one
/// before.
const MEAN_GAP: f64 = 709.6;

fn count() -> usize {
    let count = env::var("PHAROS_TEST_PRIMES");
    count.map_or(5_000, |count| count.parse().unwrap())
}

/// Divides work among the processors.
fn in_shares<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().unwrap().get();
    thread::scope(|scope| {
        let shares = items.chunks(items.len().div_ceil(threads));
        let workers: Vec<_> = shares.map(|share| scope.spawn(|| work(share))).collect();
        let results = workers.into_iter().map(|worker| worker.join().unwrap());
        results.flatten().collect()
    })
}

fn find(filter: &dyn Filter, count: usize) -> Vec<BigUint> {
    let mut search = Search::new(filter, SIZE);
    let found = std::iter::repeat_with(|| search.next(&|| true).ok().unwrap());
    found.take(count).map(|found| big(found.limbs())).collect()
}

/// How far a prime is from the one before.
fn gap(filter: &dyn Filter, divisors: &Divisors, prime: &BigUint) -> u64 {
    let mut waiting: Vec<(u64, Candidate)> = Vec::new();
    for gap in (2..).step_by(2) {
        let candidate = candidate(&(prime - gap), SIZE);
        if divisors.pass(std::slice::from_ref(&candidate)) == 0 {
            continue;
        }
        waiting.push((gap, candidate));
        if waiting.len() == filter.width() {
            let (gaps, numbers): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
            let passed = filter.pass_fermat_test(SIZE, &numbers).unwrap();
            if passed != 0 {
                return gaps[passed.trailing_zeros() as usize];
            }
        }
    }
    unreachable!("there is a prime below")
}

#[test]
fn the_primes_that_are_found_are_unremarkable() {
    let filter = filters().into_iter().next().unwrap();
    let primes = in_shares(&vec![(); count()], |share| find(&*filter, share.len()));
    let distinct: BTreeSet<_> = primes.iter().collect();
    assert_eq!(distinct.len(), primes.len(), "a prime was found twice");
    assert!(
        primes
            .iter()
            .all(|prime| prime % 65_537_u32 != BigUint::from(1_u32))
    );

    // The range in 16 equal parts: primes get rarer by 0.05 % from one end to the other.
    let lowest = 0xB504_F333_u64;
    let width = (1 << 32) - lowest;
    let mut parts = [0; 16];
    for prime in &primes {
        let top = u64::try_from(prime >> (1024 - 32_u32)).unwrap();
        parts[usize::try_from((top - lowest) * 16 / width).unwrap()] += 1;
    }
    assert_even("top bits", &parts);

    for modulus in [8_u32, 3, 5, 7, 9, 11, 13, 17, 64, 256] {
        let units =
            (1..modulus).filter(|unit| BigUint::from(*unit).modinv(&modulus.into()).is_some());
        let units: Vec<_> = units
            .map(|unit| {
                primes
                    .iter()
                    .filter(|prime| *prime % modulus == BigUint::from(unit))
                    .count()
            })
            .collect();
        assert_even(&format!("residues modulo {modulus}"), &units);
    }

    // A search upwards from somewhere would prefer primes after long gaps, by a factor of two in the mean.
    let divisors = Divisors::new(3..16_384);
    let gaps = in_shares(&primes, |share| {
        let gaps = share.iter().map(|prime| gap(&*filter, &divisors, prime));
        gaps.collect()
    });
    let count = gaps.len() as f64;
    let mean = gaps.iter().sum::<u64>() as f64 / count;
    // Gaps are distributed exponentially, so that their deviation is their mean.
    let deviations = (mean - MEAN_GAP) / (MEAN_GAP / count.sqrt());
    println!("mean gap before {mean:.1}, of all {MEAN_GAP}: {deviations:+.2} deviations");
    assert!(deviations.abs() < REMARKABLE, "{mean}");
}

/// Whether each was met as often as the others, by Pearson's chi-square in Wilson and Hilferty's
/// approximation.
fn assert_even(what: &str, counts: &[usize]) {
    let freedom = counts.len() as f64 - 1.0;
    let expected = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
    let squares = counts
        .iter()
        .map(|count| (*count as f64 - expected).powi(2) / expected);
    let variance = 2.0 / (9.0 * freedom);
    let deviations = ((squares.sum::<f64>() / freedom).cbrt() - (1.0 - variance)) / variance.sqrt();
    println!("{what}: {deviations:+.2} deviations");
    assert!(deviations < REMARKABLE, "{what}: {counts:?}");
}

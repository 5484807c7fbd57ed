//! A hundred thousand primes of 1024 bits, known from elsewhere than the filters that are tested on them.

use std::fs;
use std::path::PathBuf;
use std::thread;

use pharos_testkit::random::SeededRandom;

use crate::prime::candidate::Candidate;
use crate::prime::divisors::Divisors;
use crate::prime::filter::Filter;
use crate::prime::portable::Portable;
use crate::prime::size::PrimeSize;

/// How many there are.
pub(super) const COUNT: usize = 100_000;

/// Two bytes for each, little-endian: half the distance of the prime from the number that its place in the
/// list, as a seed, draws. The prime is the first from there on.
const DISTANCES: &[u8] = include_bytes!("known_primes.bin");

/// Those at some places of the list.
pub(super) fn known_primes(places: std::ops::Range<usize>) -> impl Iterator<Item = Candidate> {
    let distances = &DISTANCES.as_chunks().0[places.clone()];
    places.zip(distances).map(|(place, distance)| {
        let distance = 2 * u64::from(u16::from_le_bytes(*distance));
        Candidate::new(&plus(&start(place), distance))
    })
}

/// Where the search for the prime at this place begins: an odd number of full length, with a zero where a
/// carry out of the lowest limb is to end.
fn start(place: usize) -> Vec<u64> {
    let random = SeededRandom::from_seed(place as u64);
    let mut limbs: Vec<u64> = (0..16).map(|_| random.number()).collect();
    limbs[0] |= 1;
    limbs[1] &= u64::MAX >> 1;
    limbs[15] |= 0xC000_0000_0000_0000;
    limbs
}

fn plus(limbs: &[u64], distance: u64) -> Vec<u64> {
    let mut sum = limbs.to_vec();
    let (lowest, carry) = sum[0].overflowing_add(distance);
    sum[0] = lowest;
    sum[1] += u64::from(carry);
    sum
}

/// Writes the list, by aws-lc's arithmetic alone: a quarter of an hour of one core, more in a debug build.
#[test]
#[ignore = "makes the list that other tests read"]
fn make_the_list() {
    let threads = thread::available_parallelism().unwrap().get();
    let share = COUNT.div_ceil(threads);
    let parts: Vec<Vec<u8>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let places = thread * share..((thread + 1) * share).min(COUNT);
                scope.spawn(move || {
                    places
                        .flat_map(|place| distance(place).to_le_bytes())
                        .collect()
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect()
    });
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/prime/tests/known_primes.bin");
    fs::write(path, parts.concat()).unwrap();
}

fn distance(place: usize) -> u16 {
    let (divisors, filter) = (Divisors::new(3..16_384), Portable::new());
    let start = start(place);
    let mut waiting: Vec<(u16, Candidate)> = Vec::new();
    for distance in 0..u16::MAX {
        let candidate = Candidate::new(&plus(&start, 2 * u64::from(distance)));
        if divisors.pass(std::slice::from_ref(&candidate)) == 0 {
            continue;
        }
        waiting.push((distance, candidate));
        if waiting.len() < 2 {
            continue;
        }
        let (distances, candidates): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
        let passed = filter
            .pass_fermat_test(PrimeSize::Bits1024, &candidates)
            .unwrap();
        if passed != 0 {
            return distances[passed.trailing_zeros() as usize];
        }
    }
    panic!("no prime in a hundred times the mean distance")
}

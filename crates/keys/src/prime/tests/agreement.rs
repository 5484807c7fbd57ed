//! Every path gives the same answers about the same numbers.

use pharos_testkit::random::SeededRandom;

use super::known_primes::known_primes;
use super::numbers::{passes_fermat_test, random_candidate};
use super::special::special_numbers;
use crate::generator::Path;
use crate::prime::candidate::Candidate;
use crate::prime::divisors::Divisors;
use crate::prime::filter::{Filter, filter};
use crate::prime::lanes::emulated::Emulated;
use crate::prime::size::PrimeSize;
use crate::prime::{radix49, radix52, self_test};

/// The filters of this machine.
pub(super) fn filters() -> Vec<Box<dyn Filter>> {
    Path::ALL.iter().filter_map(|path| filter(*path)).collect()
}

pub(super) fn ask(filter: &dyn Filter, size: PrimeSize, numbers: &[Candidate]) -> Vec<bool> {
    let batches = numbers.chunks_exact(filter.width());
    assert!(batches.remainder().is_empty(), "a batch is not full");
    let answers = batches.flat_map(|batch| {
        let passed = filter.pass_fermat_test(size, batch).unwrap();
        (0..filter.width()).map(move |lane| passed >> lane & 1 == 1)
    });
    answers.collect()
}

#[test]
fn every_path_finds_the_same_numbers_of_every_size_prime() {
    let source = SeededRandom::announced();
    for (size, count) in [
        (PrimeSize::Bits1024, 8_000),
        (PrimeSize::Bits1536, 1_600),
        (PrimeSize::Bits2048, 800),
    ] {
        // Without small divisors, one in forty or so is prime.
        let divisors = Divisors::new(3..16_384);
        let drawn = std::iter::repeat_with(|| random_candidate(&source, size));
        let mut numbers: Vec<_> = drawn
            .filter(|number| !divisors.divide(number.limbs()))
            .take(count)
            .collect();
        numbers[3] = self_test::neighbour(size, 0);
        let mut answers = filters()
            .into_iter()
            .map(|filter| ask(&*filter, size, &numbers));
        let expected = answers.next().unwrap();
        assert!(answers.all(|answers| answers == expected));
        assert!(expected[3]);
        for (number, expected) in numbers.iter().zip(&expected).take(80) {
            assert_eq!(passes_fermat_test(number), *expected);
        }
    }
}

#[test]
fn every_path_answers_alike_about_numbers_made_to_deceive() {
    let numbers = special_numbers();
    let expected: Vec<_> = numbers.iter().map(passes_fermat_test).collect();
    for filter in filters() {
        assert_eq!(ask(&*filter, PrimeSize::Bits1024, &numbers), expected);
    }
}

#[test]
fn the_kernels_answer_alike_without_a_cpu_that_has_them() {
    let source = SeededRandom::announced();
    let mut numbers: Vec<_> = known_primes(0..4).collect();
    numbers.extend((4..8).map(|_| random_candidate(&source, PrimeSize::Bits1024)));
    let numbers: Vec<_> = numbers.iter().map(Candidate::limbs).collect();
    let eight = numbers.clone().try_into().unwrap();
    let passed = radix52::pass_fermat_test::<Emulated<8>, 20>((), &eight);
    assert_eq!(passed & 0b1111, 0b1111);
    for (lane, number) in numbers.iter().enumerate().skip(4) {
        let is_prime = passes_fermat_test(&Candidate::new(number));
        assert_eq!(passed >> lane & 1 == 1, is_prime);
    }
    let four = [numbers[0], numbers[5], numbers[1], numbers[6]];
    let four = radix49::pass_fermat_test::<Emulated<4>, 21>((), &four);
    let [first, second, third, fourth] = [0, 5, 1, 6].map(|lane| passed >> lane & 1);
    assert_eq!(four, first | second << 1 | third << 2 | fourth << 3);
}

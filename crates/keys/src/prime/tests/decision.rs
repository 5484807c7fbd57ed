//! What aws-lc's arithmetic decides, against Miller and Rabin's test in another library's.

use num_bigint::BigUint;
use pharos_testkit::random::SeededRandom;

use super::known_primes::known_primes;
use super::numbers::{big, candidate, random_candidate};
use super::special::special_numbers;
use crate::prime::candidate::Candidate;
use crate::prime::miller_rabin::{TWO_ADICITY_MAX, are_prime};
use crate::prime::self_test;
use crate::prime::size::PrimeSize;

/// Rounds to small bases: not the library's choice of them, and enough for numbers nobody chose.
pub(super) fn is_prime_by_num_bigint(number: &BigUint) -> bool {
    let one = BigUint::from(1_u32);
    let minus_one = number - &one;
    let twos = minus_one.trailing_zeros().unwrap();
    let odd = &minus_one >> twos;
    [3_u32, 5, 7, 11, 13, 17, 19, 23, 29, 31]
        .iter()
        .all(|base| {
            let mut power = BigUint::from(*base).modpow(&odd, number);
            if power == one {
                return true;
            }
            for _ in 0..twos {
                if power == minus_one {
                    return true;
                }
                power = &power * &power % number;
            }
            false
        })
}

fn decide(one: &Candidate, other: &Candidate) -> [bool; 2] {
    are_prime([one, other]).unwrap()
}

#[test]
fn primes_of_every_size_are_prime_in_either_place() {
    for size in PrimeSize::ALL {
        let (prime, composite) = (self_test::neighbour(size, 0), self_test::neighbour(size, 1));
        assert_eq!(decide(&prime, &prime), [true, true]);
        assert_eq!(decide(&prime, &composite), [true, false]);
        assert_eq!(decide(&composite, &prime), [false, true]);
    }
    let primes: Vec<_> = known_primes(0..400).collect();
    for pair in primes.chunks(2) {
        assert_eq!(decide(&pair[0], &pair[1]), [true, true]);
    }
}

#[test]
fn composites_are_not_even_those_made_to_deceive() {
    let source = SeededRandom::announced();
    let prime = self_test::neighbour(PrimeSize::Bits1024, 0);
    for number in special_numbers() {
        let is_prime = is_prime_by_num_bigint(&big(number.limbs()));
        assert_eq!(decide(&number, &prime), [is_prime, true]);
        assert_eq!(decide(&prime, &number), [true, is_prime]);
    }
    for _ in 0..100 {
        let number = random_candidate(&source, PrimeSize::Bits1024);
        let is_prime = is_prime_by_num_bigint(&big(number.limbs()));
        assert_eq!(decide(&number, &prime), [is_prime, true]);
    }
}

/// The primes of the list have few factors 2 in n − 1; these are made to have many.
#[test]
fn primes_are_prime_however_often_two_divides_what_is_below_them() {
    let size = PrimeSize::Bits1024;
    let source = SeededRandom::announced();
    for twos in [1, 2, 3, 8, 31, 32, 33] {
        let prime = std::iter::repeat_with(|| {
            let odd = (big(random_candidate(&source, size).limbs()) >> twos) | BigUint::from(1_u32);
            (odd << twos) + 1_u32
        })
        .filter(|number| {
            (3..200_u32)
                .step_by(2)
                .all(|small| number % small != BigUint::ZERO)
        })
        .find(is_prime_by_num_bigint)
        .unwrap();
        let prime = candidate(&prime, size);
        let expected = twos <= TWO_ADICITY_MAX;
        assert_eq!(decide(&prime, &prime), [expected; 2], "2^{twos}");
    }
}

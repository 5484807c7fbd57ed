//! A fault in a filter costs time, or is found by the decision. It makes no bad key.

use pharos_testkit::random::SeededRandom;

use super::known_primes::known_primes;
use super::numbers::{passes_fermat_test, random_candidate};
use crate::prime::candidate::Candidate;
use crate::prime::lanes::emulated::{Emulated, Fault, with_fault};
use crate::prime::miller_rabin::are_prime;
use crate::prime::radix49::pass_fermat_test as pass_49;
use crate::prime::radix52::pass_fermat_test as pass_52;
use crate::prime::size::PrimeSize;

/// How many bits are flipped in each kernel; one run takes a tenth of a second.
const FAULTS: u64 = 60;

/// One bit flips somewhere in the kernel: an answer about the number of that lane may be wrong, no other's
/// is, and what passes without being prime the decision refuses.
fn flip(lanes: usize, pass: impl Fn(&[&[u64]]) -> u8) {
    let source = SeededRandom::announced();
    let prime = known_primes(0..1).next().unwrap();
    let mut numbers = vec![Candidate::new(prime.limbs())];
    let drawn = std::iter::repeat_with(|| random_candidate(&source, PrimeSize::Bits1024));
    let composites = drawn.filter(|number| !passes_fermat_test(number));
    numbers.extend(composites.take(lanes - 1));
    let limbs: Vec<_> = numbers.iter().map(Candidate::limbs).collect();
    let (expected, operations) = with_fault(None, || pass(&limbs));
    assert_eq!(expected, 1);
    for _ in 0..FAULTS {
        let fault = Fault {
            operation: source.number() % operations,
            lane: source.below(lanes),
            bit: u32::try_from(source.below(64)).unwrap(),
        };
        let (passed, _) = with_fault(Some(fault), || pass(&limbs));
        let others = !(1 << fault.lane);
        assert_eq!(passed & others, expected & others);
        for (lane, number) in numbers.iter().enumerate().skip(1) {
            if passed >> lane & 1 == 1 {
                assert_eq!(are_prime([number, &prime]).unwrap(), [false, true]);
            }
        }
    }
}

#[test]
fn a_flipped_bit_in_eight_lanes_makes_no_composite_prime() {
    flip(8, |numbers| {
        pass_52::<Emulated<8>, 20>((), numbers.try_into().unwrap())
    });
}

#[test]
fn a_flipped_bit_in_four_lanes_makes_no_composite_prime() {
    flip(4, |numbers| {
        pass_49::<Emulated<4>, 21>((), numbers.try_into().unwrap())
    });
}

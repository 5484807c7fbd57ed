//! What a prime goes through takes no branch and touches no address that depends on it.
//!
//! `cargo xtask test` runs these under valgrind, whose memcheck is told that the prime is undefined: then it
//! reports every branch and every address that depends on it. Without valgrind they only run.

#![expect(
    unsafe_code,
    reason = "valgrind is asked in its own way; the argument stands below"
)]

use std::arch::asm;
use std::cell::Cell;

use crypto_bigint::Uint;

use super::known_primes::known_primes;
use crate::generator::private_exponent;
use crate::prime::candidate::Candidate;
use crate::prime::divisors::{Divisors, modulo_65537};
use crate::prime::filter::{DIVISORS_END, FIRST_DIVISORS_END};
use crate::prime::lanes::avx2;
use crate::prime::lanes::emulated::Emulated;
use crate::prime::size::PrimeSize;
use crate::prime::{radix49, radix52, self_test};

/// memcheck's requests (valgrind/memcheck.h).
const MAKE_UNDEFINED: u64 = 0x4d43_0001;
const MAKE_DEFINED: u64 = 0x4d43_0002;

fn request<T>(request: u64, data: &[Cell<T>]) {
    let arguments = [
        request,
        data.as_ptr() as u64,
        size_of_val(data) as u64,
        0,
        0,
        0,
    ];
    // SAFETY: the rotations add up to none and the exchange is with itself, so that a CPU does nothing but
    // change flags; valgrind knows the sequence (valgrind/valgrind.h), reads the six arguments, and marks
    // memory that is borrowed here.
    unsafe {
        asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") 0_u64 => _,
        );
    }
}

/// A candidate of these limbs, which nobody knows any more.
fn poisoned(candidate: &Candidate) -> Candidate {
    let mut limbs = candidate.limbs().to_vec();
    request(
        MAKE_UNDEFINED,
        Cell::from_mut(limbs.as_mut_slice()).as_slice_of_cells(),
    );
    Candidate::new(&limbs)
}

/// What may be known: an answer, or a number that is asked about.
fn declassify<T: Copy>(value: T) -> T {
    let value = [Cell::new(value)];
    request(MAKE_DEFINED, &value);
    value[0].get()
}

fn poisoned_primes(count: usize) -> Vec<Candidate> {
    known_primes(0..count)
        .map(|prime| poisoned(&prime))
        .collect()
}

/// Else silence would say nothing: the task that runs valgrind wants a report of this one.
#[test]
fn a_branch_on_a_prime_is_reported() {
    let prime = &poisoned_primes(1)[0];
    if prime.limbs()[3] & 4 == 0 {
        std::hint::black_box(prime);
    }
}

#[test]
fn constant_time_trial_division() {
    let prime = &poisoned_primes(1)[0];
    let limbs = prime.limbs().as_array::<16>().unwrap();
    for group in &Divisors::new(3..DIVISORS_END).0 {
        assert!(!declassify(group.divides(limbs)));
    }
    assert_ne!(declassify(modulo_65537(prime.limbs())), 1);
}

#[test]
fn constant_time_trial_division_in_eight_lanes() {
    let primes = poisoned_primes(8);
    let limbs: Vec<_> = primes.iter().map(Candidate::limbs).collect();
    let limbs = limbs.as_slice().try_into().unwrap();
    let rows = radix52::rows(FIRST_DIVISORS_END..DIVISORS_END);
    let divided = radix52::divided::<Emulated<8>, 20>((), limbs, &rows);
    assert_eq!(declassify(divided), 0);
}

#[test]
fn constant_time_fermat_test_in_eight_lanes() {
    let primes = poisoned_primes(8);
    let limbs: Vec<_> = primes.iter().map(Candidate::limbs).collect();
    let limbs = limbs.as_slice().try_into().unwrap();
    let passed = radix52::pass_fermat_test::<Emulated<8>, 20>((), limbs);
    assert_eq!(declassify(passed), 0xff);
}

#[test]
fn constant_time_fermat_test_in_four_lanes() {
    let primes = poisoned_primes(4);
    let limbs: Vec<_> = primes.iter().map(Candidate::limbs).collect();
    let limbs = limbs.as_slice().try_into().unwrap();
    let passed = match avx2::Machine::detect() {
        Some(machine) => machine.run(
            #[inline(always)]
            || radix49::pass_fermat_test::<avx2::Four, 21>(machine, limbs),
        ),
        None => radix49::pass_fermat_test::<Emulated<4>, 21>((), limbs),
    };
    assert_eq!(declassify(passed), 0xf);
}

/// The arithmetic is aws-lc's; what is around it is ours.
#[test]
fn constant_time_decision() {
    let prime = poisoned(&self_test::neighbour(PrimeSize::Bits1024, 0));
    let other = poisoned_primes(1).remove(0);
    let verdicts = crate::prime::are_prime([&prime, &other]);
    assert_eq!(declassify(verdicts).unwrap(), [true, true]);
}

#[test]
fn constant_time_private_exponent() {
    let order = poisoned_primes(1).remove(0);
    let words = order.limbs().try_into().unwrap();
    let exponent = private_exponent(&Uint::<16>::from_words(words));
    assert_ne!(declassify(exponent), Uint::ZERO);
}

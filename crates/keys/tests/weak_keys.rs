//! Keys that break a rule each.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test whose helpers stand outside of it"
)]

use num_bigint::BigUint;
use pharos_keys::PublicKey;
use pharos_keys::weak::{Rule, Rules, Weakness};
use pharos_testkit::public_keys;
use pharos_testkit::random::SeededRandom;

mod common {
    pub(crate) mod primes;
}
use common::primes;

/// Why the key is weak by these rules. Without the rule that says so, it is not weak for that reason.
#[track_caller]
fn weakness_by(rules: Rules, line: &str) -> Option<Weakness> {
    let key = PublicKey::parse(line).unwrap();
    let weakness = rules.check(&key).err()?;
    let other = rules.without(weakness.rule()).check(&key).err();
    assert_ne!(other.map(Weakness::rule), Some(weakness.rule()));
    let text = weakness.text();
    assert!(text.en.is_ascii() && text.en.ends_with('.'), "{text:?}");
    assert!(text.zh.ends_with('。'), "{text:?}");
    Some(weakness)
}

#[track_caller]
fn weakness(line: &str) -> Option<Weakness> {
    weakness_by(Rules::default(), line)
}

#[track_caller]
fn weakness_of_modulus(modulus: &BigUint) -> Option<Weakness> {
    without(&[], modulus)
}

/// Why a modulus is weak when these rules are off.
#[track_caller]
fn without(off: &[Rule], modulus: &BigUint) -> Option<Weakness> {
    let rules = Rules::default();
    let rules = off.iter().fold(rules, |rules, rule| rules.without(*rule));
    weakness_by(rules, &public_keys::rsa(65_537, modulus))
}

/// The product of two good primes.
fn good_modulus(bits: usize) -> BigUint {
    let random = SeededRandom::announced();
    primes::prime(bits / 2, &random) * primes::prime(bits - bits / 2, &random)
}

fn mersenne(bits: u32) -> BigUint {
    BigUint::from(2_u32).pow(bits) - 1_u32
}

#[test]
fn every_rule_has_a_name_that_turns_it_off() {
    for rule in Rule::ALL {
        assert_eq!(Rule::parse(rule.name()), Some(*rule));
    }
    for name in ["", "RSA-SIZE", "rsa", "dsa", "point-off-curve"] {
        assert_eq!(Rule::parse(name), None, "{name}");
    }
}

#[test]
fn a_modulus_has_2048_bits_or_more() {
    let good = good_modulus(2048);
    assert_eq!(weakness_of_modulus(&good), None);
    let short = good_modulus(2032);
    let weakness = weakness_of_modulus(&short).unwrap();
    assert_eq!(weakness, Weakness::RsaShortModulus { bits: 2032 });
    assert!(weakness.text().en.contains("2032"));
    assert_eq!(without(&[Rule::RsaSize], &short), None);
}

#[test]
fn an_exponent_is_odd_and_neither_tiny_nor_long() {
    let modulus = good_modulus(2048);
    let of = |exponent| weakness(&public_keys::rsa(exponent, &modulus));
    for exponent in [0, 2, 16, 65_536, 65_538] {
        assert_eq!(of(exponent), Some(Weakness::RsaEvenExponent), "{exponent}");
    }
    for exponent in [1, 3, 15] {
        let tiny = Weakness::RsaTinyExponent { exponent };
        assert_eq!(of(exponent.into()), Some(tiny), "{exponent}");
    }
    for exponent in [17, 35, 37, 65_537, u64::MAX.into()] {
        assert_eq!(of(exponent), None, "{exponent}");
    }
    let long = Weakness::RsaLongExponent { bits: 65 };
    assert_eq!(of((1 << 64) + 1), Some(long));
}

#[test]
fn a_modulus_has_no_factor_below_65536() {
    let rest = good_modulus(2048);
    for factor in [2_u32, 3, 1009, 65_521] {
        let found = weakness_of_modulus(&(&rest * factor)).unwrap();
        assert_eq!(found, Weakness::RsaSmallFactor { factor });
        assert!(found.text().en.contains(&factor.to_string()));
        assert!(found.text().zh.contains(&factor.to_string()));
    }
    // The smallest of several is told.
    let found = weakness_of_modulus(&(&rest * 65_521_u32 * 7_u32 * 7_u32));
    assert_eq!(found, Some(Weakness::RsaSmallFactor { factor: 7 }));
    assert_eq!(weakness_of_modulus(&(&rest * 65_537_u32)), None);
}

#[test]
fn primes_that_are_close_to_each_other_are_found() {
    let random = SeededRandom::announced();
    let prime = primes::prime(1024, &random);
    let mut next = &prime + 2_u32;
    while !primes::is_prime(&next) {
        next += 2_u32;
    }
    let found = weakness_of_modulus(&(&prime * next));
    assert_eq!(found, Some(Weakness::RsaClosePrimes));
    // The same twice.
    let square = &prime * &prime;
    let found = weakness_of_modulus(&square);
    assert_eq!(found, Some(Weakness::RsaClosePrimes));
    let found = without(&[Rule::RsaClosePrimes], &square);
    assert_eq!(found, Some(Weakness::RsaPerfectPower { power: 2 }));
}

/// n = a^2 - b^2 is found by the step that comes to a: the first tries the root of n.
#[test]
fn close_primes_are_looked_for_in_a_hundred_steps() {
    let a: BigUint = good_modulus(1024);
    // The root of n is between a - step and a - step + 1.
    let found_by_step = |step: u32| {
        let b = (&a * (2 * step - 1)).sqrt();
        let modulus = &a * &a - &b * &b;
        // The factors a + b and a - b are no primes here.
        without(&[Rule::RsaSize, Rule::RsaSmallFactor], &modulus)
    };
    for step in [1, 2, 99, 100] {
        let found = found_by_step(step);
        assert_eq!(found, Some(Weakness::RsaClosePrimes), "{step}");
    }
    assert_eq!(found_by_step(101), None);
}

/// The product of the first primes: 126 of them for keys of 1984 to 3936 bits.
fn primorial(primes: usize) -> BigUint {
    let is_prime = |number: &u32| (2..*number).all(|divisor| !number.is_multiple_of(divisor));
    let numbers = (2..).filter(is_prime).take(primes);
    numbers.map(BigUint::from).product()
}

#[test]
fn the_mark_of_roca_is_found() {
    let random = SeededRandom::announced();
    let m = primorial(126);
    // As the faulty library made them: k * M + (65537^a mod M).
    let prime = || loop {
        let a = BigUint::from(random.number());
        let k = (BigUint::from(random.number()) | BigUint::from(1_u64 << 63)) >> 10_u32;
        let number = k * &m + BigUint::from(65_537_u32).modpow(&a, &m);
        if primes::is_prime(&number) {
            return number;
        }
    };
    let modulus = prime() * prime();
    assert!(modulus.bits() >= 2046, "{}", modulus.bits());
    let found = without(&[Rule::RsaSize], &modulus);
    assert_eq!(found, Some(Weakness::RsaRoca));
    // What a card really made.
    let found = weakness(include_str!("published/roca.pub"));
    assert_eq!(found, Some(Weakness::RsaRoca));
}

/// Modulo each prime it is a power of 65537, but modulo their product it is none: the powers are odd modulo
/// one prime, and even modulo the others.
#[test]
fn a_modulus_that_only_looks_like_roca_is_taken() {
    let one = BigUint::from(7_u32);
    let others = primorial(39) / &one;
    let generator = BigUint::from(65_537_u32);
    let crt = |residue: &BigUint, modulus: &BigUint, other: &BigUint| {
        residue * other * other.modinv(modulus).unwrap()
    };
    let both = &one * &others;
    let residue = crt(&generator, &one, &others) + crt(&(&generator * &generator), &others, &one);
    let random = SeededRandom::announced();
    let modulus = primes::prime(2048, &random) * &both + residue % &both;
    // It may be a prime as well.
    let off = [Rule::RsaSmallFactor, Rule::RsaPrimeModulus];
    assert_eq!(without(&off, &modulus), None);
    let power = &modulus - &modulus % &both + generator.pow(2) % &both;
    assert_eq!(without(&off, &power), Some(Weakness::RsaRoca));
}

#[test]
fn a_prime_that_other_keys_have_is_found() {
    let found = weakness(include_str!("published/shared-prime.pub"));
    assert_eq!(found, Some(Weakness::RsaSharedPrime));
}

#[test]
fn a_power_is_found() {
    let random = SeededRandom::announced();
    let prime = primes::prime(680, &random);
    let off = [
        Rule::RsaSmallFactor,
        Rule::RsaClosePrimes,
        Rule::RsaPrimeModulus,
    ];
    // A composite exponent is found by its smallest factor.
    for (base, exponent, power) in [
        (prime.clone(), 4, 2),
        (prime.clone(), 5, 5),
        (prime.clone(), 9, 3),
        (&prime * 7_u32 * 13_u32 * 19_u32, 3, 3),
        (&prime * primes::prime(680, &random), 7, 7),
        (65_539_u32.into(), 131, 131),
        (65_539_u32.into(), 1021, 1021),
    ] {
        let modulus = base.pow(exponent);
        let found = without(&off, &modulus);
        assert_eq!(found, Some(Weakness::RsaPerfectPower { power }));
        assert_eq!(without(&off, &(modulus + 2_u32)), None, "{exponent}");
    }
}

#[test]
fn a_prime_is_no_modulus() {
    for bits in [2203, 4423] {
        let found = weakness_of_modulus(&mersenne(bits));
        assert_eq!(found, Some(Weakness::RsaPrimeModulus), "{bits}");
    }
    // What would take too long is not tested.
    assert_eq!(weakness_of_modulus(&mersenne(9689)), None);
}

/// Whatever rules are off, and however odd the numbers.
#[test]
fn any_numbers_can_be_asked_about() {
    let end = BigUint::from(2_u32).pow(1024);
    for offset in [1_u32, 2, 3, 65_535] {
        let modulus = &end - offset;
        for count in 0..=Rule::ALL.len() {
            let (off, on) = Rule::ALL.split_at(count);
            let rule = without(off, &modulus).map(Weakness::rule);
            assert!(rule.is_none_or(|rule| on.contains(&rule)), "{rule:?}");
        }
    }
}

//! RSA key pairs from primes that our filter found and aws-lc decided on (docs/decisions/0016).

use aws_lc_rs::signature::RsaKeyPair;
use zeroize::Zeroize;

use super::numbers::assemble;
use super::rsa::{self, Size};
use super::{GenerateError, GeneratedKeyPair};
use crate::prime::{self, Candidate, Filter, Fruitless, PrimeSize, Search};

/// How far two primes are apart at least, in bits less than they have (FIPS 186-5 section A.1.3 step 5.4).
const CLOSENESS_BITS: u32 = 100;

/// What the stack below this call may hold of a key when it returns: more than the deepest call takes.
const STACK_BYTES: usize = 128 * 1024;

/// Makes one.
pub(super) fn generate(
    filter: &dyn Filter,
    size: Size,
    is_wanted: &dyn Fn() -> bool,
) -> Result<GeneratedKeyPair, GenerateError> {
    let made = make(filter, size, is_wanted);
    wipe_stack();
    made
}

/// Not inlined, so that all it leaves on the stack is below its caller.
#[inline(never)]
fn make(
    filter: &dyn Filter,
    size: Size,
    is_wanted: &dyn Fn() -> bool,
) -> Result<GeneratedKeyPair, GenerateError> {
    let [p, q] = find_primes(filter, size, is_wanted)?;
    let verdicts = prime::are_prime([&p, &q]).map_err(GenerateError::Library)?;
    if verdicts != [true, true] {
        return Err(GenerateError::Disagreement {
            what: "a number that passed the filter, and is not prime",
        });
    }
    let pkcs1 = match size {
        Size::Bits2048 => assemble::<16, 32>(&p, &q),
        Size::Bits3072 => assemble::<24, 48>(&p, &q),
        Size::Bits4096 => assemble::<32, 64>(&p, &q),
    }?;
    check_and_finish(size, pkcs1.as_bytes())
}

/// Hands it out if aws-lc finds that its numbers belong together (`RSA_check_key`), and it signs.
fn check_and_finish(size: Size, pkcs1: &[u8]) -> Result<GeneratedKeyPair, GenerateError> {
    let key_pair = RsaKeyPair::from_der(pkcs1).map_err(|_| GenerateError::Disagreement {
        what: "the numbers of a key",
    })?;
    rsa::finish(size, &key_pair, pkcs1)
}

/// Two that pass the filter and are not close to each other.
fn find_primes(
    filter: &dyn Filter,
    size: Size,
    is_wanted: &dyn Fn() -> bool,
) -> Result<[Candidate; 2], GenerateError> {
    let size = match size {
        Size::Bits2048 => PrimeSize::Bits1024,
        Size::Bits3072 => PrimeSize::Bits1536,
        Size::Bits4096 => PrimeSize::Bits2048,
    };
    let mut search = Search::new(filter, size);
    let mut next = || match search.next(is_wanted) {
        Ok(found) => Ok(found),
        Err(Fruitless::Interrupted) => Err(GenerateError::Interrupted),
        Err(Fruitless::Library(error)) => Err(GenerateError::Library(error)),
    };
    let p = next()?;
    loop {
        let q = next()?;
        if are_apart(&p, &q) {
            return Ok([p, q]);
        }
    }
}

/// Whether their highest limbs differ, which is a little more than the standard asks for, and fails once in
/// 2^62.
fn are_apart(p: &Candidate, q: &Candidate) -> bool {
    const _: () = assert!(CLOSENESS_BITS > u64::BITS);
    let highest = |candidate: &Candidate| candidate.limbs().last().copied().unwrap_or_default();
    highest(p).abs_diff(highest(q)) > 1
}

/// Overwrites the stack below, where what was called left copies of private numbers.
#[expect(clippy::large_stack_arrays, reason = "that is what it is for")]
#[inline(never)]
fn wipe_stack() {
    let mut stack = [0_u8; STACK_BYTES];
    stack.zeroize();
    std::hint::black_box(&stack);
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use aws_lc_rs::error::Unspecified;
    use pharos_testkit::random::SeededRandom;

    use super::*;
    use crate::generator::{Generator, KeyType, Path};

    /// A filter, and something between its answers and who asks.
    struct Faulty<F> {
        inner: Box<dyn Filter>,
        fault: F,
    }

    impl<F: Fn(u8) -> u8 + Send + Sync> Filter for Faulty<F> {
        fn width(&self) -> usize {
            self.inner.width()
        }

        fn stages(&self) -> usize {
            self.inner.stages()
        }

        fn divisors(&self, stage: usize) -> Range<u32> {
            self.inner.divisors(stage)
        }

        fn pass_trial_division(&self, size: PrimeSize, stage: usize, numbers: &[Candidate]) -> u8 {
            (self.fault)(self.inner.pass_trial_division(size, stage, numbers))
        }

        fn pass_fermat_test(
            &self,
            size: PrimeSize,
            numbers: &[Candidate],
        ) -> Result<u8, Unspecified> {
            let passed = self.inner.pass_fermat_test(size, numbers);
            passed.map(&self.fault)
        }
    }

    fn with_fault(fault: impl Fn(u8) -> u8 + Send + Sync + 'static) -> Generator {
        Generator {
            path: Path::Portable,
            filter: Some(Box::new(Faulty {
                inner: prime::filter(Path::Portable).unwrap(),
                fault,
            })),
            is_stopped: false.into(),
        }
    }

    #[test]
    fn a_filter_that_lets_everything_pass_stops_the_generator() {
        let generator = with_fault(|_| 0b11);
        let made = generator.generate(KeyType::Rsa2048, &|| true);
        assert!(matches!(made, Err(GenerateError::Disagreement { .. })));
        assert!(generator.is_stopped());
        for key_type in KeyType::ALL {
            let made = generator.generate(*key_type, &|| true);
            assert!(matches!(made, Err(GenerateError::Stopped)));
        }
    }

    /// One answer in a hundred is wrong.
    #[test]
    fn a_filter_with_faults_makes_good_keys_or_none() {
        let (mut good, mut stopped) = (0, 0);
        for _ in 0..60 {
            let source = SeededRandom::announced();
            let generator = with_fault(move |passed| match source.below(100) {
                0 => passed ^ 1 << source.below(2),
                _ => passed,
            });
            match generator.generate(KeyType::Rsa2048, &|| true) {
                Ok(key_pair) => {
                    good += 1;
                    crate::generator::tests::assert_sound(&key_pair, 2048);
                }
                Err(GenerateError::Disagreement { .. }) => stopped += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert!(good > 0 && stopped > 0, "{good} good, {stopped} stopped");
    }

    #[test]
    fn a_flipped_bit_anywhere_in_a_private_key_is_found_before_it_is_handed_out() {
        let generator = Generator::new(crate::Method::Filtered).unwrap();
        let key_pair = generator.generate(KeyType::Rsa2048, &|| true).unwrap();
        let pem = key_pair.private_key.expose();
        let (_, pkcs1) = pem_rfc7468::decode_vec(pem.as_bytes()).unwrap();
        assert!(check_and_finish(Size::Bits2048, &pkcs1).is_ok());
        for byte in 0..pkcs1.len() {
            for bit in 0..8 {
                let mut flipped = pkcs1.clone();
                flipped[byte] ^= 1 << bit;
                let made = check_and_finish(Size::Bits2048, &flipped);
                let is_found = matches!(made, Err(GenerateError::Disagreement { .. }));
                assert!(is_found, "bit {bit} of byte {byte}");
            }
        }
    }

    #[test]
    fn a_search_ends_when_nobody_wants_the_key_any_more() {
        for path in Path::ALL.iter().filter(|path| **path != Path::Library) {
            let Some(generator) = Generator::with_path(*path) else {
                continue;
            };
            let asked = std::cell::Cell::new(0);
            let is_wanted = || {
                asked.set(asked.get() + 1);
                asked.get() < 2
            };
            let made = generator.unwrap().generate(KeyType::Rsa4096, &is_wanted);
            assert!(matches!(made, Err(GenerateError::Interrupted)));
        }
    }

    #[test]
    fn primes_that_are_close_are_not_taken_together() {
        let number = |highest: u64| Candidate::new(&[[7; 15].as_slice(), &[highest]].concat());
        let p = number(0xC000_0000_0000_0000);
        assert!(!are_apart(&p, &number(0xC000_0000_0000_0000)));
        assert!(!are_apart(&p, &number(0xC000_0000_0000_0001)));
        assert!(are_apart(&p, &number(0xC000_0000_0000_0002)));
        assert!(are_apart(&p, &number(0xBFFF_FFFF_FFFF_FFFE)));
    }

    /// Whatever is wrong with a filter, it is not used.
    #[test]
    fn the_self_test_finds_a_filter_that_is_wrong_anywhere() {
        let inner = || prime::filter(Path::Portable).unwrap();
        let is_right = |fault: fn(u8) -> u8| {
            let inner = inner();
            prime::is_right(&Faulty { inner, fault }).unwrap()
        };
        assert!(is_right(|passed| passed));
        for fault in [
            (|_| 0) as fn(u8) -> u8,
            |_| 0b11,
            |passed| passed & 0b01,
            |passed| passed & 0b10,
            |passed| passed | 0b01,
            |passed| passed ^ 0b10,
        ] {
            assert!(!is_right(fault));
        }
    }
}

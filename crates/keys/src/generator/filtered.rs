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
    filter: &Filter,
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
    filter: &Filter,
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
    // It checks that the numbers belong together (`RSA_check_key`).
    let key_pair =
        RsaKeyPair::from_der(pkcs1.as_bytes()).map_err(|_| GenerateError::Disagreement {
            what: "the numbers of a key",
        })?;
    rsa::finish(size, &key_pair, pkcs1.as_bytes())
}

/// Two that pass the filter and are not close to each other.
fn find_primes(
    filter: &Filter,
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
#[inline(never)]
fn wipe_stack() {
    let mut stack = [0_u8; STACK_BYTES];
    stack.zeroize();
    std::hint::black_box(&stack);
}

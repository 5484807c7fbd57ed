//! The filter of every machine: two numbers at once, with no long arithmetic of ours.

use std::ops::Range;

use aws_lc_rs::error::Unspecified;
use zeroize::Zeroizing;

use super::candidate::Candidate;
use super::divisors::Divisors;
use super::filter::{DIVISORS_END, FIRST_DIVISORS_END, Filter};
use super::size::PrimeSize;
use crate::aws_lc::{Exponentiation, Modulus, Number, Scratch, exponentiate_pair};

/// With aws-lc's arithmetic.
pub(super) struct Portable {
    divisors: Divisors,
}

impl Portable {
    pub(super) fn new() -> Self {
        Self {
            divisors: Divisors::new(FIRST_DIVISORS_END..DIVISORS_END),
        }
    }
}

impl Filter for Portable {
    fn width(&self) -> usize {
        2
    }

    fn stages(&self) -> usize {
        1
    }

    fn divisors(&self, _: usize) -> Range<u32> {
        FIRST_DIVISORS_END..DIVISORS_END
    }

    fn pass_trial_division(&self, _: PrimeSize, _: usize, numbers: &[Candidate]) -> u8 {
        self.divisors.pass(numbers)
    }

    fn pass_fermat_test(&self, _: PrimeSize, numbers: &[Candidate]) -> Result<u8, Unspecified> {
        let [one, other] = numbers else {
            return Err(Unspecified);
        };
        pass_fermat_test(one, other)
    }
}

/// By aws-lc, both at once. The base is −2 instead of 2, because aws-lc is fast when it is as long as the
/// modulus; n − 1 is even, so that the sign is lost.
fn pass_fermat_test(one: &Candidate, other: &Candidate) -> Result<u8, Unspecified> {
    let mut scratch = Scratch::new()?;
    let (one, other) = (
        FermatTest::new(one, &mut scratch)?,
        FermatTest::new(other, &mut scratch)?,
    );
    let pair = [one.exponentiation(), other.exponentiation()];
    let powers = exponentiate_pair(&pair, &mut scratch)?;
    let unit = Number::new(&[1])?;
    let [first, second] = powers.map(|power| u8::from(power.equals(&unit) == 1));
    Ok(first | second << 1)
}

struct FermatTest {
    base: Number,
    exponent: Number,
    modulus: Modulus,
}

impl FermatTest {
    fn new(candidate: &Candidate, scratch: &mut Scratch) -> Result<Self, Unspecified> {
        let mut exponent = Zeroizing::new(candidate.limbs().to_vec());
        let mut base = exponent.clone();
        if let Some(lowest) = exponent.first_mut() {
            *lowest &= !1;
        }
        let mut borrow = 2;
        for limb in base.iter_mut() {
            let (difference, underflow) = limb.overflowing_sub(borrow);
            *limb = difference;
            borrow = u64::from(underflow);
        }
        Ok(Self {
            base: Number::new(&base)?,
            exponent: Number::new(&exponent)?,
            modulus: Modulus::new(candidate.limbs(), scratch)?,
        })
    }

    fn exponentiation(&self) -> Exponentiation<'_> {
        Exponentiation {
            base: &self.base,
            exponent: &self.exponent,
            modulus: &self.modulus,
        }
    }
}

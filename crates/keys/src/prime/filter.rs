//! What sorts out composites, in one of three ways. It decides nothing: what passes is asked about again.

use std::ops::Range;

use aws_lc_rs::error::Unspecified;
use zeroize::Zeroizing;

use super::candidate::Candidate;
use super::divisors::Group;
use super::size::PrimeSize;
#[cfg(target_arch = "x86_64")]
use super::vector::{Avx2Filter, IfmaFilter};
use crate::aws_lc::{Exponentiation, Modulus, Number, Scratch, exponentiate_pair};
use crate::generator::Path;

/// The primes below are tried on each number by itself, as it is drawn: the odd ones to 53, whose product
/// just fits into 64 bits. A quarter of the numbers stays.
pub(super) const FIRST_DIVISORS_END: u32 = 54;

/// Where trial division ends. A prime p there spares one test in p, of some 100,000 cycles in eight lanes
/// and four times as many elsewhere; to divide by it costs 2 cycles in eight lanes, and 10 elsewhere. So they
/// are even at about 40,000, and the whole is as fast from 30,000 to 65,000.
pub(super) const DIVISORS_END: u32 = 40_000;

/// A filter takes several numbers at once. Which passed is a bit for each, the first in the lowest.
pub(crate) enum Filter {
    #[cfg(target_arch = "x86_64")]
    Ifma(Box<IfmaFilter>),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2Filter),
    Portable(Divisors),
    /// The portable one, whose answers something changes.
    #[cfg(test)]
    Faulty(Divisors, Box<dyn Fn(u8) -> u8 + Send + Sync>),
}

impl Filter {
    /// That of a path, where this machine has it; the library's own path has none.
    pub(crate) fn of(path: Path) -> Option<Self> {
        match path {
            Path::Avx512Ifma => Self::ifma(),
            Path::Avx2 => Self::avx2(),
            Path::Portable => Some(Self::portable()),
            Path::Library => None,
        }
    }

    /// With AVX-512 IFMA, where there is that.
    pub(crate) fn ifma() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        return IfmaFilter::detect().map(Box::new).map(Self::Ifma);
        #[cfg(not(target_arch = "x86_64"))]
        None
    }

    /// With AVX2, where there is that.
    pub(crate) fn avx2() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        return Avx2Filter::detect().map(Self::Avx2);
        #[cfg(not(target_arch = "x86_64"))]
        None
    }

    /// With aws-lc's arithmetic.
    pub(crate) fn portable() -> Self {
        Self::Portable(Divisors::new(FIRST_DIVISORS_END..DIVISORS_END))
    }

    /// The portable one, with something between its answers and who asked.
    #[cfg(test)]
    pub(crate) fn faulty(fault: impl Fn(u8) -> u8 + Send + Sync + 'static) -> Self {
        let divisors = Divisors::new(FIRST_DIVISORS_END..DIVISORS_END);
        Self::Faulty(divisors, Box::new(fault))
    }

    /// How many numbers it takes at once.
    pub(super) fn width(&self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Ifma(_) => IfmaFilter::WIDTH,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => Avx2Filter::WIDTH,
            Self::Portable(_) => 2,
            #[cfg(test)]
            Self::Faulty(..) => 2,
        }
    }

    /// How many stages of trial division it has, each by larger primes. Between two, those that are left
    /// are put together again.
    pub(super) fn stages(&self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Ifma(_) => IfmaFilter::STAGES,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => 1,
            Self::Portable(_) => 1,
            #[cfg(test)]
            Self::Faulty(..) => 1,
        }
    }

    /// Which of the numbers none of the primes of a stage divides.
    pub(super) fn pass_trial_division(
        &self,
        size: PrimeSize,
        stage: usize,
        numbers: &[Candidate],
    ) -> u8 {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Ifma(filter) => filter.pass_trial_division(size, stage, numbers),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(filter) => filter.divide(numbers),
            Self::Portable(divisors) => divisors.pass(numbers),
            #[cfg(test)]
            Self::Faulty(divisors, fault) => fault(divisors.pass(numbers)),
        }
    }

    /// What a stage divides by.
    pub(super) fn divisors(&self, stage: usize) -> Divisors {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Ifma(_) => IfmaFilter::divisors(stage),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => Divisors::new(FIRST_DIVISORS_END..DIVISORS_END),
            Self::Portable(_) => Divisors::new(FIRST_DIVISORS_END..DIVISORS_END),
            #[cfg(test)]
            Self::Faulty(..) => Divisors::new(FIRST_DIVISORS_END..DIVISORS_END),
        }
    }

    /// Which of the numbers n divide 2^(n − 1) − 1.
    pub(super) fn pass_fermat_test(
        &self,
        size: PrimeSize,
        numbers: &[Candidate],
    ) -> Result<u8, Unspecified> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Ifma(filter) => Ok(filter.pass_fermat_test(size, numbers)),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(filter) => Ok(filter.pass_fermat_test(size, numbers)),
            Self::Portable(_) => {
                let [one, other] = numbers else {
                    return Err(Unspecified);
                };
                pass_fermat_test(one, other)
            }
            #[cfg(test)]
            Self::Faulty(_, fault) => {
                let [one, other] = numbers else {
                    return Err(Unspecified);
                };
                pass_fermat_test(one, other).map(fault)
            }
        }
    }
}

/// Small primes, for numbers one by one.
pub(crate) struct Divisors(Vec<Group<64>>);

impl Divisors {
    /// The primes in a range.
    pub(super) fn new(range: Range<u32>) -> Self {
        Self(Group::of_primes(range))
    }

    pub(super) fn pass(&self, numbers: &[Candidate]) -> u8 {
        numbers.iter().rev().fold(0, |passed, number| {
            // A number that has a divisor is thrown away: when that was found tells nothing of those that are kept.
            let has_divisor = self.0.iter().any(|group| group.divides(number.limbs()));
            passed << 1 | u8::from(!has_divisor)
        })
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

//! The decision on a prime: Miller-Rabin rounds, whose arithmetic is aws-lc's.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::candidate::Candidate;
use crate::aws_lc::{Exponentiation, Modulus, Number, Scratch, exponentiate_pair};

/// Rounds with a random base each. FIPS 186-5 table B.1 asks for 5 where primes have 1024 bits, for an
/// error of 2^−112 at most; the longer a random number, the fewer it takes. The filter before is not
/// counted.
pub(super) const ROUNDS: usize = 5;

/// How often 2 may divide n − 1. Every number is squared that often, so that the time does not tell how
/// often 2 does; one prime in 2^32 has more, is not drawn, and would not be taken for one.
pub(super) const TWO_ADICITY_MAX: u32 = 32;

/// A number about which is asked.
struct Subject<'c> {
    candidate: &'c Candidate,
    modulus: Modulus,
    /// (n − 1)/2^k, as long as n.
    odd_part: Number,
    /// k
    two_adicity: u32,
    /// 1 and −1, in Montgomery form.
    one: Number,
    minus_one: Number,
}

/// Whether each of two numbers passes every round. They take their rounds together, which aws-lc does
/// faster than one after the other.
pub(crate) fn are_prime(pair: [&Candidate; 2]) -> Result<[bool; 2], Unspecified> {
    let mut scratch = Scratch::new()?;
    let [one, other] = pair;
    let subjects = [
        Subject::new(one, &mut scratch)?,
        Subject::new(other, &mut scratch)?,
    ];
    let mut verdicts = [true; 2];
    for _ in 0..ROUNDS {
        let passed = round(&subjects, &mut scratch)?;
        for (verdict, passed) in verdicts.iter_mut().zip(passed) {
            *verdict &= passed == 1;
        }
    }
    Ok(verdicts)
}

/// One round for both: 1 or 0 for each.
fn round(subjects: &[Subject<'_>; 2], scratch: &mut Scratch) -> Result<[u32; 2], Unspecified> {
    let [one, other] = subjects;
    let bases = [one.draw_base()?, other.draw_base()?];
    let pair = [
        one.exponentiation(&bases[0]),
        other.exponentiation(&bases[1]),
    ];
    let [power, other_power] = exponentiate_pair(&pair, scratch)?;
    Ok([
        one.judge(&power, scratch)?,
        other.judge(&other_power, scratch)?,
    ])
}

impl<'c> Subject<'c> {
    fn new(candidate: &'c Candidate, scratch: &mut Scratch) -> Result<Self, Unspecified> {
        let limbs = candidate.limbs();
        let modulus = Modulus::new(limbs, scratch)?;
        let minus_one = minus_one(limbs);
        let two_adicity = minus_one.first().map_or(0, |limb| limb.trailing_zeros());
        let mut one = Zeroizing::new(vec![0; limbs.len()]);
        if let Some(lowest) = one.first_mut() {
            *lowest = 1;
        }
        Ok(Self {
            candidate,
            odd_part: Number::new(&shift_right(&minus_one, two_adicity.min(TWO_ADICITY_MAX)))?,
            two_adicity,
            one: modulus.to_montgomery(&Number::new(&one)?, scratch)?,
            minus_one: modulus.to_montgomery(&Number::new(&minus_one)?, scratch)?,
            modulus,
        })
    }

    /// Uniform from 2 to n − 2, as FIPS 186-5 section B.3.1 step 4 draws it.
    fn draw_base(&self) -> Result<Number, Unspecified> {
        let above = minus_one(self.candidate.limbs());
        loop {
            let base = draw(above.len())?;
            if is_at_least_two(&base) && is_below(&base, &above) {
                return Number::new(&base);
            }
        }
    }

    fn exponentiation<'n>(&'n self, base: &'n Number) -> Exponentiation<'n> {
        Exponentiation {
            base,
            exponent: &self.odd_part,
            modulus: &self.modulus,
        }
    }

    /// Whether the base, raised to the odd part, is what it would be were n prime: 1, or −1 after fewer
    /// squarings than 2 divides n − 1.
    fn judge(&self, power: &Number, scratch: &mut Scratch) -> Result<u32, Unspecified> {
        let mut power = self.modulus.to_montgomery(power, scratch)?;
        let mut passed = power.equals(&self.one);
        for squarings in 0..TWO_ADICITY_MAX {
            passed |= power.equals(&self.minus_one) & u32::from(squarings < self.two_adicity);
            self.modulus.square(&mut power, scratch)?;
        }
        Ok(passed & u32::from(self.two_adicity <= TWO_ADICITY_MAX))
    }
}

/// n − 1 of an odd n.
fn minus_one(limbs: &[u64]) -> Zeroizing<Vec<u64>> {
    let mut minus_one = Zeroizing::new(limbs.to_vec());
    if let Some(lowest) = minus_one.first_mut() {
        *lowest &= !1;
    }
    minus_one
}

/// Shifted by fewer than 64 bits, which takes the same time however many they are.
fn shift_right(limbs: &[u64], bits: u32) -> Zeroizing<Vec<u64>> {
    let next = limbs.iter().skip(1).chain([&0]);
    let shift =
        |(limb, next): (&u64, &u64)| limb.wrapping_shr(bits) | (next << 1).wrapping_shl(bits ^ 63);
    let mut shifted = Zeroizing::new(Vec::with_capacity(limbs.len()));
    shifted.extend(limbs.iter().zip(next).map(shift));
    shifted
}

fn draw(limbs: usize) -> Result<Zeroizing<Vec<u64>>, Unspecified> {
    let mut bytes = Zeroizing::new(vec![0; 8 * limbs]);
    SystemRandom::new().fill(&mut bytes)?;
    let mut drawn = Zeroizing::new(Vec::with_capacity(limbs));
    drawn.extend(
        bytes
            .as_chunks()
            .0
            .iter()
            .map(|bytes| u64::from_le_bytes(*bytes)),
    );
    Ok(drawn)
}

fn is_at_least_two(limbs: &[u64]) -> bool {
    let (lowest, others) = limbs.split_first().unwrap_or((&0, &[]));
    others.iter().fold(lowest >> 1, |sum, limb| sum | limb) != 0
}

/// Compares numbers of one length in the same time whatever they are.
fn is_below(number: &[u64], bound: &[u64]) -> bool {
    let borrow = number.iter().zip(bound).fold(0, |borrow, (one, other)| {
        let difference = u128::from(*one)
            .wrapping_sub(u128::from(*other))
            .wrapping_sub(borrow);
        difference >> 127
    });
    borrow == 1
}

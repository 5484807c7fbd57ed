//! What is asked of a filter, and of what decides, before either is used: numbers whose answer is known.

use aws_lc_rs::error::Unspecified;

use super::candidate::{Block, Candidate};
use super::divisors::Divisors;
use super::filter::Filter;
use super::portable::Portable;
use super::size::{LIMBS_MAX, PrimeSize};
use super::{known, miller_rabin};

/// Whether they all give the right answers, about numbers of every size and in every lane.
///
/// # Errors
/// aws-lc could not be asked.
pub(crate) fn is_right(filter: &dyn Filter) -> Result<bool, Unspecified> {
    let stages = 0..filter.stages();
    let divisors: Vec<_> = stages
        .map(|stage| Divisors::new(filter.divisors(stage)))
        .collect();
    for size in PrimeSize::ALL {
        if !finds_the_prime_in_every_lane(filter, size)?
            || !divides_as_numbers_are_divided_one_by_one(filter, &divisors, size)?
            || !decides(size)?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The other lanes hold composites, and aws-lc is asked about each of them.
fn finds_the_prime_in_every_lane(
    filter: &dyn Filter,
    size: PrimeSize,
) -> Result<bool, Unspecified> {
    let portable = Portable::new();
    let width = filter.width();
    for lane in 0..width {
        let numbers: Vec<_> = (0..width)
            .map(|other| neighbour(size, (lane + width - other) % width))
            .collect();
        let mut expected = 0;
        for (index, pair) in numbers.chunks(portable.width()).enumerate() {
            expected |= portable.pass_fermat_test(size, pair)? << (index * portable.width());
        }
        let found = filter.pass_fermat_test(size, &numbers)?;
        let trial_passed = (0..filter.stages())
            .all(|stage| filter.pass_trial_division(size, stage, &numbers) >> lane & 1 == 1);
        if found != expected || expected != 1 << lane || !trial_passed {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Random numbers, most of which have a small divisor.
fn divides_as_numbers_are_divided_one_by_one(
    filter: &dyn Filter,
    divisors: &[Divisors],
    size: PrimeSize,
) -> Result<bool, Unspecified> {
    let mut block = Block::draw()?;
    let candidates: Vec<_> = block.numbers(size).map(Candidate::new).collect();
    let batches = candidates.chunks_exact(filter.width());
    Ok(batches.into_iter().all(|batch| {
        let mut stages = divisors.iter().enumerate();
        stages.all(|(stage, divisors)| {
            filter.pass_trial_division(size, stage, batch) == divisors.pass(batch)
        })
    }))
}

fn decides(size: PrimeSize) -> Result<bool, Unspecified> {
    let (prime, composite) = (neighbour(size, 0), neighbour(size, 1));
    Ok(
        miller_rabin::are_prime([&prime, &composite])? == [true, false]
            && miller_rabin::are_prime([&composite, &prime])? == [false, true],
    )
}

/// A known prime, and composites near it, by their distance.
pub(super) fn neighbour(size: PrimeSize, distance: usize) -> Candidate {
    let digits = match size {
        PrimeSize::Bits1024 => known::BITS_1024,
        PrimeSize::Bits1536 => known::BITS_1536,
        PrimeSize::Bits2048 => known::BITS_2048,
    };
    let mut limbs = [0; LIMBS_MAX];
    for (limb, digits) in limbs.iter_mut().zip(digits.as_bytes().rchunks(16)) {
        *limb = digits.iter().fold(0, |limb, digit| {
            let value = (*digit as char).to_digit(16).unwrap_or_default();
            limb << 4 | u64::from(value)
        });
    }
    let [lowest, ..] = &mut limbs;
    // The lowest limbs of these primes are all ones, so that this goes down.
    *lowest -= 2 * distance as u64;
    Candidate::new(limbs.get(..size.limbs()).unwrap_or_default())
}

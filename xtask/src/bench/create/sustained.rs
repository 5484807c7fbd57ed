//! The search for the highest rate that is kept up.

use anyhow::Result;

/// How far apart the first rates are.
const STEP: f64 = 1.25;

/// How far the rate that is found may be from one that is not kept up.
const PRECISION: f64 = 1.05;

/// Below this a server keeps up with nothing.
const RATE_MIN: f64 = 1.0;

/// From a first rate up or down until one is kept up and the next is not, then between the two; 0 if none is.
pub(super) fn highest(first: f64, mut keeps_up: impl FnMut(f64) -> Result<bool>) -> Result<f64> {
    let (mut low, mut high) = (first, first);
    if keeps_up(first)? {
        loop {
            high = low * STEP;
            if !keeps_up(high)? {
                break;
            }
            low = high;
        }
    } else {
        loop {
            low = high / STEP;
            if low < RATE_MIN {
                return Ok(0.0);
            }
            if keeps_up(low)? {
                break;
            }
            high = low;
        }
    }
    while high / low > PRECISION {
        let middle = (low * high).sqrt();
        if keeps_up(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found when the server keeps up with so many, and how many turns that took.
    fn found(first: f64, limit: f64) -> (f64, usize) {
        let mut turns = 0;
        let keeps_up = |rate| {
            turns += 1;
            Ok(rate <= limit)
        };
        (highest(first, keeps_up).unwrap(), turns)
    }

    #[test]
    fn it_is_found_from_below_and_from_above() {
        for limit in [2.0, 19.9, 20.0, 97.0, 1000.0] {
            for first in [5.0, 20.0, 300.0] {
                let (rate, _) = found(first, limit);
                assert!(
                    rate <= limit && limit < rate * PRECISION,
                    "{first} {limit} {rate}"
                );
            }
        }
    }

    #[test]
    fn a_good_guess_takes_few_turns() {
        let (_, turns) = found(150.0, 170.0);
        assert_eq!(turns, 5);
    }

    #[test]
    fn who_keeps_up_with_nothing_is_not_asked_for_ever() {
        assert!(found(20.0, 0.0).0.abs() < f64::EPSILON);
    }
}

//! What a key cannot cost less than, on a path: its filter's tests and the library's decision, and nothing
//! else.

use std::f64::consts::EULER_GAMMA;
use std::time::Duration;

use super::ours::Costs;

/// The mean of ln p over what is drawn from, √2·2^1023 to 2^1024: one number in so many is prime there.
const MEAN_LOGARITHM: f64 = 709.6;

/// A key has two.
const PRIMES: f64 = 2.0;

/// Rounds of Miller-Rabin for each prime (FIPS 186-5, table B.1).
const DECISION_ROUNDS: f64 = 5.0;

/// In milliseconds.
pub(super) fn milliseconds(costs: &Costs) -> f64 {
    let milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0;
    let filter = filter_tests(costs.largest_divisor) * milliseconds(costs.filter_test);
    filter + PRIMES * DECISION_ROUNDS * milliseconds(costs.decision_round)
}

/// The candidates of one key that the filter's test has to be asked about, on average: of all numbers,
/// 1 / (e^γ ln B) have no prime factor up to B (Mertens).
pub(super) fn filter_tests(largest_divisor: f64) -> f64 {
    PRIMES * MEAN_LOGARITHM / (EULER_GAMMA.exp() * largest_divisor.ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_as_many_as_mertens_says() {
        assert!((filter_tests(40_000.0) - 75.2).abs() < 0.1);
        assert!((filter_tests(500_000.0) - 60.7).abs() < 0.1);
    }

    #[test]
    fn the_limit_is_the_tests_and_ten_rounds() {
        let costs = Costs {
            filter_test: Duration::from_micros(46),
            decision_round: Duration::from_micros(100),
            largest_divisor: 40_000.0,
        };
        assert!((milliseconds(&costs) - (75.2 * 0.046 + 1.0)).abs() < 0.01);
    }
}

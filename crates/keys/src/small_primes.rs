//! The primes below 2^16.

use std::sync::LazyLock;

/// Where they end: the largest prime below is 65,521.
const END: u32 = 1 << 16;

static SMALL_PRIMES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut primes = Vec::new();
    for number in 2..END {
        let mut divisors = primes.iter().take_while(|prime| *prime * *prime <= number);
        if divisors.all(|prime| number % prime != 0) {
            primes.push(number);
        }
    }
    primes
});

/// All of them, the smallest first.
pub(crate) fn small_primes() -> &'static [u32] {
    &SMALL_PRIMES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_6542_primes_below_65536() {
        let primes = small_primes();
        assert_eq!(primes.len(), 6542);
        assert_eq!(primes[..8], [2, 3, 5, 7, 11, 13, 17, 19]);
        assert_eq!(primes.last(), Some(&65_521));
    }
}

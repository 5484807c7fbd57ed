//! Primes to make RSA keys of.

use num_bigint::BigUint;
use pharos_api::random::Random;
use pharos_testkit::random::SeededRandom;

/// A random prime of so many bits, a multiple of 8. As generators do it, the two highest bits are set, so that
/// the product of two has all of its bits.
pub(crate) fn prime(bits: usize, random: &SeededRandom) -> BigUint {
    loop {
        let mut bytes = vec![0; bits / 8];
        random.fill(&mut bytes);
        bytes[0] |= 0xc0;
        *bytes.last_mut().unwrap() |= 1;
        let number = BigUint::from_bytes_be(&bytes);
        if is_prime(&number) {
            return number;
        }
    }
}

/// Few divisions, then Fermat's test to several bases: a random number that passes is a prime.
pub(crate) fn is_prime(number: &BigUint) -> bool {
    (3_u32..2000)
        .step_by(2)
        .all(|divisor| number % divisor != BigUint::ZERO)
        && [2_u32, 3, 5, 7].iter().all(|base| {
            let power = BigUint::from(*base).modpow(&(number - 1_u32), number);
            power == BigUint::from(1_u32)
        })
}

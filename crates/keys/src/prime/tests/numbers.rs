//! Numbers for tests, in limbs and as another library has them.

use num_bigint::BigUint;
use pharos_testkit::random::SeededRandom;

use crate::prime::candidate::Candidate;
use crate::prime::size::PrimeSize;

pub(in crate::prime) fn big(limbs: &[u64]) -> BigUint {
    let bytes: Vec<_> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
    BigUint::from_bytes_le(&bytes)
}

/// As many limbs as asked for.
pub(in crate::prime) fn limbs(number: &BigUint, count: usize) -> Vec<u64> {
    let mut limbs = number.to_u64_digits();
    assert!(limbs.len() <= count);
    limbs.resize(count, 0);
    limbs
}

pub(in crate::prime) fn candidate(number: &BigUint, size: PrimeSize) -> Candidate {
    Candidate::new(&limbs(number, size.limbs()))
}

pub(in crate::prime) fn random(random: &SeededRandom, count: usize) -> Vec<u64> {
    (0..count).map(|_| random.number()).collect()
}

/// Odd, and of full length.
pub(in crate::prime) fn random_candidate(source: &SeededRandom, size: PrimeSize) -> Candidate {
    let mut limbs = random(source, size.limbs());
    limbs[0] |= 1;
    *limbs.last_mut().unwrap() |= 0xC000_0000_0000_0000;
    Candidate::new(&limbs)
}

/// Which numbers n divide 2^(n − 1) − 1, by the other library.
pub(in crate::prime) fn passes_fermat_test(candidate: &Candidate) -> bool {
    let number = big(candidate.limbs());
    let one = BigUint::from(1_u32);
    BigUint::from(2_u32).modpow(&(&number - &one), &number) == one
}

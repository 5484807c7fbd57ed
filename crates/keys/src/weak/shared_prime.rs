//! RSA moduli with a prime that is known, because devices without enough randomness made several keys of it
//! (Heninger, Durumeric, Wustrow and Halderman, "Mining Your Ps and Qs", 2012).

use std::sync::LazyLock;

use num_bigint::BigUint;
use num_integer::Integer;

use super::{Numbers, Weakness};

/// The product of 620 known primes (data/shared-primes/README.md says of which, and how it was made).
static PRODUCT: LazyLock<BigUint> = LazyLock::new(|| {
    BigUint::from_bytes_be(include_bytes!("../../data/shared-primes/product.bin"))
});

pub(super) fn find(numbers: &Numbers) -> Option<Weakness> {
    let modulus = &numbers.modulus;
    let common = (&*PRODUCT % modulus).gcd(modulus);
    (common != BigUint::from(1_u8)).then_some(Weakness::RsaSharedPrime)
}

//! RSA moduli that are too short.

use super::{Numbers, Weakness};

/// The shortest modulus, in bits: 112 bits of strength (NIST SP 800-57 part 1), and what `CreateKeyPair`
/// makes. The longest is not for a rule to say: OpenSSL works with no longer one
/// ([`crate::RSA_BITS_MAX`]).
pub(super) const MODULUS_BITS_MIN: u64 = 2048;

pub(super) fn find(numbers: &Numbers) -> Option<Weakness> {
    let bits = numbers.modulus.bits();
    (bits < MODULUS_BITS_MIN).then_some(Weakness::RsaShortModulus { bits })
}

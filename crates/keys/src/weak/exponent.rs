//! RSA exponents that are even, tiny or long.

use super::{Numbers, Weakness};

/// The smallest exponent: the Fermat prime behind 3. With 3, a signature can be forged for verifiers that
/// do not look at all of the padding (Bleichenbacher 2006, BERserk 2014). OpenSSH made keys with 35 up
/// to 5.3, and PuTTY for long with 37, so 65537 would be too much to ask for.
pub(super) const EXPONENT_MIN: u64 = 17;

/// The longest exponent, in bits: OpenSSL, and so sshd, verifies with no longer one when the modulus has
/// more than 3072 bits (its `OPENSSL_RSA_MAX_PUBEXP_BITS`). It also leaves the private exponent so long that
/// Wiener's attack of 1990 and its successors, which find a small one, have nothing to look for.
pub(super) const EXPONENT_BITS_MAX: u32 = u64::BITS;

pub(super) fn find(numbers: &Numbers) -> Option<Weakness> {
    let exponent = &numbers.exponent;
    let Ok(number) = u64::try_from(exponent) else {
        let bits = exponent.bits();
        return Some(Weakness::RsaLongExponent { bits });
    };
    if number % 2 == 0 {
        Some(Weakness::RsaEvenExponent)
    } else if number < EXPONENT_MIN {
        Some(Weakness::RsaTinyExponent { exponent: number })
    } else {
        None
    }
}

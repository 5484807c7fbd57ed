//! The numbers of an RSA private key, from its primes.

use crypto_bigint::{Choice, Concat, ConstOne, CtLt, CtSelect, Odd, Uint};
use pkcs1::der::SecretDocument;
use pkcs1::der::asn1::UintRef;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::GenerateError;
use crate::prime::{Candidate, modulo_65537};

/// What is public of every key: 2^16 + 1.
const EXPONENT: u32 = 65_537;

/// All but the exponent.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Numbers<const PRIME: usize, const MODULUS: usize> {
    n: Uint<MODULUS>,
    d: Uint<MODULUS>,
    p: Uint<PRIME>,
    q: Uint<PRIME>,
    d_p: Uint<PRIME>,
    d_q: Uint<PRIME>,
    q_inverse: Uint<PRIME>,
}

/// The private key of two primes as PKCS#1 has it (RFC 8017 section A.1.2), with the smallest private
/// exponent there is, as FIPS 186-5 section A.1.1 asks. crypto-bigint does the arithmetic in constant time.
pub(super) fn assemble<const PRIME: usize, const MODULUS: usize>(
    p: &Candidate,
    q: &Candidate,
) -> Result<SecretDocument, GenerateError>
where
    Uint<PRIME>: Concat<PRIME, Output = Uint<MODULUS>>,
{
    let (numbers, are_sound) = Numbers::<PRIME, MODULUS>::of(p, q);
    if !are_sound.to_bool() {
        return Err(GenerateError::Disagreement {
            what: "the numbers of a key",
        });
    }
    numbers
        .encode()
        .map_err(|error| GenerateError::Encode(error.into()))
}

impl<const PRIME: usize, const MODULUS: usize> Numbers<PRIME, MODULUS>
where
    Uint<PRIME>: Concat<PRIME, Output = Uint<MODULUS>>,
{
    /// Of two primes, and whether they are what a key consists of.
    fn of(p: &Candidate, q: &Candidate) -> (Self, Choice) {
        let (one, other) = (number::<PRIME>(p), number::<PRIME>(q));
        // The larger is p: PKCS#1 leaves it open, and everybody has it so.
        let is_other_larger = one.ct_lt(&other);
        let p = one.ct_select(&other, is_other_larger);
        let q = other.ct_select(&one, is_other_larger);
        let (p_minus_one, q_minus_one) = (p.wrapping_sub(&Uint::ONE), q.wrapping_sub(&Uint::ONE));
        let order: Uint<MODULUS> = p_minus_one.lcm(&q_minus_one);
        let d = private_exponent(&order);
        // Less than 2^(bits of n / 2) would be easy to find (FIPS 186-5 section A.1.1): once in 2^1000.
        let is_long = Uint::ONE.shl(Uint::<PRIME>::BITS).ct_lt(&d);
        let odd_p = Odd::new(p).unwrap_or(Odd::ONE);
        let q_inverse = q.invert_odd_mod(&odd_p);
        let are_sound = is_long & q_inverse.is_some();
        let numbers = Self {
            n: p.concatenating_mul(&q),
            d_p: private_exponent(&p_minus_one),
            d_q: private_exponent(&q_minus_one),
            d,
            q_inverse: q_inverse.unwrap_or(Uint::ZERO),
            p,
            q,
        };
        (numbers, are_sound)
    }
}

/// 1/e modulo an order: (1 + k·order)/e, where k is −1/order modulo e. If there is none, it is a number
/// that aws-lc's check of the key refuses.
///
/// All the arithmetic on the order is multiplication, in the same time for every order of a length.
pub(crate) fn private_exponent<const LIMBS: usize>(order: &Uint<LIMBS>) -> Uint<LIMBS> {
    let inverse = invert_modulo_65537(modulo_65537(order.as_words()));
    let k = u64::from(EXPONENT).wrapping_sub(inverse);
    // The quotient is below the order: what the multiple has above the words is not needed to find it.
    let multiple = order.wrapping_mul(&Uint::<LIMBS>::from_u64(k));
    let multiple = multiple.wrapping_add(&Uint::ONE);
    multiple.wrapping_mul(&const { inverse_of_exponent::<LIMBS>() })
}

/// The power of 65535 = 2^16 − 1, which is the inverse, as 65537 is prime; of 0 it is 0.
fn invert_modulo_65537(number: u64) -> u64 {
    let multiply = |one: u64, other: u64| modulo_65537(&[one.wrapping_mul(other)]);
    (1..16).fold(number, |power, _| multiply(multiply(power, power), number))
}

/// 1/e modulo 2^(64·LIMBS): with x = 2^16, 1/(1 + x) is 1 − x + x² − x³ and so on, so that each word is a
/// period of these signs, but for the first that begins with 1.
const fn inverse_of_exponent<const LIMBS: usize>() -> Uint<LIMBS> {
    const PERIOD: u64 = 0xFFFF_0000_FFFF_0000;
    let mut words = [PERIOD; LIMBS];
    if let Some((lowest, _)) = words.split_first_mut() {
        *lowest |= 1;
    }
    Uint::from_words(words)
}

impl<const PRIME: usize, const MODULUS: usize> Numbers<PRIME, MODULUS> {
    fn encode(&self) -> Result<SecretDocument, pkcs1::der::Error> {
        let exponent = EXPONENT.to_be_bytes();
        let (n, d) = (big_endian(&self.n), big_endian(&self.d));
        let (p, q) = (big_endian(&self.p), big_endian(&self.q));
        let (d_p, d_q) = (big_endian(&self.d_p), big_endian(&self.d_q));
        let q_inverse = big_endian(&self.q_inverse);
        let key = pkcs1::RsaPrivateKeyRef {
            modulus: UintRef::new(&n)?,
            public_exponent: UintRef::new(&exponent)?,
            private_exponent: UintRef::new(&d)?,
            prime1: UintRef::new(&p)?,
            prime2: UintRef::new(&q)?,
            exponent1: UintRef::new(&d_p)?,
            exponent2: UintRef::new(&d_q)?,
            coefficient: UintRef::new(&q_inverse)?,
            other_prime_infos: None,
        };
        SecretDocument::encode_msg(&key)
    }
}

fn number<const LIMBS: usize>(candidate: &Candidate) -> Uint<LIMBS> {
    let mut words = Zeroizing::new([0; LIMBS]);
    for (word, limb) in words.iter_mut().zip(candidate.limbs()) {
        *word = *limb;
    }
    Uint::from_words(*words)
}

fn big_endian<const LIMBS: usize>(number: &Uint<LIMBS>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(size_of_val(number)));
    let words = number.as_words().iter().rev();
    bytes.extend(words.flat_map(|word| word.to_be_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use pharos_testkit::random::SeededRandom;

    use super::*;

    fn big<const LIMBS: usize>(number: &Uint<LIMBS>) -> BigUint {
        BigUint::from_bytes_be(&big_endian(number))
    }

    fn assert_inverse<const LIMBS: usize>(order: &Uint<LIMBS>) {
        let exponent = BigUint::from(EXPONENT);
        if let Some(inverse) = exponent.modinv(&big(order)) {
            assert_eq!(big(&private_exponent(order)), inverse, "{order:x}");
        }
    }

    #[test]
    fn the_private_exponent_is_the_inverse_of_the_public_one() {
        let source = SeededRandom::announced();
        for _ in 0..2_000 {
            let mut words = [0; 16];
            let length = 1 + source.below(16);
            words[..length].fill_with(|| source.number());
            words[0] |= 1 << 17;
            assert_inverse(&Uint::<16>::from_words(words));
        }
        // The largest there are, and the smallest above the exponent.
        for offset in 1..=200_u64 {
            assert_inverse(&Uint::<32>::MAX.wrapping_sub(&Uint::from_u64(offset)));
            assert_inverse(&Uint::<32>::from_u64(u64::from(EXPONENT) + offset));
        }
    }

    #[test]
    fn every_number_has_its_inverse_modulo_65537() {
        for number in 1..65_537 {
            assert_eq!(number * invert_modulo_65537(number) % 65_537, 1);
        }
        assert_eq!(invert_modulo_65537(0), 0);
    }
}

//! The numbers of an RSA private key, from its primes.

use crypto_bigint::{Concat, CtLt, CtSelect, NonZero, Odd, Uint};
use pkcs1::der::SecretDocument;
use pkcs1::der::asn1::UintRef;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::GenerateError;
use crate::prime::Candidate;

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
    let numbers = Numbers::<PRIME, MODULUS>::of(p, q).ok_or(GenerateError::Disagreement {
        what: "whether a key has a private exponent",
    })?;
    numbers
        .encode()
        .map_err(|error| GenerateError::Encode(error.into()))
}

impl<const PRIME: usize, const MODULUS: usize> Numbers<PRIME, MODULUS>
where
    Uint<PRIME>: Concat<PRIME, Output = Uint<MODULUS>>,
{
    fn of(p: &Candidate, q: &Candidate) -> Option<Self> {
        let (one, other) = (number::<PRIME>(p), number::<PRIME>(q));
        // The larger is p: PKCS#1 leaves it open, and everybody has it so.
        let is_other_larger = one.ct_lt(&other);
        let p = one.ct_select(&other, is_other_larger);
        let q = other.ct_select(&one, is_other_larger);
        let (p_minus_one, q_minus_one) = (p.wrapping_sub(&Uint::ONE), q.wrapping_sub(&Uint::ONE));
        let order: Uint<MODULUS> = p_minus_one.lcm(&q_minus_one);
        let order = NonZero::new(order).into_option()?;
        let exponent = Uint::<MODULUS>::from_u32(EXPONENT);
        let d = exponent.invert_mod(&order).into_option()?;
        // Less than 2^(bits of n / 2) would be easy to find (FIPS 186-5 section A.1.1): once in 2^1000.
        if d.bit_width() <= Uint::<PRIME>::BITS {
            return None;
        }
        let p_minus_one = NonZero::new(p_minus_one).into_option()?;
        let q_minus_one = NonZero::new(q_minus_one).into_option()?;
        let odd_p = Odd::new(p).into_option()?;
        Some(Self {
            n: p.concatenating_mul(&q),
            d_p: d.rem(&p_minus_one),
            d_q: d.rem(&q_minus_one),
            d,
            q_inverse: q.invert_odd_mod(&odd_p).into_option()?,
            p,
            q,
        })
    }
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

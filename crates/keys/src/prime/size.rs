//! How long primes are.

/// How long a prime is: half of an RSA modulus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PrimeSize {
    Bits1024,
    Bits1536,
    Bits2048,
}

/// The longest, in limbs.
pub(super) const LIMBS_MAX: usize = 32;

impl PrimeSize {
    pub(crate) const ALL: [Self; 3] = [Self::Bits1024, Self::Bits1536, Self::Bits2048];

    /// In limbs of 64 bits.
    pub(crate) const fn limbs(self) -> usize {
        match self {
            Self::Bits1024 => 16,
            Self::Bits1536 => 24,
            Self::Bits2048 => LIMBS_MAX,
        }
    }
}

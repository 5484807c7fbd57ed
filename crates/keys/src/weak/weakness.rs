//! Why a key is weak.

use std::fmt;

use pharos_api::text::Text;

use super::Rule;
use super::exponent::{EXPONENT_BITS_MAX, EXPONENT_MIN};
use super::size::MODULUS_BITS_MIN;

/// Why a key is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fermat's method finds the primes.
    RsaClosePrimes,
    /// The exponent is even.
    RsaEvenExponent,
    /// The exponent is too long.
    RsaLongExponent {
        /// How long it is.
        bits: u64,
    },
    /// The modulus is a power.
    RsaPerfectPower {
        /// Of this exponent.
        power: u32,
    },
    /// The modulus passes a test for primes.
    RsaPrimeModulus,
    /// The modulus has the mark of ROCA.
    RsaRoca,
    /// A prime of the modulus is known.
    RsaSharedPrime,
    /// The modulus is too short.
    RsaShortModulus {
        /// How long it is.
        bits: u64,
    },
    /// The modulus has a small factor.
    RsaSmallFactor {
        /// The smallest.
        factor: u32,
    },
    /// The exponent is too small.
    RsaTinyExponent {
        /// What it is.
        exponent: u64,
    },
}

impl Weakness {
    /// The rule that the key breaks.
    pub const fn rule(self) -> Rule {
        match self {
            Self::RsaClosePrimes => Rule::RsaClosePrimes,
            Self::RsaEvenExponent | Self::RsaLongExponent { .. } | Self::RsaTinyExponent { .. } => {
                Rule::RsaExponent
            }
            Self::RsaPerfectPower { .. } => Rule::RsaPerfectPower,
            Self::RsaPrimeModulus => Rule::RsaPrimeModulus,
            Self::RsaRoca => Rule::RsaRoca,
            Self::RsaSharedPrime => Rule::RsaSharedPrime,
            Self::RsaShortModulus { .. } => Rule::RsaSize,
            Self::RsaSmallFactor { .. } => Rule::RsaSmallFactor,
        }
    }

    /// What a person reads: what is wrong, and what to do about it.
    pub fn text(self) -> Text {
        let reason = match self {
            Self::RsaClosePrimes => Text::fixed(
                "The primes of the RSA key are so close to each other that Fermat's method finds them at \
                 once: anybody can compute the private key.",
                "RSA 密钥的两个素数过于接近，用费马分解法即可求得，任何人都能算出私钥。",
            ),
            Self::RsaEvenExponent => Text::fixed(
                "The exponent of the RSA key is even, so no private key belongs to it.",
                "RSA 密钥的指数为偶数，不存在对应的私钥。",
            ),
            Self::RsaLongExponent { bits } => Text::new(
                format!(
                    "The exponent of the RSA key has {bits} bits, and may have {EXPONENT_BITS_MAX}: a \
                     private exponent that is small enough to be computed could hide behind it."
                ),
                format!(
                    "RSA 密钥的指数有 {bits} 位，最多允许 {EXPONENT_BITS_MAX} 位：其背后可能是一个小到可被算出的私钥指数。"
                ),
            ),
            Self::RsaPerfectPower { power } => Text::new(
                format!(
                    "The modulus of the RSA key is a whole number to the power of {power} and not the \
                     product of two primes: anybody can compute the private key."
                ),
                format!(
                    "RSA 密钥的模数是某个整数的 {power} 次幂，而不是两个素数的乘积，任何人都能算出私钥。"
                ),
            ),
            Self::RsaPrimeModulus => Text::fixed(
                "The modulus of the RSA key is a prime and not the product of two: anybody can compute the \
                 private key.",
                "RSA 密钥的模数本身是素数，而不是两个素数的乘积，任何人都能算出私钥。",
            ),
            Self::RsaRoca => Text::fixed(
                "The RSA key was made by a faulty library of smart cards and TPMs (ROCA, CVE-2017-15361): \
                 its private key can be computed.",
                "RSA 密钥由存在缺陷的智能卡或 TPM 程序库生成（ROCA，CVE-2017-15361），其私钥可被算出。",
            ),
            Self::RsaSharedPrime => Text::fixed(
                "A prime of the RSA key is known, because other keys were made of it too: anybody can \
                 compute the private key.",
                "RSA 密钥的一个素数已为人所知，因为其他密钥也使用了它，任何人都能算出私钥。",
            ),
            Self::RsaShortModulus { bits } => Text::new(
                format!("The RSA key has {bits} bits; it needs {MODULUS_BITS_MIN} to be safe."),
                format!("RSA 密钥有 {bits} 位，至少需要 {MODULUS_BITS_MIN} 位才安全。"),
            ),
            Self::RsaSmallFactor { factor } => Text::new(
                format!(
                    "The modulus of the RSA key can be divided by {factor}, so it is damaged, or was made \
                     by something broken."
                ),
                format!("RSA 密钥的模数可被 {factor} 整除，密钥已损坏或由有缺陷的程序生成。"),
            ),
            Self::RsaTinyExponent { exponent } => Text::new(
                format!(
                    "The exponent of the RSA key is {exponent}, and below {EXPONENT_MIN} signatures can be \
                     forged where they are checked carelessly."
                ),
                format!(
                    "RSA 密钥的指数为 {exponent}，小于 {EXPONENT_MIN} 时，签名在校验不严之处可被伪造。"
                ),
            ),
        };
        Text::new(
            format!(
                "{} Make a new key pair, for example with `ssh-keygen -t ed25519`.",
                reason.en
            ),
            format!(
                "{}请重新生成密钥对，例如使用 `ssh-keygen -t ed25519`。",
                reason.zh
            ),
        )
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().en.fmt(formatter)
    }
}

impl std::error::Error for Weakness {}

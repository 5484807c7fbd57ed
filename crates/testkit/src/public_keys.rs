//! Public keys as lines of OpenSSH: of any numbers and points, good ones, and weak ones.

use base64ct::{Base64, Encoding};
use num_bigint::BigUint;
use pharos_keys::Algorithm;
use pharos_keys::weak::Rule;

// Made by `ssh-keygen` (OpenSSH 9.2p1); the private halves were never kept.
const ED25519: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIOeayaJLZvL8Zyi7FOXGGdZx4StpIoXUaDKxQxx9Yzet";
const NISTP256: &str = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNke2px1DR1xrzI1NFO8poMUDQ07HbBTKX9XVZFbkA7Iy2PN4THCEGmEOs1hn9D4EUlXfDhq9jP+p9pn+02/N/Y=";
const NISTP384: &str = "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBOcpQ4eQ3962sXk7oKs/4vYmtzQwtNMU6/aM/Wez/EA0kW/D/9bwrRpjBSaEUN6JQ8Mw8ULSn4fNPqbegtmqcTlrT4wwklSfnD2T7X7Lj3TgYF1hXxNi8IbW8XJiHxnZ/g==";
const NISTP521: &str = "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAAr1cONCG63/ukOKYoetoPAjw6JxCls/Dbx5mGxwajckZYQwJNpgQekZRfYUBbiOMEHz+aYCgDydireqNVG/EJnWQDUdgaRmhl0SzAH/VBDsDRfd5S6vwYASKZOEiAP16m2kIYverfaBZCxE5FGWh923CyX6Hah2HCFMRq3yvSYG0110w==";

/// What a card with the fault of ROCA made, and a key whose prime others have too.
const ROCA: &str = include_str!("../../keys/tests/published/roca.pub");
const SHARED_PRIME: &str = include_str!("../../keys/tests/published/shared-prime.pub");

/// A line with these parts in its blob, and a comment.
pub fn line(algorithm: &str, parts: &[&[u8]]) -> String {
    let mut blob = Vec::new();
    for part in [&[algorithm.as_bytes()], parts].concat() {
        blob.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
        blob.extend(part);
    }
    format!("{algorithm} {} comment", Base64::encode_string(&blob))
}

/// A line with an RSA key.
pub fn rsa(exponent: u128, modulus: &BigUint) -> String {
    let mpint = |number: &BigUint| {
        let bytes = number.to_bytes_be();
        match bytes[0] {
            0 => Vec::new(),
            1..0x80 => bytes,
            0x80.. => [&[0], &*bytes].concat(),
        }
    };
    line("ssh-rsa", &[&mpint(&exponent.into()), &mpint(modulus)])
}

/// A line with a key that breaks no rule.
pub fn good(algorithm: Algorithm) -> String {
    let name = algorithm.name();
    let made = |base64: &str| format!("{name} {base64} comment");
    // The same keys, as they would be in a security key.
    let end = |base64: &str, bytes: usize| {
        let blob = Base64::decode_vec(base64).unwrap();
        blob[blob.len() - bytes..].to_vec()
    };
    match algorithm {
        Algorithm::Rsa => rsa(65_537, &(mersenne(1279) * mersenne(2203))),
        Algorithm::Ed25519 => made(ED25519),
        Algorithm::EcdsaNistp256 => made(NISTP256),
        Algorithm::EcdsaNistp384 => made(NISTP384),
        Algorithm::EcdsaNistp521 => made(NISTP521),
        Algorithm::SkEd25519 => line(name, &[&end(ED25519, 32), b"ssh:"]),
        Algorithm::SkEcdsaNistp256 => line(name, &[b"nistp256", &end(NISTP256, 65), b"ssh:"]),
    }
}

/// A line with a key that breaks no rule, another one for each number: RSA keys of one modulus.
pub fn numbered(number: u32) -> String {
    let exponent = 65_537 + 2 * u128::from(number);
    rsa(exponent, &(mersenne(1279) * mersenne(2203)))
}

/// A line with a key that breaks this rule and no other that costs less; with the rule off, none.
pub fn weak(rule: Rule) -> String {
    let modulus = match rule {
        Rule::RsaSize => mersenne(521) * mersenne(607),
        Rule::RsaExponent => return rsa(3, &(mersenne(1279) * mersenne(2203))),
        Rule::RsaSmallFactor => mersenne(1279) * mersenne(2203) * 7_u32,
        Rule::RsaClosePrimes => {
            // The other factor is no prime, but nothing below 2^16 divides it.
            let one = mersenne(1279);
            let mut others = (1_u32..).map(|step| &one + 2 * step);
            let other = others.find(has_no_small_factor).unwrap();
            one * other
        }
        Rule::RsaRoca => return ROCA.to_owned(),
        Rule::RsaPerfectPower => mersenne(1279).pow(3),
        Rule::RsaSharedPrime => return SHARED_PRIME.to_owned(),
        Rule::RsaPrimeModulus => mersenne(2203),
    };
    rsa(65_537, &modulus)
}

/// 2^`bits` - 1, for `bits` of which that is a prime.
fn mersenne(bits: u32) -> BigUint {
    BigUint::from(2_u32).pow(bits) - 1_u32
}

fn has_no_small_factor(number: &BigUint) -> bool {
    (2_u32..1 << 16).all(|divisor| number % divisor != BigUint::ZERO)
}

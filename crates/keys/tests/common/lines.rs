//! Lines of OpenSSH with keys of any numbers and points.

use base64ct::{Base64, Encoding};
use num_bigint::BigUint;

/// A line of OpenSSH with these parts in its blob.
pub(crate) fn line(algorithm: &str, parts: &[&[u8]]) -> String {
    let mut blob = Vec::new();
    for part in [&[algorithm.as_bytes()], parts].concat() {
        blob.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
        blob.extend(part);
    }
    format!("{algorithm} {} comment", Base64::encode_string(&blob))
}

/// A line with an RSA key.
pub(crate) fn rsa(exponent: u128, modulus: &BigUint) -> String {
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

//! The signature itself.

use super::canonical_request::hex;
use std::fmt;

/// Thirty-two bytes, on the wire as 64 lower-case hexadecimal digits.
///
/// No `PartialEq`: a signature is verified by the key, never compared.
#[derive(Clone, Debug)]
pub struct Signature(pub(super) [u8; 32]);

impl Signature {
    /// Reads 64 lower-case hexadecimal digits, which is what the live service takes.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Some(Self(bytes))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_64_lower_case_digits_are_a_signature() {
        let text = "0123456789abcdef".repeat(4);
        assert_eq!(Signature::from_hex(&text).unwrap().to_string(), text);
        for text in [
            &text.to_uppercase(),
            &"0".repeat(63),
            &format!("{text}0"),
            &"é".repeat(32),
            "",
        ] {
            assert!(Signature::from_hex(text).is_none(), "{text}");
        }
    }
}

//! The signature itself.

use super::hex_digest::HexDigest;
use std::fmt;

/// Thirty-two bytes, on the wire as 64 lower-case hexadecimal digits.
///
/// No `PartialEq`: a signature is verified by the key, never compared.
#[derive(Clone, Debug)]
pub struct Signature(pub(super) [u8; 32]);

impl Signature {
    /// Reads 64 lower-case hexadecimal digits, which is what the live service takes.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let read = base16ct::lower::decode(text, &mut bytes).ok()?;
        (read.len() == bytes.len()).then_some(Self(bytes))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HexDigest::of(self.0).as_str())
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

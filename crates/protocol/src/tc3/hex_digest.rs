//! How hashes and signatures are written.

/// 32 bytes as 64 lower-case hexadecimal digits, on the stack: every request needs a few.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HexDigest([u8; Self::DIGITS]);

impl HexDigest {
    pub(super) const DIGITS: usize = 64;

    /// Writes the digits.
    pub fn of(hash: [u8; 32]) -> Self {
        let mut digits = [0; Self::DIGITS];
        // Two digits a byte fit exactly.
        let _ = base16ct::lower::encode(&hash, &mut digits);
        Self(digits)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        // Digits are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

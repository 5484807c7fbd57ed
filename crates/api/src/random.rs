//! Randomness as an argument.

/// A source of random bytes that an attacker cannot predict. The binary passes the operating
/// system's; a test passes a seeded one and prints the seed.
pub trait Random: Send + Sync {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);
}

/// The digits and lower-case letters that the ids of the API are made of.
pub const ID_ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The letters and digits that SecretIds and SecretKeys are made of.
pub const SECRET_ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `length` characters, each drawn uniformly from `alphabet` (at most 256 ASCII characters).
///
/// A byte that would favour the first characters is drawn again.
pub fn text<const N: usize>(random: &dyn Random, alphabet: &[u8; N], length: usize) -> String {
    const { assert!(N > 0 && N <= 256, "one byte picks one character") };
    let fair = 256 - 256 % N;
    let mut text = String::with_capacity(length);
    let mut block = zeroize::Zeroizing::new([0_u8; 64]);
    while text.len() < length {
        random.fill(block.as_mut());
        let picked = block
            .iter()
            .map(|byte| usize::from(*byte))
            .filter(|byte| *byte < fair)
            .filter_map(|byte| alphabet.get(byte % N))
            .map(|character| char::from(*character))
            .take(length - text.len());
        text.extend(picked);
    }
    text
}

/// A number of so many digits (1 to 18), the first of which is not 0.
pub(crate) fn number(random: &dyn Random, digits: usize) -> u64 {
    let first = text(random, b"123456789", 1);
    let rest = text(random, b"0123456789", digits.clamp(1, 18) - 1);
    let all = first.bytes().chain(rest.bytes());
    all.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};

    /// Counts up: every byte value comes equally often.
    struct Counting(AtomicU8);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn every_character_is_as_likely_as_any_other() {
        let random = Counting(AtomicU8::new(0));
        let text = text(&random, ID_ALPHABET, 36 * 7 * 10);
        for character in ID_ALPHABET {
            assert_eq!(text.bytes().filter(|byte| byte == character).count(), 70);
        }
    }

    #[test]
    fn a_number_has_its_digits() {
        let random = Counting(AtomicU8::new(0));
        for digits in [1, 9, 12, 18] {
            for _ in 0..100 {
                assert_eq!(number(&random, digits).to_string().len(), digits);
            }
        }
    }
}

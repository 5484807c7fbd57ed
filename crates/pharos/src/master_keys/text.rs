//! Master keys as text: a line of 64 hexadecimal digits each, the newest last. Empty lines and those
//! that begin with `#` are for people.

use pharos_service::master_key::{MASTER_KEY_BYTES, MasterKey};
use zeroize::Zeroizing;

/// Digits of a key.
pub(super) const DIGITS: usize = 2 * MASTER_KEY_BYTES;

/// How long the text may be, in bytes: hundreds of keys. A file that is longer is another file.
pub(super) const BYTES_MAX: usize = 64 << 10;

/// What is wrong with a text.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadText {
    #[error("line {0} should be {DIGITS} hexadecimal digits")]
    Line(usize),
    #[error("there should be a line of {DIGITS} hexadecimal digits")]
    Empty,
}

/// Reads the keys.
pub(super) fn parse(text: &[u8]) -> Result<Vec<MasterKey>, BadText> {
    let mut keys = Vec::new();
    for (number, line) in lines(text) {
        let bytes = decode(line).ok_or(BadText::Line(number))?;
        keys.push(MasterKey::new(&bytes));
    }
    if keys.is_empty() {
        return Err(BadText::Empty);
    }
    Ok(keys)
}

/// The lines that are keys, with their numbers.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    (1..)
        .zip(lines)
        .filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#"))
}

/// Writes a key as a line. The text has to have room for it: moving it elsewhere would leave a copy
/// behind.
pub(super) fn encode(bytes: &[u8; MASTER_KEY_BYTES], text: &mut Zeroizing<Vec<u8>>) {
    debug_assert!(text.capacity() - text.len() > DIGITS);
    for nibble in bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        let digit = char::from_digit(u32::from(nibble), 16).unwrap_or_default();
        text.push(u8::try_from(digit).unwrap_or_default());
    }
    text.push(b'\n');
}

fn decode(line: &[u8]) -> Option<Zeroizing<[u8; MASTER_KEY_BYTES]>> {
    if line.len() != DIGITS {
        return None;
    }
    let value = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
    };
    let mut bytes = Zeroizing::new([0; MASTER_KEY_BYTES]);
    for (byte, pair) in bytes.iter_mut().zip(line.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut text = Zeroizing::new(Vec::with_capacity(3 * (DIGITS + 1)));
        for byte in [0x00, 0x1f, 0xff] {
            encode(&[byte; MASTER_KEY_BYTES], &mut text);
        }
        let keys = parse(&text).unwrap();
        let expected = [0x00, 0x1f, 0xff].map(|byte| MasterKey::new(&[byte; 32]).id());
        assert_eq!(keys.iter().map(MasterKey::id).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn people_may_leave_notes() {
        let text = format!("# of May\n\n{}\n  {}  \r\n", "0".repeat(64), "f".repeat(64));
        assert_eq!(parse(text.as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn a_bad_line_is_named_and_not_repeated() {
        let good = "0".repeat(64);
        for bad in ["zz".repeat(32), "0".repeat(63), "0".repeat(65)] {
            let told = parse(format!("{good}\n{bad}\n").as_bytes()).err().unwrap();
            let told = told.to_string();
            assert_eq!(told, "line 2 should be 64 hexadecimal digits");
        }
        let told = parse(b"# nothing\n").err().unwrap().to_string();
        assert_eq!(told, "there should be a line of 64 hexadecimal digits");
    }
}

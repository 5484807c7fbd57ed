//! The parts of a public key's blob (RFC 4251 section 5).

use crate::import_error::ImportError;

/// `string`: the length in four bytes, then the bytes.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the parts of a public key have a few hundred bytes"
)]
pub(crate) fn put_string(blob: &mut Vec<u8>, bytes: &[u8]) {
    blob.extend((bytes.len() as u32).to_be_bytes());
    blob.extend(bytes);
}

/// `mpint`: a string of the number in two's complement, as short as can be. So leading zeros go, and
/// one comes back where the high bit would read as a minus.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the numbers of a key have a few hundred bytes"
)]
pub(crate) fn put_mpint(blob: &mut Vec<u8>, magnitude: &[u8]) {
    let leading_zeros = magnitude.iter().take_while(|byte| **byte == 0).count();
    let significant = magnitude.get(leading_zeros..).unwrap_or_default();
    let is_high_bit_set = significant.first().is_some_and(|byte| *byte >= 0x80);
    // Not through a copy, which nobody would wipe: it may be a private number.
    blob.extend((significant.len() as u32 + u32::from(is_high_bit_set)).to_be_bytes());
    blob.extend(is_high_bit_set.then_some(0));
    blob.extend(significant);
}

/// Takes a `string` off the start.
pub(crate) fn take_string<'b>(rest: &mut &'b [u8]) -> Result<&'b [u8], ImportError> {
    let (length, behind) = rest.split_first_chunk().ok_or(ImportError::Truncated)?;
    let length = usize::try_from(u32::from_be_bytes(*length));
    let length = length.map_err(|_| ImportError::Truncated)?;
    let (string, behind) = behind
        .split_at_checked(length)
        .ok_or(ImportError::Truncated)?;
    *rest = behind;
    Ok(string)
}

/// Takes an `mpint` off the start, as big-endian bytes without a zero in front.
///
/// A number has one spelling, so that a key has one fingerprint; and none of a key's is negative.
pub(crate) fn take_mpint<'b>(rest: &mut &'b [u8]) -> Result<&'b [u8], ImportError> {
    let number = take_string(rest)?;
    match number {
        [] | [1..0x80, ..] => Ok(number),
        [0, magnitude @ ..] if magnitude.first() >= Some(&0x80) => Ok(magnitude),
        _ => Err(ImportError::NonCanonicalNumber),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4251 section 5, and what lies between them.
    #[test]
    fn a_number_has_one_spelling() {
        for (magnitude, spelling) in [
            ("", "00000000"),
            ("00", "00000000"),
            ("01", "0000000101"),
            ("7f", "000000017f"),
            ("80", "000000020080"),
            ("0080", "000000020080"),
            ("00000080", "000000020080"),
            ("007f", "000000017f"),
            ("ff00", "0000000300ff00"),
            ("09a378f9b2e332a7", "0000000809a378f9b2e332a7"),
        ] {
            let mut blob = Vec::new();
            put_mpint(&mut blob, &unhex(magnitude));
            assert_eq!(blob, unhex(spelling), "{magnitude}");
            let read = take_mpint(&mut &*blob).unwrap();
            assert_eq!(read, unhex(magnitude.trim_start_matches("00")));
        }
        // With a zero that is not needed, and negative ones of the same RFC.
        for spelling in [
            "0000000100",
            "000000020001",
            "0000000300007f",
            "00000002edcc",
            "00000001ff",
        ] {
            let read = take_mpint(&mut &*unhex(spelling)).err();
            assert_eq!(read, Some(ImportError::NonCanonicalNumber), "{spelling}");
        }
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        for bytes in ["", "000000", "00000001", "00000003ffff", "ffffffff00"] {
            let read = take_string(&mut &*unhex(bytes)).err();
            assert_eq!(read, Some(ImportError::Truncated), "{bytes}");
        }
    }

    fn unhex(digits: &str) -> Vec<u8> {
        base16ct::lower::decode_vec(digits).unwrap()
    }
}

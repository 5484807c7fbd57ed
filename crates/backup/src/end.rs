//! The end of a file: a last line that says what came before it, in a gzip member of its own.
//!
//! A hash of the lines would not be enough: gzip has bits that mean nothing and many ways to say the
//! same. So the hash is over the bytes of the first member; and the second is never decoded, because
//! these bytes are the only ones that it may have.

use flate2::Crc;

/// A member's first bytes: gzip, deflate, no name, no time, an unknown system (RFC 1952 section 2.3.1).
const MEMBER_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A block that is the last one and is stored as it is (RFC 1951 section 3.2.4).
const LAST_STORED_BLOCK: u8 = 1;

/// The second member of a file whose first one has so many entries and this hash.
pub(crate) fn member(entries: u64, sha256: &str) -> Vec<u8> {
    let line = format!("{{\"end\":{{\"entries\":{entries},\"sha256\":\"{sha256}\"}}}}\n");
    // Two numbers and some words: far from what a block can hold.
    let length = u16::try_from(line.len()).unwrap_or(u16::MAX);
    let mut crc = Crc::new();
    crc.update(line.as_bytes());
    [
        MEMBER_HEADER.as_slice(),
        &[LAST_STORED_BLOCK],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        line.as_bytes(),
        &crc.sum().to_le_bytes(),
        &u32::from(length).to_le_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    #[test]
    fn any_gzip_reads_it() {
        let mut text = String::new();
        let sha256 = "ab".repeat(32);
        let member = member(u64::MAX, &sha256);
        GzDecoder::new(&*member).read_to_string(&mut text).unwrap();
        let line =
            format!("{{\"end\":{{\"entries\":18446744073709551615,\"sha256\":\"{sha256}\"}}}}\n");
        assert_eq!(text, line);
    }
}

//! What people and stores tell public keys apart by.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64Unpadded, Encoding};
use thiserror::Error;

/// The SHA-256 of a public key's blob. Shown as `ssh-keygen -l` shows it: `SHA256:` and base64
/// without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

/// The MD5 of a public key's blob, for people who have an old one at hand; nothing is decided by it.
/// Shown as `ssh-keygen -l -E md5` shows it: `MD5:` and pairs of digits with colons between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Md5Fingerprint(pub [u8; 16]);

/// A text is no fingerprint of this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "a fingerprint is what `ssh-keygen -l` shows: `SHA256:` and 43 characters, or `MD5:` and 16 pairs \
     of digits with colons between"
)]
pub struct BadFingerprint;

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "SHA256:{}",
            Base64Unpadded::encode_string(&self.0)
        )
    }
}

impl FromStr for Fingerprint {
    type Err = BadFingerprint;

    fn from_str(text: &str) -> Result<Self, BadFingerprint> {
        let base64 = text.strip_prefix("SHA256:").ok_or(BadFingerprint)?;
        let hash = Base64Unpadded::decode_vec(base64).map_err(|_| BadFingerprint)?;
        hash.try_into().map(Self).map_err(|_| BadFingerprint)
    }
}

impl fmt::Display for Md5Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MD5")?;
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, ":{byte:02x}"))
    }
}

/// OpenSSH before 6.8 wrote no `MD5:` in front, and neither do the consoles that kept its form.
impl FromStr for Md5Fingerprint {
    type Err = BadFingerprint;

    fn from_str(text: &str) -> Result<Self, BadFingerprint> {
        let pairs = text.strip_prefix("MD5:").unwrap_or(text).split(':');
        let bytes = pairs.map(|pair| {
            let mut byte = [0];
            let read = base16ct::mixed::decode(pair, &mut byte).map_err(|_| BadFingerprint)?;
            read.first().copied().ok_or(BadFingerprint)
        });
        let hash: Vec<_> = bytes.collect::<Result<_, _>>()?;
        hash.try_into().map(Self).map_err(|_| BadFingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: &str = "SHA256:iGuLLb1TZFHtwg+L9NiK2kTZdG2PLg3oE+W94rA+Rjw";
    const MD5: &str = "MD5:3d:3e:99:42:e2:10:63:98:28:84:5b:c6:d6:43:5b:5d";

    #[test]
    fn a_fingerprint_is_read_as_it_is_shown() {
        assert_eq!(SHA256.parse::<Fingerprint>().unwrap().to_string(), SHA256);
        assert_eq!(MD5.parse::<Md5Fingerprint>().unwrap().to_string(), MD5);
        let bare = MD5.trim_start_matches("MD5:");
        for same in [bare, &bare.to_uppercase()] {
            assert_eq!(same.parse(), MD5.parse::<Md5Fingerprint>(), "{same}");
        }
    }

    #[test]
    fn what_is_no_fingerprint_is_refused() {
        let base64 = SHA256.trim_start_matches("SHA256:");
        let (start, _) = SHA256.split_at(SHA256.len() - 1);
        for text in [
            "",
            "SHA256:",
            base64,
            MD5,
            start,
            &format!("{SHA256}A"),
            &format!("{SHA256}="),
            &format!("{SHA256} "),
            // Bits behind the last byte.
            &format!("{start}x"),
        ] {
            assert_eq!(text.parse::<Fingerprint>(), Err(BadFingerprint), "{text:?}");
        }
        for text in [
            "",
            "MD5:",
            SHA256,
            MD5.trim_end_matches('d'),
            MD5.trim_end_matches(":5d"),
            &format!("{MD5}:00"),
            &MD5.replace("3d:3e", "3d3e"),
            &MD5.replace("3d:3e", "3d3:e"),
            &MD5.replace("3e", "3g"),
        ] {
            assert_eq!(
                text.parse::<Md5Fingerprint>(),
                Err(BadFingerprint),
                "{text:?}"
            );
        }
    }
}

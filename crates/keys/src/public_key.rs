//! Public keys as SSH writes them.

use std::fmt;

use base64ct::{Base64, Base64Unpadded, Encoding};
use sha2::{Digest, Sha256};

/// The name of RSA keys (RFC 4253 section 6.6).
const SSH_RSA: &str = "ssh-rsa";

/// A public key: the blob that SSH sends over the wire and that fingerprints are taken of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey {
    blob: Vec<u8>,
}

impl PublicKey {
    /// An RSA key of these numbers, big-endian: `string "ssh-rsa"`, `mpint e`, `mpint n`
    /// (RFC 4253 section 6.6).
    pub(crate) fn rsa(exponent: &[u8], modulus: &[u8]) -> Self {
        let mut blob = Vec::new();
        put_string(&mut blob, SSH_RSA.as_bytes());
        put_mpint(&mut blob, exponent);
        put_mpint(&mut blob, modulus);
        Self { blob }
    }

    /// Reads a line that [`PublicKey::authorized_keys_line`] wrote, whatever its comment; `None` if it is
    /// not one.
    pub fn from_authorized_keys_line(line: &str) -> Option<Self> {
        let (algorithm, rest) = line.split_once(' ')?;
        let (blob, _comment) = rest.split_once(' ')?;
        let blob = Base64::decode_vec(blob).ok()?;
        let (name, numbers) = take_string(&blob)?;
        let (exponent, numbers) = take_string(numbers)?;
        let (modulus, end) = take_string(numbers)?;
        let key = Self::rsa(exponent, modulus);
        let is_rsa = algorithm == SSH_RSA && name == SSH_RSA.as_bytes();
        // Written anew it is the same: a number has one spelling.
        (is_rsa && end.is_empty() && key.blob == blob).then_some(key)
    }

    /// The blob.
    pub fn as_bytes(&self) -> &[u8] {
        &self.blob
    }

    /// The key as one line of an `authorized_keys` file, without a line end: `ssh-rsa AAAA… comment`.
    ///
    /// `comment` is written as it is, so it must not have a line end in it.
    pub fn authorized_keys_line(&self, comment: &str) -> String {
        let blob = Base64::encode_string(&self.blob);
        format!("{SSH_RSA} {blob} {comment}")
    }

    /// What people and stores tell keys apart by.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Sha256::digest(&self.blob).into())
    }
}

/// The SHA-256 of a public key's blob. Shown as `ssh-keygen -l` shows it: `SHA256:` and base64
/// without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "SHA256:{}",
            Base64Unpadded::encode_string(&self.0)
        )
    }
}

/// `string`: the length in four bytes, then the bytes (RFC 4251 section 5).
#[expect(
    clippy::cast_possible_truncation,
    reason = "the parts of a public key have a few hundred bytes"
)]
fn put_string(blob: &mut Vec<u8>, bytes: &[u8]) {
    blob.extend((bytes.len() as u32).to_be_bytes());
    blob.extend(bytes);
}

/// `mpint`: a string of the number in two's complement, as short as can be (RFC 4251 section 5). So
/// leading zeros go, and one comes back where the high bit would read as a minus.
fn put_mpint(blob: &mut Vec<u8>, magnitude: &[u8]) {
    let leading_zeros = magnitude.iter().take_while(|byte| **byte == 0).count();
    let significant = magnitude.iter().skip(leading_zeros).copied();
    let is_high_bit_set = significant.clone().next().is_some_and(|byte| byte >= 0x80);
    let sign = is_high_bit_set.then_some(0);
    put_string(
        blob,
        &sign.into_iter().chain(significant).collect::<Vec<_>>(),
    );
}

/// Takes a `string` off the start.
fn take_string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    // A key of `ssh-keygen -t rsa -b 2048 -N '' -C pharos-fixture` (OpenSSH 9.2p1); the private half
    // was never kept. The fingerprint is what `ssh-keygen -l` says of it, the modulus what a reader
    // of RFC 4253 finds in the line.
    const MODULUS: &str = "\
        a42542bb6ca2dd6a28ac3e8134fab543fe490fb3923ced790e3fee071cddb07a83eb02eee7d6abe81eea869c12\
        35f92b6d5bdd96f1ad2f5ef8c5961bc4274066e43c731b7830a44c6547095f1f7f518cb0e9f14bc489e565cc64\
        dce47d1a6dec23793d29956592a012b4201b73c945cfa8979ec0a473dc5ee6884571357921e7b737343525f8dc\
        f0da2d93000dadf6ac6e0ce6f5af64d20c8bd5cf8423feebfe60578e0458095affa6088c5937d2513fcca01b1c\
        cfd1c48ac69730cbe0bf8ab90ad396ea61b8aa81422a1b9f499e38ac4e8dba60c041f5431439689f9d01fbe63b\
        a9333eef562df1ab89b64dc664882f03befacda796b03e48c76fa899a857c1";
    const LINE: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCkJUK7bKLdaiisPoE0+rVD/kkPs5I87XkOP+4HHN2weoPrAu7n1qvoHuqGnBI1+SttW92W8a0vXvjFlhvEJ0Bm5DxzG3gwpExlRwlfH39RjLDp8UvEieVlzGTc5H0abewjeT0plWWSoBK0IBtzyUXPqJeewKRz3F7miEVxNXkh57c3NDUl+Nzw2i2TAA2t9qxuDOb1r2TSDIvVz4Qj/uv+YFeOBFgJWv+mCIxZN9JRP8ygGxzP0cSKxpcwy+C/irkK05bqYbiqgUIqG59JnjisTo26YMBB9UMUOWifnQH75jupMz7vVi3xq4m2TcZkiC8DvvrNp5awPkjHb6iZqFfB pharos-fixture";
    const FINGERPRINT: &str = "SHA256:iGuLLb1TZFHtwg+L9NiK2kTZdG2PLg3oE+W94rA+Rjw";

    fn unhex(text: &str) -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|digits| u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn a_key_of_openssh_is_written_as_openssh_writes_it() {
        let key = PublicKey::rsa(&[1, 0, 1], &unhex(MODULUS));
        assert_eq!(key.authorized_keys_line("pharos-fixture"), LINE);
        assert_eq!(key.fingerprint().to_string(), FINGERPRINT);
    }

    #[test]
    fn the_blob_is_what_the_line_says_in_base64() {
        let key = PublicKey::rsa(&[1, 0, 1], &unhex(MODULUS));
        let base64 = LINE.split(' ').nth(1).unwrap();
        assert_eq!(Base64::decode_vec(base64).unwrap(), key.as_bytes());
    }

    #[test]
    fn a_line_is_read_as_it_was_written_and_no_other_is() {
        let key = PublicKey::from_authorized_keys_line(LINE).unwrap();
        assert_eq!(key.authorized_keys_line("pharos-fixture"), LINE);
        let base64 = LINE.split(' ').nth(1).unwrap();
        let blob = key.as_bytes();
        let other = |blob: &[u8]| format!("ssh-rsa {} c", Base64::encode_string(blob));
        assert!(PublicKey::from_authorized_keys_line(&other(blob)).is_some());
        let long = [blob, &[0]].concat();
        // A number with a zero in front that it does not need.
        let mut spelled = blob.to_vec();
        spelled[14] = 4;
        spelled.insert(15, 0);
        for bad in [
            String::new(),
            base64.to_owned(),
            format!("ssh-rsa {base64}"),
            format!("ssh-dss {base64} c"),
            format!("ssh-rsa {} c", base64.trim_end_matches('B')),
            other(&blob[..blob.len() - 1]),
            other(&blob[..20]),
            other(&long),
            other(&spelled),
            other(b""),
        ] {
            let read = PublicKey::from_authorized_keys_line(&bad);
            assert_eq!(read, None, "{bad}");
        }
    }

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
        }
    }
}

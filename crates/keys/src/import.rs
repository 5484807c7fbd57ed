//! Public keys as people send them.

use base64ct::{Base64, Encoding};

use crate::algorithm::Algorithm;
use crate::import_error::ImportError;
use crate::public_key::PublicKey;

/// The longest text that is taken, in bytes: what sshd(8) says a line of `authorized_keys` may have. An RSA
/// key of 16,384 bits takes 2,800 of them.
pub const TEXT_BYTES_MAX: usize = 8192;

/// The name of keys for DSA (RFC 4253 section 6.6).
const DSA: &str = "ssh-dss";

/// What the names of certificates have in them (OpenSSH's PROTOCOL.certkeys).
const CERTIFICATE: &str = "-cert-v0";

/// What a private key has in it: in PEM, in the form of ssh.com, of PuTTY; and, without its first line,
/// of OpenSSH (base64 of `openssh-key-v`).
const PRIVATE_KEY: [&str; 4] = [
    "PRIVATE KEY-----",
    "PRIVATE KEY ----",
    "PuTTY-User-Key-File-",
    "b3BlbnNzaC1rZXktd",
];

/// How public keys begin that are no OpenSSH line.
const OTHER_FORMS: [(&str, ImportError); 3] = [
    ("---- BEGIN SSH2 PUBLIC KEY ----", ImportError::Rfc4716),
    ("-----BEGIN RSA PUBLIC KEY-----", ImportError::Pkcs1),
    ("-----BEGIN PUBLIC KEY-----", ImportError::Pkcs8),
];

/// What parts the words of a line, and what may stand around it.
const WHITE_SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

impl PublicKey {
    /// Reads the text that somebody sent: one line of OpenSSH, `ssh-ed25519 AAAA… comment`. White space
    /// around it, line ends too, and a comment of any words are fine, and no part of the key.
    ///
    /// # Errors
    /// The text is something else, or a key that OpenSSH could not load. Whether the key is weak is asked
    /// elsewhere ([`crate::weak::Rules`]).
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        Self::parse_with_comment(text).map(|(key, _comment)| key)
    }

    /// The same, with the comment: what stands behind the key, which may be nothing.
    ///
    /// # Errors
    /// As [`PublicKey::parse`].
    pub fn parse_with_comment(text: &str) -> Result<(Self, &str), ImportError> {
        if PRIVATE_KEY.iter().any(|mark| text.contains(mark)) {
            return Err(ImportError::PrivateKey);
        }
        if text.len() > TEXT_BYTES_MAX {
            return Err(ImportError::TooLong { bytes: text.len() });
        }
        let text = text.trim_matches(WHITE_SPACE);
        if text.is_empty() {
            return Err(ImportError::Empty);
        }
        let mut forms = OTHER_FORMS.iter();
        if let Some((_, error)) = forms.find(|(begin, _)| text.starts_with(begin)) {
            return Err(*error);
        }
        let (name, rest) = split_word(text);
        let algorithm = match algorithm_of(name) {
            Err(ImportError::UnknownAlgorithm) if is_key(behind_options(text)) => {
                return Err(ImportError::Options);
            }
            known => known?,
        };
        if text.contains('\n') {
            return Err(ImportError::SeveralLines);
        }
        if text.contains(|character: char| character.is_control() && character != '\t') {
            return Err(ImportError::ControlCharacter);
        }
        let (base64, comment) = split_word(rest);
        let blob = Base64::decode_vec(base64).map_err(|_| ImportError::Base64)?;
        Ok((Self::from_blob(algorithm, blob)?, comment))
    }
}

fn algorithm_of(name: &str) -> Result<Algorithm, ImportError> {
    match Algorithm::parse(name) {
        Some(algorithm) => Ok(algorithm),
        None if name == DSA => Err(ImportError::Dsa),
        None if name.contains(CERTIFICATE) => Err(ImportError::Certificate),
        None => Err(ImportError::UnknownAlgorithm),
    }
}

/// Whether the text begins like a key, of whatever kind.
fn is_key(text: &str) -> bool {
    let (name, _) = split_word(text);
    algorithm_of(name) != Err(ImportError::UnknownAlgorithm)
}

/// What follows the options that the text begins with: they end at the first white space outside of
/// quotes, as sshd reads them.
fn behind_options(text: &str) -> &str {
    let mut is_quoted = false;
    let mut previous = ' ';
    let end = |character: char| {
        is_quoted ^= character == '"' && previous != '\\';
        previous = character;
        !is_quoted && WHITE_SPACE.contains(&character)
    };
    let (_options, rest) = text.split_once(end).unwrap_or((text, ""));
    rest.trim_start_matches(WHITE_SPACE)
}

/// The first word, and what follows the white space behind it.
fn split_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(WHITE_SPACE).unwrap_or((text, ""));
    (word, rest.trim_start_matches(WHITE_SPACE))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    use super::*;
    use crate::wire::put_string;

    fn ed25519_point() -> Vec<u8> {
        let key_pair = Ed25519KeyPair::generate().unwrap();
        key_pair.public_key().as_ref().to_vec()
    }

    fn blob(parts: &[&[u8]]) -> Vec<u8> {
        let mut blob = Vec::new();
        for part in parts {
            put_string(&mut blob, part);
        }
        blob
    }

    fn line(algorithm: &str, blob: &[u8]) -> String {
        format!("{algorithm} {}", Base64::encode_string(blob))
    }

    /// A key of Ed25519, as a line without a comment.
    fn ed25519() -> String {
        line("ssh-ed25519", &blob(&[b"ssh-ed25519", &ed25519_point()]))
    }

    #[track_caller]
    fn refused(text: &str, error: ImportError) {
        assert_eq!(PublicKey::parse(text), Err(error), "{text:?}");
    }

    #[test]
    fn what_stands_around_a_key_is_no_part_of_it() {
        let bare = ed25519();
        let key = PublicKey::parse(&bare).unwrap();
        assert_eq!(key.algorithm(), Algorithm::Ed25519);
        assert_eq!(key.authorized_keys_line("c"), format!("{bare} c"));
        for text in [
            format!("{bare} comment"),
            format!("{bare} a comment of \"several\" words, 钥匙\n"),
            format!("\r\n \t{bare}\tcomment \r\n\n"),
            bare.replace(' ', "\t  "),
        ] {
            assert_eq!(PublicKey::parse(&text), Ok(key.clone()), "{text:?}");
        }
    }

    #[test]
    fn one_key_is_taken_at_a_time_on_one_line() {
        let key = ed25519();
        refused("", ImportError::Empty);
        refused(" \r\n\t", ImportError::Empty);
        refused(&format!("{key}\n{key}\n"), ImportError::SeveralLines);
        refused(&format!("{key}\r\n# a comment"), ImportError::SeveralLines);
        let (start, end) = key.split_at(40);
        refused(&format!("{start}\n{end}"), ImportError::SeveralLines);
        refused(&key.replace(' ', "\n"), ImportError::SeveralLines);
    }

    #[test]
    fn a_control_character_reaches_nobody_elses_terminal() {
        let key = ed25519();
        for character in ['\0', '\r', '\x1b', '\x7f', '\u{85}'] {
            let text = format!("{key} a{character}b");
            refused(&text, ImportError::ControlCharacter);
        }
    }

    #[test]
    fn options_and_host_names_are_refused() {
        let key = ed25519();
        for options in [
            "no-pty",
            r#"command="echo \" now",no-pty"#,
            r#"command="ssh-rsa AAAA""#,
            r#"from="10.0.0.0/8""#,
            "github.com,140.82.121.3",
        ] {
            refused(&format!("{options} {key}"), ImportError::Options);
            refused(&format!("{options}\t  {key} c\n"), ImportError::Options);
        }
        refused("no-pty ssh-dss AAAA", ImportError::Options);
        // No key behind it: in quotes, or not at all.
        refused(r#"command="a ssh-rsa AAAA""#, ImportError::UnknownAlgorithm);
        refused("no-pty", ImportError::UnknownAlgorithm);
    }

    #[test]
    fn a_private_key_is_told_apart_and_not_repeated() {
        for text in [
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE\n",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI\n",
            "\n\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n",
            "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n",
            "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
            &format!("{}\n-----BEGIN PRIVATE KEY-----", ed25519()),
            &format!(
                "-----BEGIN RSA PRIVATE KEY-----\n{}",
                "A".repeat(TEXT_BYTES_MAX)
            ),
        ] {
            refused(text, ImportError::PrivateKey);
        }
        // The body of one, without anything that tells.
        let secret = "MIIEowIBAAKCAQEA";
        let error = PublicKey::parse(secret).unwrap_err();
        assert!(!format!("{error} {error:?} {:?}", error.text()).contains(secret));
    }

    #[test]
    fn other_forms_of_public_keys_are_told_apart() {
        for (begin, error) in OTHER_FORMS {
            refused(&format!("{begin}\nAAAA\n"), error);
        }
        let certificate = "ssh-ed25519-cert-v01@openssh.com AAAA";
        refused(certificate, ImportError::Certificate);
        refused("ssh-dss AAAAB3NzaC1kc3M= c", ImportError::Dsa);
        for unknown in [
            "ssh-ed448 AAAA",
            "SSH-ED25519 AAAA",
            "rsa-sha2-256 AAAA",
            "# comment",
            "-----BEGIN CERTIFICATE-----\nAAAA",
        ] {
            refused(unknown, ImportError::UnknownAlgorithm);
        }
    }

    #[test]
    fn a_text_is_bounded() {
        let key = ed25519();
        let longest = format!("{key} {}", "c".repeat(TEXT_BYTES_MAX - key.len() - 1));
        assert!(PublicKey::parse(&longest).is_ok());
        let bytes = TEXT_BYTES_MAX + 1;
        refused(&format!("{longest}\n"), ImportError::TooLong { bytes });
    }

    #[test]
    fn base64_has_one_spelling() {
        let key = ed25519();
        assert!(key.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/'));
        for text in [
            format!("{key}="),
            format!("{key}A"),
            format!("{}*", key.split_at(key.len() - 1).0),
            key.replace("AAAA", "AAA="),
            key.replace("AAAA", "AA-_"),
        ] {
            refused(&text, ImportError::Base64);
        }
        // One byte, whose last four bits are not zero.
        refused("ssh-ed25519 AB==", ImportError::Base64);
    }

    #[test]
    fn a_blob_is_one_key_of_the_algorithm_before_it() {
        let point = ed25519_point();
        let whole = blob(&[b"ssh-ed25519", &point]);
        let ed25519 = |blob: &[u8], error| refused(&line("ssh-ed25519", blob), error);
        for end in 0..whole.len() {
            ed25519(&whole[..end], ImportError::Truncated);
        }
        refused("ssh-ed25519", ImportError::Truncated);
        ed25519(&[&*whole, &[0]].concat(), ImportError::TrailingBytes);
        ed25519(
            &blob(&[b"ssh-ed25519", &point[1..]]),
            ImportError::PointOffCurve,
        );
        let other = |named| ImportError::OtherAlgorithm { named };
        ed25519(&blob(&[b"ssh-ed25518", &point]), other(Algorithm::Ed25519));
        for algorithm in &Algorithm::ALL[2..] {
            refused(&line(algorithm.name(), &whole), other(*algorithm));
        }
        // The curve is named twice.
        let name = "ecdsa-sha2-nistp256";
        let parts = blob(&[name.as_bytes(), b"nistp384", &[4; 97]]);
        refused(&line(name, &parts), other(Algorithm::EcdsaNistp256));
    }

    #[test]
    fn a_key_in_a_security_key_names_its_application() {
        let name = Algorithm::SkEd25519.name();
        let point = ed25519_point();
        let read = |application: &[u8]| {
            let blob = blob(&[name.as_bytes(), &point, application]);
            PublicKey::parse(&line(name, &blob)).map(|key| key.algorithm())
        };
        assert_eq!(read(b"ssh:"), Ok(Algorithm::SkEd25519));
        assert_eq!(read(b"ssh:prod"), Ok(Algorithm::SkEd25519));
        assert_eq!(read(b"ssh:\0prod"), Err(ImportError::NulInApplication));
        let without = line(name, &blob(&[name.as_bytes(), &point]));
        refused(&without, ImportError::Truncated);
    }

    #[test]
    fn an_rsa_key_is_one_that_openssh_loads() {
        let read = |exponent: &[u8], modulus: &[u8]| {
            PublicKey::parse(&line("ssh-rsa", &blob(&[b"ssh-rsa", exponent, modulus])))
        };
        let number = |first: u8, bytes: usize| [&[0, first], &*vec![0xff; bytes - 1]].concat();
        for bytes in [128, 2048] {
            assert!(read(&[3], &number(0x80, bytes)).is_ok(), "{bytes}");
        }
        let bits = |bits| Err(ImportError::RsaBits { bits });
        assert_eq!(read(&[3], &[]), bits(0));
        assert_eq!(read(&[3], &number(0x7f, 128)[1..]), bits(1023));
        assert_eq!(read(&[3], &number(1, 2049)[1..]), bits(16_385));
        let bad = Err(ImportError::NonCanonicalNumber);
        assert_eq!(read(&[0, 3], &number(0x80, 256)), bad);
        assert_eq!(read(&[3], &number(0x7f, 256)), bad);
        assert_eq!(read(&[3], &number(0x80, 256)[1..]), bad);
    }

    #[test]
    fn every_refusal_is_said_in_both_languages() {
        for error in [
            ImportError::Base64,
            ImportError::Certificate,
            ImportError::CompressedPoint,
            ImportError::ControlCharacter,
            ImportError::Dsa,
            ImportError::Empty,
            ImportError::NonCanonicalNumber,
            ImportError::NulInApplication,
            ImportError::Options,
            ImportError::OtherAlgorithm {
                named: Algorithm::Rsa,
            },
            ImportError::Pkcs1,
            ImportError::Pkcs8,
            ImportError::PointOffCurve,
            ImportError::PrivateKey,
            ImportError::Rfc4716,
            ImportError::RsaBits { bits: 1023 },
            ImportError::SeveralLines,
            ImportError::TooLong { bytes: 9000 },
            ImportError::TrailingBytes,
            ImportError::Truncated,
            ImportError::UnknownAlgorithm,
        ] {
            let text = error.text();
            assert!(text.en.is_ascii() && text.en.ends_with('.'), "{text:?}");
            assert!(
                text.zh.ends_with('。') && !text.zh.contains("  "),
                "{text:?}"
            );
        }
    }
}

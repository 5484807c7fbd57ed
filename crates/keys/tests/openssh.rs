//! The keys are judged by the tools that will load them: OpenSSH and OpenSSL.

#![expect(
    clippy::disallowed_types,
    clippy::expect_used,
    reason = "a test that gives real files to real tools"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use num_bigint::BigUint;
use pharos_keys::weak::{Rules, Weakness};
use pharos_keys::{Algorithm, Generator, KeyType, Method, PublicKey};
use pharos_testkit::openssh::{output, run};
use pharos_testkit::public_keys;
use tempfile::TempDir;

/// How many RSA keys go through both tools. openssl looks at each prime with 64 rounds of its own.
const KEYS: usize = 2_000;

#[test]
fn two_thousand_rsa_keys_are_sound_to_openssl_and_ssh_keygen() {
    let generator = generator();
    let check = || {
        for _ in 0..KEYS / 2 {
            let key = KeyFiles::new(&generator, KeyType::Rsa2048);
            if !key.is_sound_to_openssl() || !key.is_read_by_ssh_keygen() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(check);
        scope.spawn(check);
    });
}

#[test]
fn keys_of_every_type_are_read_by_ssh_keygen_as_what_they_are() {
    let generator = generator();
    for key_type in KeyType::ALL {
        let key = KeyFiles::new(&generator, *key_type);
        if !key.is_read_by_ssh_keygen() {
            return;
        }
        if key.public_key.algorithm() == Algorithm::Rsa {
            key.is_sound_to_openssl();
        }
        let shown = run(Command::new("ssh-keygen").arg("-lf").arg(&key.public));
        let fingerprint = key.public_key.fingerprint();
        let line = key.public_key.fingerprint_line(&fingerprint, COMMENT);
        assert_eq!(shown, Some(format!("{line}\n")));
    }
}

/// A new key encrypts and decrypts nothing in our own tests but what it is made for: signing in the tool
/// that people log in with.
#[test]
fn ssh_keygen_signs_with_keys_of_every_type() {
    let generator = generator();
    for key_type in KeyType::ALL {
        let key = KeyFiles::new(&generator, *key_type);
        let message = key.private.with_extension("message");
        fs::write(&message, "log me in").expect("a file");
        let mut sign = Command::new("ssh-keygen");
        sign.args(["-Y", "sign", "-q", "-n", "file", "-f"])
            .arg(&key.private)
            .arg(&message);
        if run(&mut sign).is_none() {
            return;
        }
        let allowed = key.private.with_extension("allowed");
        let line = key.public_key.authorized_keys_line(COMMENT);
        fs::write(&allowed, format!("me {line}\n")).expect("a file");
        let mut verify = Command::new("ssh-keygen");
        verify
            .args(["-Y", "verify", "-n", "file", "-I", "me", "-f"])
            .arg(&allowed);
        verify.arg("-s").arg(message.with_extension("message.sig"));
        let verdict = run(verify.stdin(fs::File::open(&message).expect("the message")));
        assert!(
            verdict.expect("ssh-keygen").contains("Good"),
            "{}",
            key_type.name()
        );
    }
}

fn generator() -> Generator {
    Generator::new(Method::Filtered).expect("a generator that passes its self-test")
}

/// What ssh-keygen makes: type, bits, what it shows of the type.
const KINDS: [(&str, &str, &str, Algorithm); 7] = [
    ("rsa", "1024", "RSA", Algorithm::Rsa),
    ("rsa", "2048", "RSA", Algorithm::Rsa),
    ("rsa", "3072", "RSA", Algorithm::Rsa),
    ("ed25519", "256", "ED25519", Algorithm::Ed25519),
    ("ecdsa", "256", "ECDSA", Algorithm::EcdsaNistp256),
    ("ecdsa", "384", "ECDSA", Algorithm::EcdsaNistp384),
    ("ecdsa", "521", "ECDSA", Algorithm::EcdsaNistp521),
];

#[test]
fn keys_of_ssh_keygen_are_read_as_ssh_keygen_reads_them() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (kind, bits, shown, algorithm) in KINDS {
        let path = directory.path().join(format!("{kind}{bits}"));
        let mut make = Command::new("ssh-keygen");
        make.args([
            "-q",
            "-t",
            kind,
            "-b",
            bits,
            "-N",
            "",
            "-C",
            "two words",
            "-f",
        ]);
        if run(make.arg(&path)).is_none() {
            return;
        }
        let text = fs::read_to_string(path.with_extension("pub")).expect("a public key");
        let key = assert_read(&text, "two words", &format!("{bits} {shown}"));
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(format!("{}\n", key.authorized_keys_line("two words")), text);
        let is_short = Err(Weakness::RsaShortModulus { bits: 1024 });
        let expected = if bits == "1024" { is_short } else { Ok(()) };
        assert_eq!(Rules::default().check(&key), expected, "{text}");
    }
}

/// No hardware is at hand to make one; ssh-keygen reads it without.
#[test]
fn keys_in_security_keys_are_read_as_ssh_keygen_reads_them() {
    let point = generate_ed25519();
    let name = Algorithm::SkEd25519.name();
    let line = public_keys::line(name, &[&point, b"ssh:"]);
    assert_read(&line, "comment", "256 ED25519-SK");
    let (without_comment, _) = line.rsplit_once(' ').expect("a comment");
    assert_read(without_comment, "", "256 ED25519-SK");
    let point = generate_p256();
    let name = Algorithm::SkEcdsaNistp256.name();
    assert_read(
        &public_keys::line(name, &[b"nistp256", &point, b"ssh:prod"]),
        "comment",
        "256 ECDSA-SK",
    );
}

fn generate_ed25519() -> Vec<u8> {
    let key_pair = Ed25519KeyPair::generate().expect("a key pair");
    key_pair.public_key().as_ref().to_vec()
}

fn generate_p256() -> Vec<u8> {
    let private_key = PrivateKey::generate(&ECDH_P256).expect("a private key");
    let public_key = private_key.compute_public_key().expect("its public key");
    public_key.as_ref().to_vec()
}

/// It is a public key with this comment, of so many bits and this type, of which ssh-keygen shows the lines
/// that we do.
fn assert_read(text: &str, comment: &str, shown: &str) -> PublicKey {
    let (key, found) = PublicKey::parse_with_comment(text).expect("a public key");
    assert_eq!(found, comment);
    let kind = format!("{} {}", key.bits(), key.algorithm().type_name());
    assert_eq!(kind, shown);
    let expected = key.fingerprint_line(&key.fingerprint(), comment);
    let found = show(text, "sha256");
    assert!(found.is_none_or(|found| found.trim_end() == expected));
    let expected = key.fingerprint_line(&key.md5_fingerprint(), comment);
    let found = show(text, "md5");
    assert!(found.is_none_or(|found| found.trim_end() == expected));
    key
}

fn show(text: &str, hash: &str) -> Option<String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("key.pub");
    fs::write(&path, text).expect("a file");
    run(Command::new("ssh-keygen")
        .args(["-E", hash, "-lf"])
        .arg(&path))
}

#[test]
fn what_openssh_does_not_load_is_no_key() {
    let point = generate_p256();
    let p256 =
        |curve: &[u8], point: &[u8]| public_keys::line("ecdsa-sha2-nistp256", &[curve, point]);
    assert_read(&p256(b"nistp256", &point), "comment", "256 ECDSA");
    let mut off_curve = point.clone();
    off_curve[64] ^= 1;
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    let power = |bits: u32| BigUint::from(2_u32).pow(bits - 1);
    let rsa = |bits| public_keys::rsa(65_537, &(power(bits) + 1_u32));
    let name = Algorithm::SkEd25519.name();
    for line in [
        p256(b"nistp256", &off_curve),
        p256(b"nistp256", &compressed),
        p256(b"nistp256", &[0]),
        p256(b"nistp384", &point),
        public_keys::line("ssh-ed25519", &[&generate_ed25519()[1..]]),
        public_keys::line("ssh-ed25519", &[&generate_ed25519(), b""]),
        public_keys::line(name, &[&generate_ed25519()]),
        public_keys::line(name, &[&generate_ed25519(), b"ssh:\0prod"]),
        rsa(1023),
        rsa(16_385),
        public_keys::line("ssh-rsa", &[&[3], &power(2048).to_bytes_be()]),
    ] {
        assert!(PublicKey::parse(&line).is_err(), "{line}");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("key.pub");
        fs::write(&path, &line).expect("a file");
        if let Some(output) = output(Command::new("ssh-keygen").arg("-lf").arg(&path)) {
            assert!(!output.status.success(), "{line}");
        }
    }
}

const COMMENT: &str = "lhkp-hfenegt1";

/// A new key pair in two files, removed with the directory they are in.
struct KeyFiles {
    _directory: TempDir,
    private: PathBuf,
    public: PathBuf,
    public_key: PublicKey,
}

impl KeyFiles {
    fn new(generator: &Generator, key_type: KeyType) -> Self {
        let made = generator.generate(key_type, &|| true);
        let key_pair = made.expect("a key pair");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let private = directory.path().join("key");
        // As clients write it: what they were given, and nothing else.
        fs::write(&private, key_pair.private_key.expose()).expect("a file");
        // OpenSSH loads no private key that others may read.
        fs::set_permissions(&private, Permissions::from_mode(0o600)).expect("permissions");
        let public = directory.path().join("key.pub");
        let line = key_pair.public_key.authorized_keys_line(COMMENT);
        fs::write(&public, line).expect("a file");
        Self {
            _directory: directory,
            private,
            public,
            public_key: key_pair.public_key,
        }
    }

    /// Looks whether it is; `false` where there is no openssl.
    fn is_sound_to_openssl(&self) -> bool {
        let mut openssl = Command::new("openssl");
        openssl
            .args(["rsa", "-check", "-noout", "-in"])
            .arg(&self.private);
        let verdict = run(&mut openssl);
        assert!(verdict.iter().all(|verdict| verdict.contains("RSA key ok")));
        verdict.is_some()
    }

    /// Looks whether it finds our public key in our private key; `false` where there is no ssh-keygen.
    fn is_read_by_ssh_keygen(&self) -> bool {
        let found = run(Command::new("ssh-keygen").arg("-yf").arg(&self.private));
        let line = self.public_key.authorized_keys_line("");
        assert!(
            found
                .iter()
                .all(|found| found.trim_end() == line.trim_end())
        );
        found.is_some()
    }
}

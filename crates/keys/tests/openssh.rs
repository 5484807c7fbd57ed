//! The keys are judged by the tools that will load them: OpenSSH and OpenSSL.
//!
//! A machine without a tool fails its tests, unless it says `PHAROS_TEST_WITHOUT_OPENSSH=1`.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that gives real files to real tools"
)]

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use pharos_keys::{PublicKey, generate_rsa_2048};
use tempfile::TempDir;

#[test]
fn ssh_keygen_finds_our_public_key_in_our_private_key() {
    let key = KeyFiles::new();
    if let Some(found) = run(Command::new("ssh-keygen").arg("-yf").arg(&key.private)) {
        let line = key.public_key.authorized_keys_line("");
        assert_eq!(found.trim_end(), line.trim_end());
    }
}

#[test]
fn ssh_keygen_shows_our_fingerprint() {
    let key = KeyFiles::new();
    if let Some(shown) = run(Command::new("ssh-keygen").arg("-lf").arg(&key.public)) {
        let fingerprint = key.public_key.fingerprint();
        assert_eq!(shown, format!("2048 {fingerprint} {COMMENT} (RSA)\n"));
    }
}

#[test]
fn openssl_finds_our_private_key_sound() {
    let key = KeyFiles::new();
    let mut openssl = Command::new("openssl");
    if let Some(verdict) = run(openssl
        .args(["rsa", "-check", "-noout", "-in"])
        .arg(&key.private))
    {
        assert!(verdict.contains("RSA key ok"), "{verdict}");
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
    fn new() -> Self {
        let key_pair = generate_rsa_2048().expect("a key pair");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let private = directory.path().join("key");
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
}

/// What the tool prints when it succeeds; `None` where it is missing and may be.
fn run(command: &mut Command) -> Option<String> {
    let tool = command.get_program().display().to_string();
    match command.output() {
        Ok(output) => {
            let printed = String::from_utf8_lossy(&output.stdout).into_owned();
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{tool}: {printed}{complaint}");
            Some(printed)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let may_be_missing =
                std::env::var_os("PHAROS_TEST_WITHOUT_OPENSSH").is_some_and(|value| value == "1");
            assert!(
                may_be_missing,
                "`{tool}` is not installed; install it, or set PHAROS_TEST_WITHOUT_OPENSSH=1 to \
                 leave out what it judges"
            );
            // Past the test harness, which shows nothing of a test that passes.
            writeln!(io::stderr(), "skipped: `{tool}` is not installed").expect("standard error");
            None
        }
        Err(error) => panic!("`{tool}` cannot be run: {error}"),
    }
}

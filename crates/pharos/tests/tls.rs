//! `pharos serve` with TLS: what it speaks, how its certificate is replaced, and what it refuses.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use process::{Folder, SECRET_ID, SECRET_KEY, Server};
use rcgen::{CertifiedKey, KeyPair};
use rustix::process::Signal;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

/// How long a changed certificate may take until it is shown: some times what the server needs.
const RELOAD_TIME_MAX: Duration = Duration::from_secs(30);

/// Makes a certificate for this machine and writes it where the server looks.
fn write_certificate(folder: &Folder) -> CertificateDer<'static> {
    let made: CertifiedKey<KeyPair> =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (cert, key) = paths(folder);
    fs::write(cert, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
    made.cert.der().clone()
}

fn paths(folder: &Folder) -> (PathBuf, PathBuf) {
    (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    )
}

fn serve(folder: &Folder) -> Command {
    let mut serve = folder.serve();
    let (cert, key) = paths(folder);
    serve.arg("--tls-cert").arg(cert).arg("--tls-key").arg(key);
    serve
}

/// Shakes hands, trusting this certificate alone.
fn connect(
    server: &Server,
    trusted: &CertificateDer<'static>,
    alpn: &str,
    version: &'static SupportedProtocolVersion,
) -> Result<StreamOwned<ClientConnection, TcpStream>, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![alpn.as_bytes().to_vec()];
    let name = "127.0.0.1".try_into().unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let address = server.endpoint.strip_prefix("https://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    connection.complete_io(&mut stream)?;
    Ok(StreamOwned::new(connection, stream))
}

fn shows(server: &Server, certificate: &CertificateDer<'static>) -> bool {
    connect(server, certificate, "http/1.1", &TLS13).is_ok()
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < RELOAD_TIME_MAX, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn tls_1_2_and_1_3_carry_requests_and_alpn_chooses_the_http() {
    let folder = Folder::new();
    let certificate = write_certificate(&folder);
    let server = Server::start(&folder, &mut serve(&folder));
    let line = format!("--endpoint {} ", server.endpoint);
    assert!(server.out().contains(&line), "{}", server.out());
    for version in [&TLS12, &TLS13] {
        let mut stream = connect(&server, &certificate, "http/1.1", version).unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
        assert!(reply.contains("Authorization"), "{reply}");
    }
    let mut stream = connect(&server, &certificate, "h2", &TLS13).unwrap();
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    // The server's settings: a frame of type 4 on stream 0.
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).unwrap();
    assert_eq!((frame[3], &frame[5..]), (4, &[0, 0, 0, 0][..]));
}

#[test]
fn a_key_pair_is_created_over_https_by_who_trusts_the_authority() {
    let folder = Folder::new();
    write_certificate(&folder);
    let server = Server::start(&folder, &mut serve(&folder));
    let ca = folder.path().join("ca.pem");
    fs::copy(paths(&folder).0, &ca).unwrap();
    let pharos = |arguments: &[&str]| {
        let mut command = folder.pharos(arguments);
        command
            .env("PHAROS_ENDPOINT", &server.endpoint)
            .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
            .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY);
        command
    };
    let named = folder.finish(&mut pharos(&["key", "create", "a", "--tls-ca", "ca.pem"]));
    assert!(named.status.success(), "{}", named.err);
    // By the system, whose authorities a variable can name; past proxies, to this machine.
    let system = folder.finish(
        pharos(&["key", "create", "b"])
            .env("SSL_CERT_FILE", &ca)
            .env("HTTPS_PROXY", "http://127.0.0.1:1"),
    );
    assert!(system.status.success(), "{}", system.err);
    let call = ["call", "lighthouse", "CreateKeyPair", "--KeyName", "c"];
    let called = folder.finish(pharos(&call).env("PHAROS_TLS_CA", &ca));
    assert!(called.status.success(), "{}", called.err);
    let called = [&call[..4], &["d", "--tls-ca", "ca.pem"]].concat();
    let called = folder.finish(&mut pharos(&called));
    assert!(called.status.success(), "{}", called.err);

    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(&ca, other.cert.pem()).unwrap();
    let stranger = folder.finish(&mut pharos(&["key", "create", "e", "--tls-ca", "ca.pem"]));
    let sentence = stranger.sentence();
    assert!(
        sentence.contains("is not trusted; --tls-ca names"),
        "{sentence}"
    );
    assert!(!folder.path().join("e.pem").exists());
}

#[test]
fn a_new_certificate_is_shown_on_sighup_and_without_it() {
    let folder = Folder::new();
    write_certificate(&folder);
    let server = Server::start(&folder, &mut serve(&folder));
    let second = write_certificate(&folder);
    server.signal(Signal::HUP);
    wait_until("the second is shown", || shows(&server, &second));
    let third = write_certificate(&folder);
    wait_until("the third is shown", || shows(&server, &third));
    assert!(!shows(&server, &second));
}

#[test]
fn broken_files_change_nothing_and_are_a_line_of_the_log() {
    let folder = Folder::new();
    let certificate = write_certificate(&folder);
    let server = Server::start(&folder, &mut serve(&folder));
    let (cert, key) = paths(&folder);
    fs::write(&cert, "no certificate").unwrap();
    server.signal(Signal::HUP);
    wait_until("it is logged", || server.log().contains("stays in use"));
    assert!(shows(&server, &certificate));
    fs::remove_file(&key).unwrap();
    server.signal(Signal::HUP);
    wait_until("it is logged", || {
        server.log().contains("cannot read the TLS key")
    });
    assert!(shows(&server, &certificate));
    let repaired = write_certificate(&folder);
    wait_until("the repaired one is shown", || shows(&server, &repaired));
}

#[test]
fn what_is_wrong_with_the_files_is_one_sentence() {
    let folder = Folder::new();
    write_certificate(&folder);
    let (cert, key) = paths(&folder);
    let says = |command: &mut Command, part: &str| {
        let failed = folder.finish(command);
        assert!(failed.sentence().contains(part), "{}", failed.err);
    };
    says(
        folder.serve().arg("--tls-cert").arg(&cert),
        "set --tls-key too",
    );
    says(
        folder.serve().env("PHAROS_TLS_KEY", &key),
        "set --tls-cert too",
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    says(&mut serve(&folder), "can be read by everybody (mode 0644)");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(&cert, other.cert.pem()).unwrap();
    says(&mut serve(&folder), "cannot be used");
    fs::write(&cert, "").unwrap();
    says(&mut serve(&folder), "the certificate cannot be read as PEM");
    fs::remove_file(&cert).unwrap();
    says(&mut serve(&folder), "cannot read the TLS certificate");
    // The start that failed left nothing behind.
    assert!(!folder.store().exists());
}

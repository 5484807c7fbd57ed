//! What the fuzz targets share: requests that are read, and requests that are signed first, so that
//! what stands behind the signature is reached too.

use pharos_api::action::ACTIONS;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;
use pharos_protocol::http::{Headers, HttpRequest};
use pharos_protocol::keyring::Keyring;
use pharos_protocol::tc3::sign::{ToSign, sign};
use pharos_protocol::unverified::Unverified;

const NOW: i64 = 1_700_000_000;
const SECRET_KEY: &str = "the secret key of the fuzz targets";

/// Reads, and verifies with explanations, which no bytes may make panic.
pub fn read(request: &HttpRequest<'_>) {
    let _ = (request.language(), request.hint("Action"), request.hint("Region"));
    let _ = request.version_hint();
    if let Ok(unverified) = Unverified::read(request) {
        let now = Timestamp::from_unix_seconds(NOW).expect("a time that can be printed");
        let keyring = Keyring::new(SecretKey::new(SECRET_KEY));
        let _ = unverified.stages();
        if let Err(refused) = unverified.judge(&keyring, now) {
            let _ = refused.explain(&keyring);
        }
    }
}

/// A request out of raw bytes: the first line, header lines, an empty line, the body.
pub fn read_raw(bytes: &[u8]) {
    let (head, body) = split(bytes, b"\r\n\r\n");
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or("/"));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name, value.as_bytes()))
        .collect();
    read(&HttpRequest { method, path, query, headers: Headers(&headers), body });
}

/// Signs a call of each action, reads its parameters and decodes them.
pub fn decode(method: &str, content_type: &str, query: &str, body: &[u8]) {
    let now = Timestamp::from_unix_seconds(NOW).expect("a time that can be printed");
    let secret_key = SecretKey::new(SECRET_KEY);
    let secret_id = SecretId::parse("AKIDfuzz").expect("a SecretId");
    let to_sign = ToSign {
        method,
        query,
        headers: &[("content-type", content_type), ("host", "127.0.0.1")],
        body: if method == "GET" { b"" } else { body },
        service: "lighthouse",
        timestamp: now,
    };
    let authorization = sign(&to_sign, &secret_id, &secret_key).authorization;
    let keyring = Keyring::new(secret_key);
    for action in ACTIONS {
        let headers = [
            ("Authorization", authorization.as_str()),
            ("Content-Type", content_type),
            ("Host", "127.0.0.1"),
            ("X-TC-Action", action.name),
            ("X-TC-Version", action.product.version),
            ("X-TC-Timestamp", "1700000000"),
            ("X-TC-Region", "ap-guangzhou"),
        ]
        .map(|(name, value)| (name, value.as_bytes()));
        let request = HttpRequest { method, path: "/", query, headers: Headers(&headers), body };
        let Ok(unverified) = Unverified::read(&request) else { continue };
        let verified = unverified.verify(&keyring, now).ok().expect("it was signed so");
        if let Ok(parameters) = verified.parameters(action) {
            let _ = (action.decode)(parameters).is_ok();
        }
    }
}

/// What stands before and after the first `mark`.
pub fn split<'a>(bytes: &'a [u8], mark: &[u8]) -> (&'a [u8], &'a [u8]) {
    match bytes.windows(mark.len()).position(|window| window == mark) {
        Some(at) => (&bytes[..at], &bytes[at + mark.len()..]),
        None => (bytes, b""),
    }
}

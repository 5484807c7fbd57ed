//! What a person is shown of a request: the texts that its signature is checked against, and no secret.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;
use pharos_protocol::http::{Headers, HttpRequest};
use pharos_protocol::keyring::Keyring;
use pharos_protocol::stages::Stages;
use pharos_protocol::tc3::sign::{Signed, ToSign, sign};
use pharos_protocol::unverified::Unverified;
use pharos_protocol::v1;
use pharos_protocol::v1::signature_method::SignatureMethod;

const SECRET_KEY: &str = "the right secret key";
const NOW: i64 = 1_700_000_000;
const FORM: &str = "application/x-www-form-urlencoded";

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(NOW).unwrap()
}

fn text<'s>(stages: &'s Stages, name: &str) -> &'s str {
    let found = stages.texts.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| text.as_str()).expect("it is shown")
}

/// What is shown of a request before its signature is looked at, and after it was found right.
fn shown(request: &HttpRequest<'_>) -> [Stages; 2] {
    let unverified = Unverified::read(request).unwrap();
    let before = unverified.stages();
    let keyring = Keyring::new(SecretKey::new(SECRET_KEY));
    let judged = unverified.judge(&keyring, now());
    let (_, after) = judged.map_err(|refused| refused.error).unwrap();
    [before, after]
}

/// A GET that its client signed with these headers beside the content type.
fn get(query: &str, host: &str, others: &[(&str, &str)]) -> (Signed, [Stages; 2]) {
    let signed_host = host.split(':').next().unwrap();
    let mut headers = vec![("content-type", FORM), ("host", signed_host)];
    headers.extend(others);
    let signed = sign(
        &ToSign {
            method: "GET",
            query,
            headers: &headers,
            body: b"",
            service: "lighthouse",
            timestamp: now(),
        },
        &SecretId::parse("AKIDtest").unwrap(),
        &SecretKey::new(SECRET_KEY),
    );
    let mut sent = vec![
        ("Authorization", signed.authorization.as_str()),
        ("Content-Type", FORM),
        ("Host", host),
        ("X-TC-Action", "DescribeRegions"),
        ("X-TC-Version", "2020-03-24"),
        ("X-TC-Timestamp", "1700000000"),
    ];
    sent.extend(others);
    let sent: Vec<_> = sent.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
    let shown = shown(&HttpRequest {
        method: "GET",
        path: "/",
        query,
        headers: Headers(&sent),
        body: b"",
    });
    (signed, shown)
}

#[test]
fn what_is_shown_is_what_the_client_signed() {
    let (signed, shown) = get("Limit=1", "localhost", &[]);
    for stages in shown {
        assert_eq!(stages.version, "TC3-HMAC-SHA256");
        let canonical_request = text(&stages, "canonical_request");
        assert_eq!(canonical_request, signed.canonical_request.as_str());
        let string_to_sign = text(&stages, "string_to_sign");
        assert_eq!(string_to_sign, signed.string_to_sign.as_str());
    }
    // This client signs the host without its port: that is seen when the signature is found right.
    let (signed, [before, after]) = get("Limit=1", "localhost:8324", &[]);
    assert!(text(&before, "canonical_request").contains("host:localhost:8324\n"));
    let canonical_request = text(&after, "canonical_request");
    assert_eq!(canonical_request, signed.canonical_request.as_str());
}

#[test]
fn no_secret_of_version_3_is_shown() {
    let headers = [("cookie", "session=crumbs"), ("x-tc-token", "ticket")];
    let (signed, shown) = get("Password=opensesame&Limit=1", "localhost", &headers);
    for stages in shown {
        let expected = signed
            .canonical_request
            .as_str()
            .replace("session=crumbs", "***")
            .replace("ticket", "***")
            .replace("opensesame", "***");
        assert_eq!(text(&stages, "canonical_request"), expected);
        let string_to_sign = text(&stages, "string_to_sign");
        assert_eq!(string_to_sign, signed.string_to_sign.as_str());
    }
}

#[test]
fn a_source_string_is_shown_without_its_token_and_without_what_is_as_long_as_a_key() {
    let private_key = format!("-----BEGIN PRIVATE KEY-----{}", "k".repeat(64));
    let parameters = [
        ("Action", "ImportKeyPair"),
        ("KeyName", "名 字"),
        ("Nonce", "7"),
        ("PublicKey", &private_key),
        ("SecretId", "AKIDtest"),
        ("Timestamp", "1700000000"),
        ("Token", "ticket"),
        ("Version", "2020-03-24"),
    ];
    let signed = v1::sign::sign(
        "POST",
        "localhost",
        &parameters,
        SignatureMethod::HmacSha1,
        &SecretKey::new(SECRET_KEY),
    );
    let encode = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    };
    let signature = [("Signature", signed.signature.as_str())];
    let pairs = parameters
        .iter()
        .chain(&signature)
        .map(|(name, value)| format!("{name}={}", encode(value)));
    let body = pairs.collect::<Vec<_>>().join("&");
    let shown = shown(&HttpRequest {
        method: "POST",
        path: "/",
        query: "",
        headers: Headers(&[("Content-Type", FORM.as_bytes()), ("Host", b"localhost")]),
        body: body.as_bytes(),
    });
    for stages in shown {
        assert_eq!(stages.version, "HmacSHA1");
        let source_string = signed.source_string.as_str();
        let expected = source_string
            .replace(&private_key, "***")
            .replace("ticket", "***");
        assert_eq!(text(&stages, "source_string"), expected);
        assert_eq!(stages.texts.len(), 1);
    }
}

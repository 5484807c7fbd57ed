//! A signature that does not match is told why: the one part that the client signed otherwise.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use pharos_api::code::Code;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::ApiError;
use pharos_api::time::Timestamp;
use pharos_protocol::http::{Headers, HttpRequest};
use pharos_protocol::keyring::Keyring;
use pharos_protocol::tc3::sign::{ToSign, sign};
use pharos_protocol::unverified::Unverified;
use pharos_protocol::v1;
use pharos_protocol::v1::signature_method::SignatureMethod;

const SECRET_KEY: &str = "the right secret key";
const NOW: i64 = 1_700_000_000;

/// What a client signs, and what it sends.
#[derive(Clone)]
struct Parts {
    method: &'static str,
    host: &'static str,
    content_type: &'static str,
    body: &'static str,
    query: &'static str,
    secret_key: &'static str,
    service: &'static str,
}

const POST: Parts = Parts {
    method: "POST",
    host: "127.0.0.1:8324",
    content_type: "application/json; charset=gbk",
    body: r#"{"KeyName": "钥匙"}"#,
    query: "",
    secret_key: SECRET_KEY,
    service: "lighthouse",
};

const GET: Parts = Parts {
    method: "GET",
    content_type: "application/x-www-form-urlencoded; charset=gbk",
    body: "",
    query: "KeyName=b+c&Action=a",
    ..POST
};

fn explain(signed: &Parts, sent: &Parts) -> ApiError {
    let signature = sign(
        &ToSign {
            method: signed.method,
            query: signed.query,
            headers: &[("content-type", signed.content_type), ("host", signed.host)],
            body: signed.body.as_bytes(),
            service: signed.service,
            timestamp: Timestamp::from_unix_seconds(NOW).unwrap(),
        },
        &SecretId::parse("AKIDtest").unwrap(),
        &SecretKey::new(signed.secret_key),
    );
    let authorization = signature.authorization.replace(
        &format!("/{}/tc3_request", signed.service),
        &format!("/{}/tc3_request", sent.service),
    );
    let headers = [
        ("Authorization", authorization.as_str()),
        ("Content-Type", sent.content_type),
        ("Host", sent.host),
        ("X-TC-Action", "CreateKeyPair"),
        ("X-TC-Version", "2020-03-24"),
        ("X-TC-Timestamp", "1700000000"),
        ("X-TC-Region", "ap-tokyo"),
    ]
    .map(|(name, value)| (name, value.as_bytes()));
    let request = HttpRequest {
        method: sent.method,
        path: "/",
        query: sent.query,
        headers: Headers(&headers),
        body: sent.body.as_bytes(),
    };
    verify(&request)
}

fn verify(request: &HttpRequest<'_>) -> ApiError {
    let now = Timestamp::from_unix_seconds(NOW).unwrap();
    let keyring = Keyring::new(SecretKey::new(SECRET_KEY));
    let judged = Unverified::read(request).unwrap().judge(&keyring, now);
    let refused = judged.err().expect("should be refused");
    match refused.explain(&keyring) {
        None => refused.error,
        Some(why) => refused.error.with_help(&why),
    }
}

fn says(signed: &Parts, sent: &Parts, part: &str) {
    let error = explain(signed, sent);
    assert_eq!(error.code, Code::SignatureFailure);
    let (english, chinese) = (error.message.en, error.message.zh);
    assert!(
        english.starts_with("The provided credentials could not be validated."),
        "{english}"
    );
    assert!(english.contains(part), "{english}");
    assert!(chinese.chars().count() > 30, "{chinese}");
    for text in [&english, &chinese] {
        assert!(!text.contains(SECRET_KEY), "{text}");
        assert!(
            !text
                .chars()
                .collect::<Vec<_>>()
                .windows(64)
                .any(|w| w.iter().all(char::is_ascii_hexdigit)),
            "{text}"
        );
    }
}

#[test]
fn the_host_that_was_signed_is_named() {
    let host = |host| Parts { host, ..POST };
    says(
        &host("localhost"),
        &POST,
        r#"the host: you signed "localhost", the request says "127.0.0.1:8324""#,
    );
    says(
        &host("localhost:8324"),
        &POST,
        r#"you signed "localhost:8324""#,
    );
    says(
        &host("http://127.0.0.1:8324"),
        &POST,
        r#"you signed "http://127.0.0.1:8324""#,
    );
    says(
        &host("lighthouse.tencentcloudapi.com"),
        &POST,
        r#"you signed "lighthouse.tencentcloudapi.com""#,
    );
    says(
        &host("lighthouse.ap-tokyo.tencentcloudapi.com"),
        &POST,
        "lighthouse.ap-tokyo.tencentcloudapi.com",
    );
}

#[test]
fn the_content_type_that_was_signed_is_named() {
    let signed = Parts {
        content_type: "application/json",
        ..POST
    };
    let part = r#"the content type: you signed "application/json", the request says "application/json; charset=gbk""#;
    says(&signed, &POST, part);
}

#[test]
fn the_body_that_was_hashed_is_named() {
    let body = |body| Parts { body, ..POST };
    says(&body(""), &POST, "the hash is of an empty body");
    says(
        &body(r#"{"KeyName":"钥匙"}"#),
        &POST,
        "the same JSON written another way",
    );
    says(
        &body(r#"{"KeyName": "\u94a5\u5319"}"#),
        &POST,
        "the same JSON written another way",
    );
    says(
        &POST,
        &body("{\"KeyName\": \"钥匙\"}\n"),
        "without the white space around it",
    );
    says(&body("UNSIGNED-PAYLOAD"), &POST, "`X-TC-Content-SHA256`");
}

#[test]
fn the_query_that_was_signed_is_named() {
    let query = |query| Parts { query, ..GET };
    says(&query("Action=a&KeyName=b+c"), &GET, "was put in order");
    says(
        &query("KeyName=b%20c&Action=a"),
        &GET,
        "`%20` in the signature",
    );
    says(&query("KeyName=b c&Action=a"), &GET, "not percent-encoded");
    says(&query(""), &GET, "the query is not signed");
}

#[test]
fn the_service_and_the_secret_are_named() {
    says(
        &POST,
        &Parts {
            service: "cvm",
            ..POST
        },
        r#"the service of the scope: you signed "lighthouse", the request says "cvm""#,
    );
    says(
        &Parts {
            secret_key: "the right secret key\n",
            ..POST
        },
        &POST,
        "a line feed at its end",
    );
    says(
        &Parts {
            secret_key: "another secret",
            ..POST
        },
        &POST,
        "most likely the SecretKey",
    );
}

#[test]
fn two_faults_at_once_are_not_guessed_at() {
    let signed = Parts {
        host: "localhost",
        body: "",
        ..POST
    };
    says(&signed, &POST, "most likely the SecretKey");
}

/// The parameters of a version 1 request, and what is signed of them.
fn explain_version_1(
    http_method: &str,
    host: &str,
    signed_values: [&str; 2],
    secret_key: &str,
    method: SignatureMethod,
) -> String {
    let parameters = |value| {
        [
            ("Action", "CreateKeyPair"),
            ("KeyName", value),
            ("Nonce", "7"),
            ("SecretId", "AKIDtest"),
            ("SignatureMethod", "HmacSHA256"),
            ("Timestamp", "1700000000"),
            ("Version", "2020-03-24"),
        ]
    };
    let [signed, sent] = signed_values;
    let signature = v1::sign::sign(
        http_method,
        host,
        &parameters(signed),
        method,
        &SecretKey::new(secret_key),
    );
    let signature = signature
        .signature
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let pairs: Vec<_> = parameters(sent)
        .map(|(name, value)| format!("{name}={value}"))
        .to_vec();
    let body = format!("{}&Signature={signature}", pairs.join("&"));
    let headers = [
        ("Host", "127.0.0.1:8324"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ]
    .map(|(name, value)| (name, value.as_bytes()));
    let request = HttpRequest {
        method: "POST",
        path: "/",
        query: "",
        headers: Headers(&headers),
        body: body.as_bytes(),
    };
    let error = verify(&request);
    assert_eq!(error.code, Code::SignatureFailure);
    error.message.en.into_owned()
}

#[test]
fn version_1_is_explained_too() {
    let sha256 = SignatureMethod::HmacSha256;
    let host = "127.0.0.1:8324";
    let plain = ["a", "a"];
    for (message, part) in [
        (
            explain_version_1("POST", "localhost", plain, SECRET_KEY, sha256),
            r#"the host: you signed "localhost""#,
        ),
        (
            explain_version_1("GET", host, plain, SECRET_KEY, sha256),
            r#"the method: you signed "GET""#,
        ),
        (
            explain_version_1("POST", host, plain, SECRET_KEY, SignatureMethod::HmacSha1),
            r#"you signed "HmacSHA1""#,
        ),
        (
            explain_version_1("POST", host, ["a%20b", "a%20b"], SECRET_KEY, sha256),
            "percent-encoded in the signature",
        ),
        (
            explain_version_1("POST", host, plain, " the right secret key", sha256),
            "a space before it",
        ),
        (
            explain_version_1("POST", host, plain, "another", sha256),
            "most likely the SecretKey",
        ),
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

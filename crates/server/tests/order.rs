//! The order of checks, as docs/order-of-checks.md lists it: of several faults the first is told.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::cell::Cell;

use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;
use pharos_protocol::v1::signature_method::SignatureMethod;
use pharos_testkit::TestServer;
use pharos_testkit::clock::START;
use pharos_testkit::request::{TestReply, TestRequest, send};
use pharos_testkit::version_1::Version1Request;

const DOCUMENT: &str = include_str!("../../../docs/order-of-checks.md");

/// One row of the list: how a request comes not to pass it, and what it is then told. A fault leaves
/// the later ones in place, so that a request can have them all.
struct Check<R> {
    name: &'static str,
    spoil: fn(R) -> R,
    code: &'static str,
    says: &'static str,
}

/// The longest that a body and a query may be, and one more.
const TOO_LONG_BODY: usize = 10 * 1024 * 1024 + 1;
const TOO_LONG_QUERY: usize = 32 * 1024 + 1;

/// An `Authorization` that names a header which is not there, with every fault of the later rows.
const AUTHORIZATION: &str = "TC3-HMAC-SHA256 Credential=AKIDnobody/2026-11-24/cvm/tc3_request, \
     SignedHeaders=content-type;host;x-absent, \
     Signature=0000000000000000000000000000000000000000000000000000000000000000";

const VERSION_3: &[Check<TestRequest>] = &[
    Check {
        name: "size of the body",
        spoil: |request| request.with(|request| request.body = vec![b' '; TOO_LONG_BODY]),
        code: "RequestSizeLimitExceeded",
        says: "the body",
    },
    Check {
        name: "method",
        spoil: |request| request.with(|request| request.method = "PUT".to_owned()),
        code: "UnsupportedProtocol",
        says: "The method `PUT`",
    },
    Check {
        name: "size of the query",
        spoil: |request| request.with(|request| request.target = long_target()),
        code: "RequestSizeLimitExceeded",
        says: "the query",
    },
    Check {
        name: "signed at all",
        spoil: |request| {
            let request = request.header("Authorization", None);
            request.with(|request| request.is_signed = false)
        },
        code: "MissingParameter",
        says: "`Authorization`",
    },
    Check {
        name: "form of `Authorization`",
        spoil: |request| request.header("Authorization", Some("TC3-HMAC-SHA256 nothing")),
        code: "AuthFailure.InvalidAuthorization",
        says: "`nothing`",
    },
    Check {
        name: "signed headers",
        spoil: |request| request.header("Authorization", Some(AUTHORIZATION)),
        code: "AuthFailure.InvalidAuthorization",
        says: "`x-absent`",
    },
    Check {
        name: "content type",
        spoil: |request| request.with(|request| request.content_type = "text/plain".to_owned()),
        code: "UnsupportedProtocol",
        says: "Content-Type=`text/plain`",
    },
    Check {
        name: "action given",
        spoil: |request| request.header("X-TC-Action", None),
        code: "MissingParameter",
        says: "`Action`",
    },
    Check {
        name: "version given",
        spoil: |request| request.header("X-TC-Version", None),
        code: "MissingParameter",
        says: "`Version`",
    },
    Check {
        name: "timestamp given",
        spoil: |request| request.header("X-TC-Timestamp", Some("now")),
        code: "InvalidParameter",
        says: "`Timestamp`",
    },
    Check {
        name: "SecretId",
        spoil: |request| signed_by(request, "AKIDnobody"),
        code: "AuthFailure.SecretIdNotFound",
        says: "The SecretId is not found",
    },
    Check {
        name: "clock",
        spoil: |request| request.header("X-TC-Timestamp", Some(&(START - 301).to_string())),
        code: "AuthFailure.SignatureExpire",
        says: "301 seconds",
    },
    Check {
        name: "date of the scope",
        spoil: |request| {
            let day_before = Timestamp::from_unix_seconds(START - 86_400).unwrap();
            request.with(|request| request.time = day_before)
        },
        code: "AuthFailure.SignatureFailure",
        says: "derive the date in UTC",
    },
    Check {
        name: "signature",
        spoil: |request| request.with(|request| request.secret_key = SecretKey::new("another")),
        code: "AuthFailure.SignatureFailure",
        says: "check your signature is correct",
    },
    Check {
        name: "token",
        spoil: |request| request.header("X-TC-Token", Some("stale")),
        code: "AuthFailure.TokenFailure",
        says: "Token verification failed",
    },
    Check {
        name: "product",
        spoil: |request| request.with(|request| request.service = "cvm".to_owned()),
        code: "NoSuchProduct",
        says: "`cvm`",
    },
    Check {
        name: "version",
        spoil: |request| request.header("X-TC-Version", Some("2017-03-12")),
        code: "NoSuchVersion",
        says: "`2017-03-12`",
    },
    Check {
        name: "action",
        spoil: |request| request.header("X-TC-Action", Some("Nothing")),
        code: "InvalidAction",
        says: "`Nothing`",
    },
    Check {
        name: "region",
        spoil: |request| request.header("X-TC-Region", Some("mars-1")),
        code: "InvalidParameterValue",
        says: "`mars-1`",
    },
    Check {
        name: "rate",
        spoil: |request| request.header("X-TC-Region", Some(BUSY_REGION)),
        code: "RequestLimitExceeded",
        says: "exceeds the frequency limit",
    },
    Check {
        name: "parameters",
        spoil: |request| with_body(request, r#"{"KeyName": "taken", "Unknown": 1}"#),
        code: "UnknownParameter",
        says: "`Unknown`",
    },
    Check {
        name: "permission",
        spoil: |request| signed_by(request, "AKIDuser2"),
        code: "UnauthorizedOperation.NoPermission",
        says: "has no permission",
    },
    Check {
        name: "what the action finds",
        spoil: |request| with_body(request, r#"{"KeyName": "taken"}"#),
        code: "InvalidParameterValue.DuplicateParameterValue",
        says: "`taken`",
    },
];

const VERSION_1: &[Check<Version1Request>] = &[
    Check {
        name: "size of the body",
        spoil: |request| request.set("RequestClient", Some(&"k".repeat(TOO_LONG_BODY))),
        code: "RequestSizeLimitExceeded",
        says: "the body",
    },
    Check {
        name: "method",
        spoil: |request| request.with(|request| request.http_method = "PUT"),
        code: "UnsupportedProtocol",
        says: "The method `PUT`",
    },
    Check {
        name: "size of the query",
        spoil: |request| request.with(|request| request.target = long_target()),
        code: "RequestSizeLimitExceeded",
        says: "the query",
    },
    Check {
        name: "signed at all",
        spoil: |request| {
            let request = request.set("SecretId", None);
            request.with(|request| request.is_signed = false)
        },
        code: "MissingParameter",
        says: "`Authorization`",
    },
    Check {
        name: "content type",
        spoil: |request| request.with(|request| request.content_type = "text/plain"),
        code: "UnsupportedProtocol",
        says: "Content-Type=`text/plain`",
    },
    Check {
        name: "size of a version 1 body",
        spoil: |request| request.set("RequestClient", Some(&"k".repeat(1024 * 1024))),
        code: "AuthFailure.SignatureFailure",
        says: "because of exceeding request size limit",
    },
    Check {
        name: "form encoding",
        spoil: |request| {
            let again = ("Language".to_owned(), "en-US".to_owned());
            request.with(|request| request.parameters.push(again))
        },
        code: "InvalidParameter",
        says: "`Language` stands more than once",
    },
    Check {
        name: "action given",
        spoil: |request| request.set("Action", None),
        code: "MissingParameter",
        says: "`Action`",
    },
    Check {
        name: "version given",
        spoil: |request| request.set("Version", None),
        code: "MissingParameter",
        says: "`Version`",
    },
    Check {
        name: "timestamp given",
        spoil: |request| request.set("Timestamp", Some("now")),
        code: "InvalidParameter",
        says: "`Timestamp`",
    },
    Check {
        name: "nonce given",
        spoil: |request| request.set("Nonce", Some("x")),
        code: "InvalidParameter",
        says: "`Nonce`",
    },
    Check {
        name: "SecretId given",
        spoil: |request| request.set("SecretId", None),
        code: "MissingParameter",
        says: "`SecretId`",
    },
    Check {
        name: "form of the signature",
        spoil: |request| request.with(|request| request.signature_end = "*"),
        code: "AuthFailure.SignatureFailure",
        says: "It should be Base64.",
    },
    Check {
        name: "SecretId",
        spoil: |request| request.set("SecretId", Some("AKIDnobody")),
        code: "AuthFailure.SecretIdNotFound",
        says: "The SecretId is not found",
    },
    Check {
        name: "clock",
        spoil: |request| request.set("Timestamp", Some(&(START - 301).to_string())),
        code: "AuthFailure.SignatureExpire",
        says: "301 seconds",
    },
    Check {
        name: "signature",
        spoil: |request| request.with(|request| request.method = SignatureMethod::HmacSha1),
        code: "AuthFailure.SignatureFailure",
        says: "check your signature is correct",
    },
    Check {
        name: "repetition",
        spoil: |request| request.set("Nonce", Some(USED_NONCE)),
        code: "AuthFailure.SignatureExpire",
        says: "was used before",
    },
    Check {
        name: "token",
        spoil: |request| request.set("Token", Some("stale")),
        code: "AuthFailure.TokenFailure",
        says: "Token verification failed",
    },
    Check {
        name: "product",
        spoil: |request| {
            let host = "cvm.tencentcloudapi.com".to_owned();
            request.with(|request| request.host = host)
        },
        code: "NoSuchProduct",
        says: "`cvm`",
    },
    Check {
        name: "version",
        spoil: |request| request.set("Version", Some("2017-03-12")),
        code: "NoSuchVersion",
        says: "`2017-03-12`",
    },
    Check {
        name: "action",
        spoil: |request| request.set("Action", Some("Nothing")),
        code: "InvalidAction",
        says: "`Nothing`",
    },
    Check {
        name: "region",
        spoil: |request| request.set("Region", Some("mars-1")),
        code: "InvalidParameterValue",
        says: "`mars-1`",
    },
    Check {
        name: "rate",
        spoil: |request| request.set("Region", Some(BUSY_REGION)),
        code: "RequestLimitExceeded",
        says: "exceeds the frequency limit",
    },
    Check {
        name: "parameters",
        spoil: |request| request.set("Unknown", Some("1")),
        code: "UnknownParameter",
        says: "`Unknown`",
    },
    Check {
        name: "permission",
        spoil: |request| request.set("SecretId", Some("AKIDuser2")),
        code: "UnauthorizedOperation.NoPermission",
        says: "has no permission",
    },
    Check {
        name: "what the action finds",
        spoil: |request| request.set("KeyName", Some("taken")),
        code: "InvalidParameterValue.DuplicateParameterValue",
        says: "`taken`",
    },
];

/// Where root has called as often as it may.
const BUSY_REGION: &str = "ap-tokyo";

/// What root and the user have signed with already.
const USED_NONCE: &str = "0";

fn long_target() -> String {
    format!("/?{}", "q".repeat(TOO_LONG_QUERY))
}

fn signed_by(request: TestRequest, secret_id: &str) -> TestRequest {
    let secret_id = SecretId::parse(secret_id).unwrap();
    request.with(|request| request.secret_id = secret_id)
}

fn with_body(request: TestRequest, body: &str) -> TestRequest {
    request.with(|request| request.body = body.as_bytes().to_vec())
}

/// A server where every check can fail.
fn server() -> TestServer {
    let server = TestServer::start();
    assert_eq!(server.send(&server.create_key_pair("taken")).code(), None);
    for _ in 0..20 {
        let busy = server.create_key_pair("");
        server.send(&busy.header("X-TC-Region", Some(BUSY_REGION)));
    }
    server.add_user(2, &[]);
    for secret_id in ["AKIDroot", "AKIDuser2"] {
        let request = server.version_1("", 0).set("SecretId", Some(secret_id));
        let code = send(server.address, &request.bytes()).code();
        let expected = "InvalidParameterValue.InvalidKeyPairNameEmpty";
        assert_eq!(code.as_deref(), Some(expected));
    }
    server
}

/// Each check is proven before the next one alone, and before all that follow together.
fn prove<R>(checks: &[Check<R>], good: impl Fn() -> R, send: impl Fn(R) -> TestReply) {
    for (at, first) in checks.iter().enumerate() {
        let rest = &checks[at..];
        for faults in [&rest[..1], &rest[..rest.len().min(2)], rest] {
            // The last one first: where two faults have one place, as both regions have, the one that
            // is told is there.
            let spoiled = faults.iter().rev();
            let reply = send(spoiled.fold(good(), |request, fault| (fault.spoil)(request)));
            let names: Vec<_> = faults.iter().map(|fault| fault.name).collect();
            let message = reply.message();
            let code = reply.code();
            // What the document says below its table: a token comes before the SecretId that nobody has.
            let told = match names.as_slice() {
                ["SecretId", rest @ ..] if rest.contains(&"token") => {
                    checks.iter().find(|check| check.name == "token").unwrap()
                }
                _ => first,
            };
            assert_eq!(code.as_deref(), Some(told.code), "{names:?}: {message}");
            assert!(message.contains(told.says), "{names:?}: {message}");
        }
    }
}

#[test]
fn the_first_fault_is_told_in_version_3() {
    let server = server();
    prove(
        VERSION_3,
        || server.create_key_pair("a"),
        |request| server.send(&request),
    );
}

#[test]
fn the_first_fault_is_told_in_version_1() {
    let server = server();
    let nonce = Cell::new(0);
    prove(
        VERSION_1,
        || {
            nonce.set(nonce.get() + 1);
            server.version_1("a", nonce.get())
        },
        |request| send(server.address, &request.bytes()),
    );
}

/// The names and codes of one column of the document's table, without the rows that it does not have.
fn documented(column: usize) -> Vec<(&'static str, &'static str)> {
    let (_, table) = DOCUMENT.split_once("|---|---|---|\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with("| "));
    let cells = rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].split(':').next().unwrap(), cells[column])
    });
    cells.filter(|(_, codes)| *codes != "–").collect()
}

#[test]
fn the_document_lists_what_is_proven_here() {
    fn compare<R>(checks: &[Check<R>], documented: &[(&str, &str)]) {
        let names: Vec<_> = documented.iter().map(|(name, _)| *name).collect();
        let proven: Vec<_> = checks.iter().map(|check| check.name).collect();
        assert_eq!(proven, names);
        for (check, (name, codes)) in checks.iter().zip(documented) {
            let is_listed = codes.contains(&format!("`{}`", check.code));
            assert!(is_listed || codes.ends_with("the action's own"), "{name}");
        }
    }
    compare(VERSION_3, &documented(1));
    compare(VERSION_1, &documented(2));
}

#[test]
fn a_json_body_is_an_object_with_known_names_and_then_fields_in_their_order() {
    let server = TestServer::start();
    for (body, code) in [
        ("[7", "InvalidParameter"),
        (
            r#"{"Tags": 7, "KeyName": 7, "Unknown": 7}"#,
            "UnknownParameter",
        ),
        (r#"{"Tags": 7}"#, "MissingParameter"),
        (
            r#"{"Tags": 7, "KeyName": ""}"#,
            "InvalidParameterValue.InvalidKeyPairNameEmpty",
        ),
        (r#"{"Tags": 7, "KeyName": "a"}"#, "InvalidParameter"),
    ] {
        let reply = server.send(&server.request(body));
        assert_eq!(reply.code().as_deref(), Some(code), "{body}");
    }
}

#[test]
fn who_is_not_verified_uses_up_no_rate() {
    let server = TestServer::start();
    for _ in 0..30 {
        let other = SecretKey::new("another secret");
        server.send(
            &server
                .create_key_pair("a")
                .with(|request| request.secret_key = other),
        );
    }
    assert_eq!(server.send(&server.create_key_pair("a")).code(), None);
}

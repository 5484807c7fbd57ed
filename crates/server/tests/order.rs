//! The order of checks, as the crate's documentation lists it: a request with every fault from some
//! point on is refused for the first of them.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use pharos_api::credential::SecretKey;
use pharos_testkit::TestServer;
use pharos_testkit::request::TestRequest;

/// A fault of a request, and the code that it is refused with.
type Fault = (&'static str, fn(TestRequest) -> TestRequest, &'static str);

/// In the order in which they are found.
const FAULTS: &[Fault] = &[
    (
        "method",
        |request| request.with(|request| request.method = "PUT".to_owned()),
        "UnsupportedProtocol",
    ),
    (
        "Authorization",
        |request| request.header("Authorization", Some("TC3-HMAC-SHA256 nothing")),
        "AuthFailure.InvalidAuthorization",
    ),
    (
        "content type",
        |request| request.with(|request| request.content_type = "text/plain".to_owned()),
        "UnsupportedProtocol",
    ),
    (
        "timestamp",
        |request| request.header("X-TC-Timestamp", None),
        "MissingParameter",
    ),
    (
        "signature",
        |request| request.with(|request| request.secret_key = SecretKey::new("another secret")),
        "AuthFailure.SignatureFailure",
    ),
    (
        "token",
        |request| request.header("X-TC-Token", Some("stale")),
        "AuthFailure.TokenFailure",
    ),
    (
        "product",
        |request| request.with(|request| request.service = "cvm".to_owned()),
        "NoSuchProduct",
    ),
    (
        "version",
        |request| request.header("X-TC-Version", Some("2017-03-12")),
        "NoSuchVersion",
    ),
    (
        "action",
        |request| request.header("X-TC-Action", Some("Nothing")),
        "InvalidAction",
    ),
    (
        "region",
        |request| request.header("X-TC-Region", Some("mars-1")),
        "InvalidParameterValue",
    ),
    (
        "parameters",
        |request| request.with(|request| request.body = br#"{"KeyName": 7}"#.to_vec()),
        "InvalidParameter",
    ),
];

#[test]
fn the_first_fault_is_the_one_that_is_told() {
    let server = TestServer::start();
    for first in 0..FAULTS.len() {
        let mut request = server.create_key_pair("a");
        for (_, spoil, _) in &FAULTS[first..] {
            request = spoil(request);
        }
        let (name, _, code) = FAULTS[first];
        let reply = server.send(&request);
        assert_eq!(
            reply.code().as_deref(),
            Some(code),
            "{name}: {}",
            reply.message()
        );
    }
}

#[test]
fn a_refused_rate_is_told_before_the_parameters_and_after_the_region() {
    let server = TestServer::start();
    for _ in 0..20 {
        server.send(&server.create_key_pair(""));
    }
    let limited = Some("RequestLimitExceeded");
    assert_eq!(server.send(&server.request("{")).code().as_deref(), limited);
    let elsewhere = server
        .create_key_pair("a")
        .header("X-TC-Region", Some("mars-1"));
    assert_eq!(
        server.send(&elsewhere).code().as_deref(),
        Some("InvalidParameterValue")
    );
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

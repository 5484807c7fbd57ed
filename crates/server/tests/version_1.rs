//! Version 1 signatures over the wire.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use pharos_protocol::v1::signature_method::SignatureMethod;
use pharos_testkit::TestServer;
use pharos_testkit::request::{TestReply, send};
use pharos_testkit::version_1::Version1Request;

fn sent(server: &TestServer, request: &Version1Request) -> TestReply {
    send(server.address, &request.bytes())
}

#[test]
fn both_macs_are_taken_over_get_and_post() {
    let server = TestServer::start();
    let mut nonce = 0;
    for http_method in ["GET", "POST"] {
        for (name, method) in [
            ("HmacSHA1", SignatureMethod::HmacSha1),
            ("HmacSHA256", SignatureMethod::HmacSha256),
        ] {
            nonce += 1;
            let request = server
                .version_1(&format!("v1_{nonce}"), nonce)
                .with(|request| {
                    request.http_method = http_method;
                    request.method = method;
                });
            let reply = sent(&server, &request.set("SignatureMethod", Some(name)));
            assert_eq!(
                reply.code(),
                None,
                "{http_method} {name}: {}",
                reply.message()
            );
        }
    }
    // Absent, it is SHA-1.
    let request = server
        .version_1("no_method", 9)
        .set("SignatureMethod", None);
    let request = request.with(|request| request.method = SignatureMethod::HmacSha1);
    assert_eq!(sent(&server, &request).code(), None);
}

#[test]
fn every_clients_quirk_is_taken() {
    let server = TestServer::start();
    let quirks: [fn(&mut Version1Request); 6] = [
        |request| request.signature_end = "\n",
        |request| request.content_type = "application/x-www-form-urlencoded; charset=utf-8",
        |request| request.plus_for_space = false,
        |request| request.host = format!("http://{}", request.host),
        |request| *request = request.clone().set("Nonce", Some("9223372036854775807")),
        |request| {
            *request = request
                .clone()
                .set("Tags.0.Key", Some("a b"))
                .set("Tags.0.Value", Some("中文~*+&="));
        },
    ];
    for (index, quirk) in quirks.into_iter().enumerate() {
        let request = server
            .version_1(&format!("quirk_{index}"), index as u64)
            .with(quirk);
        let reply = sent(&server, &request);
        assert_eq!(reply.code(), None, "{index}: {}", reply.message());
    }
    let tags = &server
        .key_pairs()
        .into_iter()
        .find(|kept| kept.key_name.as_str() == "quirk_5");
    assert_eq!(tags.as_ref().unwrap().tags.as_slice()[0].value, "中文~*+&=");
}

/// Python's asynchronous client signs `True`, and sends `true`.
#[test]
fn a_boolean_may_be_signed_as_python_writes_it() {
    let server = TestServer::start();
    let sent = |nonce, is_sent: &str| {
        let request = server
            .version_1("", nonce)
            .with(|request| request.http_method = "GET")
            .set("Action", Some("CreateInstances"))
            .set("KeyName", None)
            .set("BundleId", Some("bundle_starter"))
            .set("BlueprintId", Some("lhbp-1l4ptuvm"))
            .set("InstanceChargePrepaid.Period", Some("1"))
            .set("DryRun", Some("True"));
        let bytes = String::from_utf8(request.bytes()).unwrap();
        let bytes = bytes.replace("DryRun=True", &format!("DryRun={is_sent}"));
        send(server.address, bytes.as_bytes()).code()
    };
    assert_eq!(sent(1, "True"), None);
    assert_eq!(sent(2, "true"), None);
    let other = Some("AuthFailure.SignatureFailure".to_owned());
    assert_eq!(sent(3, "false"), other);
    assert_eq!(sent(4, "TRUE"), other);
}

#[test]
fn a_request_is_good_once() {
    let server = TestServer::start();
    let request = server.version_1("once", 7);
    assert_eq!(sent(&server, &request).code(), None);
    let again = sent(&server, &request);
    assert_eq!(again.code().as_deref(), Some("AuthFailure.SignatureExpire"));
    assert!(
        again.message().contains("was used before"),
        "{}",
        again.message()
    );
    // Another nonce, or the same a second later, is another request.
    assert_eq!(
        sent(&server, &server.version_1("other_nonce", 8)).code(),
        None
    );
    server.clock.advance(Duration::from_secs(1));
    assert_eq!(
        sent(&server, &server.version_1("other_second", 7)).code(),
        None
    );
}

#[test]
fn who_is_not_verified_uses_up_no_nonce() {
    let server = TestServer::start();
    let request = server.version_1("mine", 7);
    let forged = String::from_utf8(request.bytes())
        .unwrap()
        .replace("KeyName=mine", "KeyName=evil");
    let code = send(server.address, forged.as_bytes()).code();
    assert_eq!(code.as_deref(), Some("AuthFailure.SignatureFailure"));
    assert_eq!(sent(&server, &request).code(), None);
}

/// Makes a request that would be granted one that is not.
type Spoil = fn(Version1Request) -> Version1Request;

/// What is wrong, how it becomes so, the code, and what the English sentence has to say.
const CASES: &[(&str, Spoil, &str, &str)] = &[
    (
        "no nonce",
        |r| r.set("Nonce", None),
        "MissingParameter",
        "`Nonce`",
    ),
    (
        "no timestamp",
        |r| r.set("Timestamp", None),
        "MissingParameter",
        "`Timestamp`",
    ),
    (
        "no action",
        |r| r.set("Action", None),
        "MissingParameter",
        "`Action`",
    ),
    (
        "no version",
        |r| r.set("Version", None),
        "MissingParameter",
        "`Version`",
    ),
    (
        "no region",
        |r| r.set("Region", None),
        "MissingParameter",
        "`Region`",
    ),
    (
        "an empty region",
        |r| r.set("Region", Some("")),
        "MissingParameter",
        "`Region`",
    ),
    (
        "a bad nonce",
        |r| r.set("Nonce", Some("-1")),
        "InvalidParameter",
        "`Nonce`",
    ),
    (
        "a bad timestamp",
        |r| r.set("Timestamp", Some("now")),
        "InvalidParameter",
        "`now`",
    ),
    (
        "a region that nobody has",
        |r| r.set("Region", Some("mars-1")),
        "InvalidParameterValue",
        "A value specified in `Region` is not valid",
    ),
    (
        "nobody",
        |r| r.set("SecretId", Some("AKIDnobody")),
        "AuthFailure.SecretIdNotFound",
        "SecretId is not found",
    ),
    (
        "an old timestamp",
        |r| r.set("Timestamp", Some("1700000000")),
        "AuthFailure.SignatureExpire",
        "expired",
    ),
    (
        "another MAC than it says",
        |r| r.with(|r| r.method = SignatureMethod::HmacSha1),
        "AuthFailure.SignatureFailure",
        "check your signature",
    ),
    (
        "an unknown parameter",
        |r| r.set("Keyname", Some("a")),
        "UnknownParameter",
        "`Keyname`",
    ),
    (
        "an unknown action",
        |r| r.set("Action", Some("No")),
        "InvalidAction",
        "action=`No`",
    ),
    (
        "a token",
        |r| r.set("Token", Some("stale")),
        "AuthFailure.TokenFailure",
        "Token verification failed",
    ),
    (
        "JSON",
        |r| r.with(|r| r.content_type = "application/json"),
        "UnsupportedProtocol",
        "Content-Type=`application/json`",
    ),
    (
        "more than a megabyte",
        |r| r.set("KeyName", Some(&"k".repeat(1024 * 1024))),
        "AuthFailure.SignatureFailure",
        "because of exceeding request size limit, please use new signature method `TC3-HMAC-SHA256`.",
    ),
];

#[test]
fn each_fault_has_its_code_in_the_language_asked_for() {
    let server = TestServer::start();
    for (index, (name, spoil, code, part)) in CASES.iter().enumerate() {
        let reply = sent(&server, &spoil(server.version_1("a", index as u64)));
        assert_eq!(reply.status, 200, "{name}");
        assert_eq!(
            reply.code().as_deref(),
            Some(*code),
            "{name}: {}",
            reply.message()
        );
        assert!(
            reply.message().contains(part),
            "{name}: {}",
            reply.message()
        );
        let request = spoil(server.version_1("a", 1000 + index as u64));
        let chinese = sent(&server, &request.set("Language", Some("zh-CN"))).message();
        assert!(
            chinese
                .chars()
                .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
            "{name}: {chinese}"
        );
    }
    assert!(server.key_pairs().is_empty());
}

#[test]
fn a_parameter_that_stands_twice_is_refused_before_anything_is_verified() {
    let server = TestServer::start();
    let request = server.version_1("a", 1);
    let request = request.with(|r| r.parameters.push(("KeyName".to_owned(), "b".to_owned())));
    let reply = sent(&server, &request);
    assert_eq!(reply.code().as_deref(), Some("InvalidParameter"));
    assert!(
        reply.message().contains("`KeyName` stands more than once"),
        "{}",
        reply.message()
    );
}

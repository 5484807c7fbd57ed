//! What holds for every request: signing and verifying are inverse, and whatever is signed is
//! covered. A failure prints the input that made it and the seed that replays it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use pharos_api::code::Code;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;
use pharos_protocol::http::{Headers, HttpRequest};
use pharos_protocol::keyring::Keyring;
use pharos_protocol::tc3::sign::{ToSign, sign};
use pharos_protocol::unverified::Unverified;
use proptest::prelude::*;

/// A request that a client of ours would send, as owned parts.
#[derive(Clone, Debug)]
struct Sent {
    method: &'static str,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Call {
    post: bool,
    query: String,
    body: Vec<u8>,
    host: String,
    service: String,
    secret_key: String,
    seconds: i64,
}

fn calls() -> impl Strategy<Value = Call> {
    (
        any::<bool>(),
        "[A-Za-z0-9.=&%+~*-]{0,40}",
        proptest::collection::vec(any::<u8>(), 0..60),
        "[a-z0-9.]{1,12}(:[0-9]{1,5})?",
        "[a-z]{1,10}",
        "[ -~]{1,40}",
        0_i64..4_000_000_000,
    )
        .prop_map(
            |(post, query, body, host, service, secret_key, seconds)| Call {
                post,
                query,
                body,
                host,
                service,
                secret_key,
                seconds,
            },
        )
}

fn send(call: &Call) -> Sent {
    let (method, content_type, query, body) = if call.post {
        ("POST", "application/json", String::new(), call.body.clone())
    } else {
        (
            "GET",
            "application/x-www-form-urlencoded",
            call.query.clone(),
            Vec::new(),
        )
    };
    let signed = sign(
        &ToSign {
            method,
            query: &query,
            headers: &[
                ("content-type", content_type),
                ("host", &call.host),
                ("x-tc-action", "CreateKeyPair"),
            ],
            body: &body,
            service: &call.service,
            timestamp: Timestamp::from_unix_seconds(call.seconds).unwrap(),
        },
        &SecretId::parse("AKIDtest").unwrap(),
        &SecretKey::new(call.secret_key.as_str()),
    );
    let headers = [
        ("Authorization", signed.authorization.as_str()),
        ("Content-Type", content_type),
        ("Host", &call.host),
        ("X-TC-Action", "CreateKeyPair"),
        ("X-TC-Version", "2020-03-24"),
        ("X-TC-Timestamp", &call.seconds.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    Sent {
        method,
        query,
        headers,
        body,
    }
}

fn verify(sent: &Sent, call: &Call) -> Result<(), Code> {
    let lines: Vec<_> = sent
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let request = HttpRequest {
        method: sent.method,
        path: "/",
        query: &sent.query,
        headers: Headers(&lines),
        body: &sent.body,
    };
    let now = Timestamp::from_unix_seconds(call.seconds).unwrap();
    Unverified::read(&request)
        .and_then(|unverified| {
            unverified.verify(&Keyring::new(SecretKey::new(call.secret_key.as_str())), now)
        })
        .map(|_| ())
        .map_err(|error| error.code)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies(call in calls()) {
        prop_assert_eq!(verify(&send(&call), &call), Ok(()));
    }

    #[test]
    fn a_changed_body_does_not_verify(call in calls(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        prop_assume!(call.post && !call.body.is_empty());
        let mut sent = send(&call);
        let at = at.index(sent.body.len());
        sent.body[at] ^= 1 << bit;
        prop_assert_eq!(verify(&sent, &call), Err(Code::SignatureFailure));
    }

    #[test]
    fn a_changed_query_does_not_verify(call in calls(), at in any::<prop::sample::Index>()) {
        prop_assume!(!call.post && !call.query.is_empty());
        let mut sent = send(&call);
        sent.query.remove(at.index(sent.query.len()));
        prop_assert_eq!(verify(&sent, &call), Err(Code::SignatureFailure));
    }

    #[test]
    fn a_changed_signed_header_does_not_verify(
        call in calls(), header in 1_usize..4, at in any::<prop::sample::Index>(), byte in b'!'..b'~',
    ) {
        let mut sent = send(&call);
        let value = &mut sent.headers[header].1;
        let at = at.index(value.len());
        let before = value.clone();
        value.replace_range(at..=at, char::from(byte).encode_utf8(&mut [0; 4]));
        // What differs by case only is one of the forms that clients sign.
        prop_assume!(!value.eq_ignore_ascii_case(&before));
        let refused = verify(&sent, &call);
        prop_assert!(
            matches!(refused, Err(Code::SignatureFailure | Code::UnsupportedProtocol)),
            "{refused:?}"
        );
    }

    #[test]
    fn another_secret_does_not_verify(call in calls()) {
        let sent = send(&call);
        let other = Call { secret_key: format!("{}x", call.secret_key), ..call };
        prop_assert_eq!(verify(&sent, &other), Err(Code::SignatureFailure));
    }

    #[test]
    fn another_timestamp_does_not_verify(call in calls(), later in 1_i64..300) {
        let mut sent = send(&call);
        sent.headers[5].1 = (call.seconds + later).to_string();
        prop_assert_eq!(verify(&sent, &call), Err(Code::SignatureFailure));
    }

    #[test]
    fn no_bytes_make_it_panic(
        method in prop::sample::select(vec!["GET", "POST", "PUT"]),
        query in "\\PC{0,60}",
        names in proptest::collection::vec(
            prop::sample::select(vec![
                "Authorization", "Content-Type", "Host", "X-TC-Action", "X-TC-Version",
                "X-TC-Timestamp", "X-TC-Region", "X-TC-Token", "X-TC-Language",
            ]),
            0..10,
        ),
        values in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 10),
        body in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let lines: Vec<_> = names.iter().copied().zip(values.iter().map(Vec::as_slice)).collect();
        let request =
            HttpRequest { method, path: "/", query: &query, headers: Headers(&lines), body: &body };
        let _ = (request.language(), request.hint("Action"), Unverified::read(&request).is_ok());
    }
}

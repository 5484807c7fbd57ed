//! The same for version 1: signing and verifying are inverse, and every parameter is covered. A failure
//! prints the input that made it and the seed that replays it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::fmt::Write;

use pharos_api::code::Code;
use pharos_api::credential::SecretKey;
use pharos_api::time::Timestamp;
use pharos_protocol::http::{Headers, HttpRequest};
use pharos_protocol::keyring::Keyring;
use pharos_protocol::unverified::Unverified;
use pharos_protocol::v1::sign::sign;
use pharos_protocol::v1::signature_method::SignatureMethod;
use proptest::prelude::*;

const NOW: i64 = 1_700_000_000;

#[derive(Clone, Debug)]
struct Call {
    post: bool,
    sha256: bool,
    host: String,
    secret_key: String,
    /// All that is signed.
    parameters: Vec<(String, String)>,
}

fn calls() -> impl Strategy<Value = Call> {
    (
        any::<bool>(),
        any::<bool>(),
        "[a-z0-9.]{1,12}(:[0-9]{1,5})?",
        "[ -~]{1,40}",
        any::<u64>(),
        // Names of an action's own: capitals, dots and numbers; Python's SDK signs `_` as `.`.
        proptest::collection::btree_map("X[A-Za-z_.0-9]{0,8}", "\\PC{0,12}", 0..8),
    )
        .prop_map(|(post, sha256, host, secret_key, nonce, own)| {
            let method = if sha256 { "HmacSHA256" } else { "HmacSHA1" };
            let common = [
                ("Action", "CreateKeyPair".to_owned()),
                ("Nonce", nonce.to_string()),
                ("SecretId", "AKIDtest".to_owned()),
                ("SignatureMethod", method.to_owned()),
                ("Timestamp", NOW.to_string()),
                ("Version", "2020-03-24".to_owned()),
            ];
            let common = common.map(|(name, value)| (name.to_owned(), value));
            Call {
                post,
                sha256,
                host,
                secret_key,
                parameters: common.into_iter().chain(own).collect(),
            }
        })
}

fn signature(call: &Call) -> String {
    let pairs: Vec<_> = call
        .parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let method = if call.sha256 {
        SignatureMethod::HmacSha256
    } else {
        SignatureMethod::HmacSha1
    };
    let secret_key = SecretKey::new(call.secret_key.as_str());
    sign(http_method(call), &call.host, &pairs, method, &secret_key).signature
}

fn http_method(call: &Call) -> &'static str {
    if call.post { "POST" } else { "GET" }
}

/// Every byte percent-encoded: no form is harder to read back.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}

fn verify(call: &Call, signature: &str) -> Result<(), Code> {
    let pairs = call
        .parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let form: Vec<_> = pairs
        .chain([("Signature", signature)])
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let form = form.join("&");
    let lines = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Host", &call.host),
    ]
    .map(|(name, value)| (name, value.as_bytes()));
    let (query, body) = if call.post {
        ("", form.as_str())
    } else {
        (form.as_str(), "")
    };
    let request = HttpRequest {
        method: http_method(call),
        path: "/",
        query,
        headers: Headers(&lines),
        body: body.as_bytes(),
    };
    let keyring = Keyring::new(SecretKey::new(call.secret_key.as_str()));
    Unverified::read(&request)
        .and_then(|unverified| {
            unverified.verify(&keyring, Timestamp::from_unix_seconds(NOW).unwrap())
        })
        .map(|_| ())
        .map_err(|error| error.code)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies_in_any_order(call in calls(), swaps in any::<prop::sample::Index>()) {
        let signature = signature(&call);
        prop_assert_eq!(verify(&call, &signature), Ok(()));
        // Ruby's Base64 ends in a line feed.
        prop_assert_eq!(verify(&call, &format!("{signature}\n")), Ok(()));
        let mut other = call;
        let middle = swaps.index(other.parameters.len());
        other.parameters.rotate_left(middle);
        prop_assert_eq!(verify(&other, &signature), Ok(()));
    }

    #[test]
    fn a_changed_value_does_not_verify(
        call in calls(), which in any::<prop::sample::Index>(), end in "[a-z0-9]{1,3}",
    ) {
        let signature = signature(&call);
        let mut changed = call;
        let which = which.index(changed.parameters.len());
        changed.parameters[which].1.push_str(&end);
        // Some are no parameters of this version any more; none verifies.
        prop_assert!(verify(&changed, &signature).is_err());
    }

    #[test]
    fn a_parameter_too_many_or_too_few_does_not_verify(
        call in calls(), which in any::<prop::sample::Index>(),
    ) {
        let signature = signature(&call);
        let mut more = call.clone();
        more.parameters.push(("Zone".to_owned(), "x".to_owned()));
        prop_assert_eq!(verify(&more, &signature), Err(Code::SignatureFailure));
        let mut fewer = call;
        fewer.parameters.remove(which.index(fewer.parameters.len()));
        prop_assert!(verify(&fewer, &signature).is_err());
    }

    #[test]
    fn another_secret_host_or_method_does_not_verify(call in calls()) {
        let signature = signature(&call);
        let refused = Err(Code::SignatureFailure);
        let other = Call { secret_key: format!("{}x", call.secret_key), ..call.clone() };
        prop_assert_eq!(verify(&other, &signature), refused);
        let other = Call { host: format!("x{}", call.host), ..call.clone() };
        prop_assert_eq!(verify(&other, &signature), refused);
        let other = Call { post: !call.post, ..call };
        prop_assert_eq!(verify(&other, &signature), refused);
    }
}

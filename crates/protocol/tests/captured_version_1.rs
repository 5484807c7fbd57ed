//! Every captured version 1 request, verified as it came off the wire, and the published vectors
//! (protocol.md section 2.2).

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod capture;

use capture::{Capture, EXAMPLE_SECRET_KEY, captures};
use pharos_api::action::Contract;
use pharos_api::code::Code;
use pharos_api::credential::SecretKey;
use pharos_api::lighthouse::create_key_pair::CreateKeyPair;
use pharos_api::region::Region;
use pharos_api::time::Timestamp;
use pharos_protocol::keyring::Keyring;
use pharos_protocol::unverified::Unverified;
use pharos_protocol::v1::sign::sign;
use pharos_protocol::v1::signature_method::SignatureMethod;

fn version_1() -> impl Iterator<Item = Capture> {
    captures().into_iter().filter(Capture::is_version_1)
}

/// The decoded parameters, in the order in which they were sent.
fn parameters(capture: &Capture) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'%' => {
                    let digits: String = rest.by_ref().take(2).map(char::from).collect();
                    u8::from_str_radix(&digits, 16).unwrap()
                }
                b'+' => b' ',
                other => other,
            });
        }
        String::from_utf8(bytes).unwrap()
    };
    let pairs = capture
        .form()
        .split('&')
        .map(|pair| pair.split_once('=').unwrap());
    pairs
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn parameter(capture: &Capture, name: &str) -> String {
    parameters(capture)
        .into_iter()
        .find(|(known, _)| known == name)
        .unwrap()
        .1
}

fn at(capture: &Capture, offset: i64) -> Timestamp {
    let seconds: i64 = parameter(capture, "Timestamp").parse().unwrap();
    Timestamp::from_unix_seconds(seconds + offset).unwrap()
}

/// The outcome of reading and verifying, as a code.
fn outcome(capture: &Capture, now: Timestamp, secret_key: &str) -> Result<(), Code> {
    let headers = capture.header_lines();
    let request = capture.request(&headers);
    Unverified::read(&request)
        .and_then(|unverified| unverified.verify(&Keyring::new(SecretKey::new(secret_key)), now))
        .map(|_| ())
        .map_err(|error| error.code)
}

#[test]
fn there_are_captures_of_every_client_method_and_mac() {
    assert_eq!(version_1().count(), 18);
    for name in [
        "py_",
        "pyasync_",
        "pyep_",
        "node_",
        "go_",
        "hmacsha1_get",
        "hmacsha1_post",
        "hmacsha256_get",
        "hmacsha256_post",
    ] {
        assert!(
            version_1().any(|capture| capture.name.contains(name)),
            "{name}"
        );
    }
}

#[test]
fn every_capture_verifies_inside_its_window_and_expires_outside() {
    for capture in version_1() {
        for offset in [-300, 0, 300] {
            let outcome = outcome(&capture, at(&capture, offset), EXAMPLE_SECRET_KEY);
            assert_eq!(outcome, Ok(()), "{}", capture.name);
        }
        for offset in [-301, 301] {
            let outcome = outcome(&capture, at(&capture, offset), EXAMPLE_SECRET_KEY);
            assert_eq!(outcome, Err(Code::SignatureExpire), "{}", capture.name);
        }
    }
}

#[test]
fn no_capture_verifies_with_another_secret_or_a_changed_parameter() {
    for capture in version_1() {
        let now = at(&capture, 0);
        let refused = Err(Code::SignatureFailure);
        assert_eq!(
            outcome(&capture, now, "another secret"),
            refused,
            "{}",
            capture.name
        );
        let mut changed = capture.clone();
        changed.query = changed
            .query
            .replace("Version=2020-03-24", "Version=2020-03-25");
        changed.body = String::from_utf8(changed.body)
            .unwrap()
            .replace("Version=2020-03-24", "Version=2020-03-25")
            .into_bytes();
        assert_eq!(
            outcome(&changed, now, EXAMPLE_SECRET_KEY),
            refused,
            "{}",
            capture.name
        );
        let mut changed = capture.clone();
        changed.set_header("Host", "127.0.0.2:18181");
        assert_eq!(
            outcome(&changed, now, EXAMPLE_SECRET_KEY),
            refused,
            "{}",
            capture.name
        );
    }
}

#[test]
fn our_source_string_is_the_one_an_independent_verifier_wrote_down() {
    let mut compared = 0;
    for capture in version_1() {
        let parameters = parameters(&capture);
        let signed: Vec<_> = parameters
            .iter()
            .filter(|(name, _)| name != "Signature")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let method = SignatureMethod::from_wire(&parameter(&capture, "SignatureMethod"));
        let host = capture.header("Host").unwrap();
        let secret_key = SecretKey::new(EXAMPLE_SECRET_KEY);
        let ours = sign(&capture.method, host, &signed, method, &secret_key);
        assert_eq!(
            ours.signature,
            parameter(&capture, "Signature").trim_end(),
            "{}",
            capture.name
        );
        if let Some(theirs) = &capture.source_string {
            assert_eq!(ours.source_string.as_str(), theirs, "{}", capture.name);
            compared += 1;
        }
    }
    assert_eq!(compared, 18);
}

#[test]
fn a_capture_says_what_it_is_and_is_good_once() {
    for capture in version_1() {
        let headers = capture.header_lines();
        let request = capture.request(&headers);
        let unverified = Unverified::read(&request).unwrap();
        let secret_key = SecretKey::new(EXAMPLE_SECRET_KEY);
        let verified = unverified
            .verify(&Keyring::new(secret_key), at(&capture, 0))
            .ok()
            .unwrap();
        let single_use = verified.single_use().unwrap();
        assert_eq!(
            single_use.nonce.to_string(),
            parameter(&capture, "Nonce"),
            "{}",
            capture.name
        );
        let region = verified
            .region(&CreateKeyPair::ACTION)
            .map_err(|error| error.code);
        let expected = match capture.name.as_str() {
            "go_hmacsha256_get_noregion" => Err(Code::MissingParameter),
            _ => Ok(Some(Region::Guangzhou)),
        };
        assert_eq!(region, expected, "{}", capture.name);
        assert_eq!(
            request.hint("Action").unwrap(),
            parameter(&capture, "Action")
        );
    }
}

/// The vendor's example (protocol.md section 2.2).
fn published() -> Vec<(&'static str, String)> {
    [
        ("Action", "DescribeInstances"),
        ("InstanceIds.0", "ins-09dx96dg"),
        ("Limit", "20"),
        ("Nonce", "11886"),
        ("Offset", "0"),
        ("Region", "ap-guangzhou"),
        ("SecretId", "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"),
        ("Timestamp", "1465185768"),
        ("Version", "2017-03-12"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn signature(parameters: &[(&str, String)], method: SignatureMethod, secret_key: &str) -> String {
    let parameters: Vec<_> = parameters.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let host = "cvm.tencentcloudapi.com";
    sign(
        "GET",
        host,
        &parameters,
        method,
        &SecretKey::new(secret_key),
    )
    .signature
}

#[test]
fn the_published_vectors_come_out() {
    let sha1 = SignatureMethod::HmacSha1;
    let mut parameters = published();
    assert_eq!(
        signature(&parameters, sha1, EXAMPLE_SECRET_KEY),
        "EliP9YW3pW28FpsEdkXt/+WcGeI="
    );
    parameters[6].1 = format!("AKID{}", "*".repeat(32));
    assert_eq!(
        signature(&parameters, sha1, &"*".repeat(32)),
        "7RAM2xfNMO9EiVTNmPg06MRnCvQ="
    );
    let mut parameters = published();
    parameters.push(("SignatureMethod", "HmacSHA256".to_owned()));
    assert_eq!(
        signature(&parameters, SignatureMethod::HmacSha256, EXAMPLE_SECRET_KEY),
        "A8uy2/o7WBZXYCTWEFpMrVGhGBVlEGIOioeqRM+fzFs="
    );
}

//! Every captured version 3 request, verified as it came off the wire.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod capture;

use capture::{Capture, EXAMPLE_SECRET_KEY, captures};
use pharos_api::action::{Contract, LIGHTHOUSE, find_action};
use pharos_api::code::Code;
use pharos_api::credential::SecretKey;
use pharos_api::lighthouse::create_key_pair::CreateKeyPair;
use pharos_api::region::Region;
use pharos_api::time::Timestamp;
use pharos_protocol::keyring::Keyring;
use pharos_protocol::strictness::Strictness;
use pharos_protocol::tc3::authorization::Authorization;
use pharos_protocol::tc3::canonical_request::{CanonicalRequest, PayloadHash};
use pharos_protocol::tc3::signing_key::SecretSigning;
use pharos_protocol::tc3::string_to_sign::StringToSign;
use pharos_protocol::unverified::Unverified;

fn secret_key() -> SecretKey {
    SecretKey::new(EXAMPLE_SECRET_KEY)
}

fn at(capture: &Capture, offset: i64) -> Timestamp {
    let seconds: i64 = capture.header("X-TC-Timestamp").unwrap().parse().unwrap();
    Timestamp::from_unix_seconds(seconds + offset).unwrap()
}

/// The outcome of reading and verifying, as a code.
fn outcome(capture: &Capture, now: Timestamp) -> Result<(), Code> {
    let headers = capture.header_lines();
    let request = capture.request(&headers);
    let verified = Unverified::read(&request)
        .and_then(|unverified| unverified.verify(&Keyring::new(secret_key()), now))
        .map_err(|error| error.code)?;
    assert!(
        verified
            .secret_id()
            .as_str()
            .starts_with("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE")
    );
    Ok(())
}

fn version_3() -> impl Iterator<Item = Capture> {
    captures()
        .into_iter()
        .filter(|capture| !capture.is_version_1())
}

#[test]
fn there_are_captures_of_every_client() {
    let count = |client: &str| version_3().filter(|c| c.name.starts_with(client)).count();
    assert_eq!(version_3().count(), 55);
    for client in ["py_", "pyasync_", "pyep_", "node_", "go_", "tccli_"] {
        assert!(count(client) >= 2, "{client}");
    }
}

#[test]
fn every_capture_verifies_at_its_own_time() {
    for capture in version_3() {
        for offset in [-300, 0, 300] {
            assert_eq!(
                outcome(&capture, at(&capture, offset)),
                Ok(()),
                "{}",
                capture.name
            );
        }
    }
}

#[test]
fn every_capture_expires_five_minutes_later_and_earlier() {
    for capture in version_3() {
        for offset in [-301, 301] {
            let outcome = outcome(&capture, at(&capture, offset));
            assert_eq!(outcome, Err(Code::SignatureExpire), "{}", capture.name);
        }
    }
}

#[test]
fn no_capture_verifies_with_another_secret() {
    for capture in version_3() {
        let headers = capture.header_lines();
        let request = capture.request(&headers);
        let unverified = Unverified::read(&request).unwrap();
        let other = SecretKey::new("Gu5t9xGARNpq86cd98joQYCN3EXAMPLf");
        let error = unverified
            .verify(&Keyring::new(other), at(&capture, 0))
            .err()
            .unwrap();
        assert_eq!(error.code, Code::SignatureFailure, "{}", capture.name);
    }
}

#[test]
fn no_capture_verifies_with_a_changed_body_query_host_or_content_type() {
    for capture in version_3() {
        let mut changed = Vec::new();
        let mut with = |change: &dyn Fn(&mut Capture)| {
            let mut other = capture.clone();
            change(&mut other);
            changed.push(other);
        };
        if capture.method == "GET" {
            with(&|c| c.query.push_str("&Limit=1"));
        } else if capture.header("X-TC-Content-SHA256").is_none() {
            with(&|c| c.body.push(b' '));
        }
        with(&|c| c.set_header("Host", "127.0.0.2:18181"));
        with(&|c| {
            let text = format!("{}; charset=gbk", c.header("Content-Type").unwrap());
            c.set_header("Content-Type", &text);
        });
        for changed in changed {
            let outcome = outcome(&changed, at(&capture, 0));
            assert_eq!(outcome, Err(Code::SignatureFailure), "{}", capture.name);
        }
    }
}

/// An unsigned payload means what it says: the body is not covered.
#[test]
fn an_unsigned_payload_leaves_the_body_open() {
    let mut unsigned = version_3()
        .filter(|c| c.header("X-TC-Content-SHA256").is_some())
        .peekable();
    assert!(unsigned.peek().is_some());
    for mut capture in unsigned {
        capture.body.push(b' ');
        assert_eq!(
            outcome(&capture, at(&capture, 0)),
            Ok(()),
            "{}",
            capture.name
        );
    }
}

/// The verifier that took the captures wrote down, for each way to read the host and the URI, whether
/// the signature matched. Ours agrees on each, stage by stage.
#[test]
fn our_stages_agree_with_the_verdicts_of_an_independent_verifier() {
    let mut verdicts = 0;
    for capture in version_3() {
        let header = capture.header("Authorization").unwrap();
        let authorization = Authorization::parse(header).unwrap();
        let key = SecretSigning::derive(&secret_key(), &authorization.scope);
        let host = capture.header("Host").unwrap();
        for verdict in &capture.verdicts {
            let host = match verdict.host.as_str() {
                "verbatim" => host.to_owned(),
                "without port" => host.rsplit_once(':').unwrap().0.to_owned(),
                "lowercase" => host.to_lowercase(),
                other => panic!("unknown reading {other}"),
            };
            let uri = if verdict.uri == "path" {
                capture.path.as_str()
            } else {
                "/"
            };
            let query = if capture.method == "GET" {
                capture.query.as_str()
            } else {
                ""
            };
            let values = authorization
                .signed_headers
                .iter()
                .map(|name| match name.as_ref() {
                    "host" => (name.as_ref(), host.as_str()),
                    _ => (name.as_ref(), capture.header(name).unwrap()),
                });
            let payload = match capture.header("X-TC-Content-SHA256") {
                Some(_) => PayloadHash::unsigned(),
                None => PayloadHash::of(&capture.body),
            };
            let canonical_request =
                CanonicalRequest::new(&capture.method, uri, query, values, &payload);
            let timestamp = capture.header("X-TC-Timestamp").unwrap();
            let to_sign = StringToSign::new(timestamp, &authorization.scope, &canonical_request);
            let matches = key.verifies(&to_sign, &authorization.signature);
            assert_eq!(matches, verdict.matches, "{}: {verdict:?}", capture.name);
            verdicts += 1;
        }
    }
    assert_eq!(verdicts, 55 * 6);
}

#[test]
fn captures_ask_for_lighthouse_and_say_where() {
    for capture in version_3() {
        let headers = capture.header_lines();
        let request = capture.request(&headers);
        let unverified = Unverified::read(&request).unwrap();
        let verified = unverified
            .verify(&Keyring::new(secret_key()), at(&capture, 0))
            .ok()
            .unwrap();
        let found = verified
            .action(Strictness::ByHost)
            .map(|action| action.name)
            .map_err(|error| error.code);
        let name = capture.header("X-TC-Action").unwrap();
        let expected = find_action(&LIGHTHOUSE, LIGHTHOUSE.version, name)
            .map(|action| action.name)
            .map_err(|error| error.code);
        assert_eq!(found, expected, "{}", capture.name);
        let region = capture
            .header("X-TC-Region")
            .filter(|region| !region.is_empty());
        let found = verified
            .region(&CreateKeyPair::ACTION)
            .map_err(|error| error.code);
        assert_eq!(
            found.ok().flatten().map(Region::wire),
            region,
            "{}",
            capture.name
        );
    }
}

/// Node signs the path of its endpoint, the others `/`; both are taken (protocol.md section 1.5).
#[test]
fn the_real_path_may_be_signed_in_the_place_of_the_root() {
    let capture = version_3()
        .find(|capture| capture.name == "pyep_path")
        .unwrap();
    assert_eq!(capture.path, "/sub");
    let header = capture.header("Authorization").unwrap().to_owned();
    let authorization = Authorization::parse(&header).unwrap();
    let key = SecretSigning::derive(&secret_key(), &authorization.scope);
    let timestamp = capture.header("X-TC-Timestamp").unwrap();
    for (uri, expected) in [("/sub", Ok(())), ("/other", Err(Code::SignatureFailure))] {
        let headers = ["content-type", "host"].map(|name| (name, capture.header(name).unwrap()));
        let payload = PayloadHash::of(&capture.body);
        let canonical_request = CanonicalRequest::new("POST", uri, "", headers, &payload);
        let to_sign = StringToSign::new(timestamp, &authorization.scope, &canonical_request);
        let signature = key.sign(&to_sign);
        let mut signed = capture.clone();
        signed.set_header(
            "Authorization",
            &Authorization {
                signature,
                ..authorization.clone()
            }
            .to_string(),
        );
        assert_eq!(outcome(&signed, at(&signed, 0)), expected, "{uri}");
    }
}

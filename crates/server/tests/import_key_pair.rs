//! Public keys imported over the wire.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use pharos_api::code::Code;
use pharos_api::key_id::KeyId;
use pharos_keys::Generator;
use pharos_keys::weak::Rule;
use pharos_keys::{Algorithm, PublicKey};
use pharos_service::import_rules::ImportRules;
use pharos_testkit::TestServer;
use pharos_testkit::public_keys::{good, weak};
use pharos_testkit::request::{TestReply, TestRequest, send};
use pharos_testkit::server::Setup;
use serde_json::{Value, json};

const MALFORMED: Code = Code::KeyPairPublicKeyMalformed;
const DUPLICATED: Code = Code::KeyPairPublicKeyDuplicated;

fn start(import_rules: ImportRules) -> TestServer {
    TestServer::start_with(Setup {
        import_rules,
        ..Setup::default()
    })
}

/// The KeyId that a call replies with.
fn key_id(reply: &TestReply) -> String {
    assert_eq!(reply.code(), None, "{}", reply.message());
    reply.response()["KeyId"].as_str().unwrap().to_owned()
}

fn import(server: &TestServer, name: &str, public_key: &str) -> String {
    key_id(&server.send(&server.import_key_pair(name, public_key)))
}

fn describe(server: &TestServer, parameters: &Value) -> Value {
    let call = server.call("DescribeKeyPairs", &parameters.to_string());
    server.send(&call).response()["KeyPairSet"].clone()
}

/// The public key that is listed under this id.
fn listed(server: &TestServer, key_id: &str) -> String {
    let key_pairs = describe(server, &json!({"KeyIds": [key_id]}));
    key_pairs[0]["PublicKey"].as_str().unwrap().to_owned()
}

#[track_caller]
fn refused(reply: &TestReply, code: Code, says: &str) {
    let message = reply.message();
    assert_eq!(reply.code().as_deref(), Some(code.wire()), "{message}");
    assert!(message.contains(says), "{message}");
}

fn query(parameters: &[(&str, &str)]) -> String {
    let encode =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn get(server: &TestServer, name: &str, public_key: &str) -> TestRequest {
    let query = query(&[("KeyName", name), ("PublicKey", public_key)]);
    server.call("ImportKeyPair", "").with(|request| {
        request.method = "GET".to_owned();
        request.target = format!("/?{query}");
        request.query = query;
        request.content_type = "application/x-www-form-urlencoded".to_owned();
    })
}

fn multipart(server: &TestServer, name: &str, public_key: &str) -> TestRequest {
    let parts = [("KeyName", name), ("PublicKey", public_key)].map(|(name, value)| {
        format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let body = format!("{}--xx--\r\n", parts.concat());
    let request = server.call("ImportKeyPair", &body);
    request.with(|request| request.content_type = "multipart/form-data; boundary=xx".to_owned())
}

#[test]
fn the_reply_is_what_the_contract_says_and_nothing_else() {
    let server = TestServer::start();
    let reply = server.send(&server.import_key_pair("mine", &good(Algorithm::Ed25519)));
    assert_eq!(reply.status, 200);
    let mut response = reply.response();
    let key_id = response["KeyId"].take();
    assert!(KeyId::parse(key_id.as_str().unwrap()).is_some(), "{key_id}");
    assert_eq!(response["RequestId"].take().as_str().unwrap().len(), 36);
    assert_eq!(response, json!({"KeyId": null, "RequestId": null}));
    assert_eq!(server.audit_rows(), 1);
}

#[test]
fn an_imported_key_pair_is_listed_whole_and_found_by_its_tags() {
    let server = TestServer::start();
    import(&server, "other", &good(Algorithm::EcdsaNistp256));
    let (key, tags) = (
        good(Algorithm::Ed25519),
        json!([{"Key": "env", "Value": "测试"}]),
    );
    let parameters = json!({"KeyName": "mine", "PublicKey": key, "Tags": tags});
    let key_id = key_id(&server.send(&server.call("ImportKeyPair", &parameters.to_string())));
    let filters = json!({"Filters": [{"Name": "tag:env", "Values": ["测试"]}]});
    assert_eq!(
        describe(&server, &filters),
        json!([{
            "KeyId": key_id,
            "KeyName": "mine",
            "PublicKey": key,
            "AssociatedInstanceIds": [],
            "CreatedTime": "2026-11-25T08:00:00Z",
            "PrivateKey": null,
            "Tags": tags,
        }])
    );
}

/// Terraform plans to replace a key pair whose public key is not what its file holds.
#[test]
fn a_public_key_comes_back_byte_for_byte_whichever_way_it_was_sent() {
    let line = good(Algorithm::Ed25519);
    let bare = line.trim_end_matches(" comment");
    let texts = [
        bare.to_owned(),
        format!("{line}\n"),
        format!("{line}\r\n"),
        format!("{bare} a comment of \"several\" words, 钥匙 + & = %\n"),
        format!(" \t{}  \r\n\n", line.replace(' ', " \t ")),
    ];
    for text in &texts {
        let server = TestServer::start();
        let forms = [
            ("ap-guangzhou", server.import_key_pair("mine", text)),
            ("ap-tokyo", get(&server, "mine", text)),
            ("ap-beijing", multipart(&server, "mine", text)),
        ];
        for (region, request) in forms {
            let key_id = key_id(&server.send(&request.header("X-TC-Region", Some(region))));
            let describe = server
                .call("DescribeKeyPairs", &json!({"KeyIds": [key_id]}).to_string())
                .header("X-TC-Region", Some(region));
            let listed = server.send(&describe).response();
            assert_eq!(listed["KeyPairSet"][0]["PublicKey"], *text, "{region}");
        }
        for (nonce, (http_method, region)) in [("GET", "ap-shanghai"), ("POST", "ap-seoul")]
            .into_iter()
            .enumerate()
        {
            let request = server
                .version_1("mine", nonce as u64)
                .set("Action", Some("ImportKeyPair"))
                .set("PublicKey", Some(text))
                .set("Region", Some(region))
                .with(|request| request.http_method = http_method);
            let key_id = key_id(&send(server.address, &request.bytes()));
            let describe = server
                .call("DescribeKeyPairs", &json!({"KeyIds": [key_id]}).to_string())
                .header("X-TC-Region", Some(region));
            let listed = server.send(&describe).response();
            assert_eq!(listed["KeyPairSet"][0]["PublicKey"], *text, "{http_method}");
        }
    }
}

#[test]
fn a_public_key_is_kept_once_in_a_region_whatever_its_comment() {
    for algorithm in [Algorithm::Ed25519, Algorithm::Rsa] {
        let server = TestServer::start();
        let key = good(algorithm);
        let first = import(&server, "first", &key);
        for other in [
            key.clone(),
            format!("{key}\n"),
            key.replace(" comment", ""),
            key.replace(" comment", "\tanother comment"),
        ] {
            let reply = server.send(&server.import_key_pair("second", &other));
            refused(&reply, DUPLICATED, &format!("`{first}` in `ap-guangzhou`"));
        }
        let elsewhere = server.import_key_pair("first", &key);
        key_id(&server.send(&elsewhere.header("X-TC-Region", Some("ap-tokyo"))));
        // Once it is gone, it may come back.
        let delete = server.call("DeleteKeyPairs", &json!({"KeyIds": [first]}).to_string());
        assert_eq!(server.send(&delete).code(), None);
        import(&server, "second", &key);
    }
}

#[test]
fn a_key_that_was_created_here_is_known() {
    let server = TestServer::start_with(Setup {
        key_maker: Arc::new(Generator::library()),
        ..Setup::default()
    });
    let created = server.send(&server.create_key_pair("created")).response();
    let (key_id, line) = (
        &created["KeyPair"]["KeyId"],
        &created["KeyPair"]["PublicKey"],
    );
    let reply = server.send(&server.import_key_pair("mine", line.as_str().unwrap()));
    refused(&reply, DUPLICATED, key_id.as_str().unwrap());
}

#[test]
fn every_algorithm_is_imported_unless_the_operator_accepts_others_only() {
    let any = TestServer::start();
    for algorithm in Algorithm::ALL {
        let name = format!("key_{algorithm:?}");
        let key_id = import(&any, &name, &good(*algorithm));
        assert_eq!(listed(&any, &key_id), good(*algorithm));
    }
    for accepted in Algorithm::ALL {
        let rules = ImportRules::default().accepting(&[accepted.name().to_owned()]);
        let server = start(rules.unwrap());
        for algorithm in Algorithm::ALL {
            let reply = server.send(&server.import_key_pair("mine", &good(*algorithm)));
            if algorithm == accepted {
                key_id(&reply);
            } else {
                let (refused_name, name) = (algorithm.name(), accepted.name());
                let says = format!(
                    "Keys of `{refused_name}` are not accepted here. Import one of `{name}`, or ask"
                );
                refused(&reply, MALFORMED, &says);
            }
        }
    }
}

#[test]
fn every_weak_key_is_refused_with_its_reason_unless_its_rule_is_off() {
    for rule in Rule::ALL {
        let (name, key) = (rule.name(), weak(*rule));
        let reason = pharos_keys::weak::Rules::default()
            .check(&PublicKey::parse(&key).unwrap())
            .unwrap_err();
        assert_eq!(reason.rule(), *rule);
        let strict = TestServer::start();
        let reply = strict.send(&strict.import_key_pair("weak", &key));
        refused(&reply, MALFORMED, &reason.text().en);
        assert!(strict.key_pairs().is_empty());

        let rules = ImportRules::default().without(&[name.to_owned()]);
        let server = start(rules.unwrap());
        let key_id = import(&server, "weak", &key);
        assert_eq!(listed(&server, &key_id), key, "{name}");
    }
}

/// Whatever form a private key has, nothing of it stays and nothing of it is said.
#[test]
fn a_private_key_that_was_pasted_is_refused_and_forgotten() {
    let server = TestServer::start();
    let secret = "c2VjcmV0IG51bWJlcnMgb2YgYSBwcml2YXRlIGtleQ";
    for (text, says) in [
        (
            format!(
                "-----BEGIN OPENSSH PRIVATE KEY-----\n{secret}\n-----END OPENSSH PRIVATE KEY-----\n"
            ),
            "The text is a private key, and it was not stored",
        ),
        (
            format!("PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n{secret}\n"),
            "The text is a private key, and it was not stored",
        ),
        (
            format!("{}\n{secret}\n", good(Algorithm::Ed25519)),
            "The public key has several lines",
        ),
        (secret.to_owned(), "does not begin with the name"),
        (format!("ssh-ed25519 {secret}"), "is not base64"),
    ] {
        for request in [
            server.import_key_pair("pasted", &text),
            get(&server, "pasted", &text),
        ] {
            let reply = server.send(&request);
            refused(&reply, MALFORMED, says);
            assert!(!String::from_utf8_lossy(&reply.body).contains(secret));
        }
    }
    for entry in std::fs::read_dir(server.folder()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let mut windows = bytes.windows(secret.len());
        assert!(!windows.any(|window| window == secret.as_bytes()));
    }
}

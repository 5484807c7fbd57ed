//! Secrets where clients put them, by mistake or not. None of them, and no body, may be shown to anybody.

use pharos_api::credential::{SecretId, SecretKey};
use pharos_protocol::tc3::credential_scope::CredentialScope;
use pharos_protocol::tc3::signing_key::SecretSigning;
use pharos_service::clock::Clock;
use pharos_testkit::TestServer;
use pharos_testkit::request::{TestRequest, send};
use pharos_testkit::server::ROOT_SECRET_KEY;
use serde_json::json;

use super::ask;
use super::requests::look;

/// In headers.
const TICKET: &str = "ticket-of-a-session";

/// A SecretKey, as long as those that are made here.
const SECRET: &str = "Wb2Vd8Xq5Zr1Ty7Pn4Lk9Jh6Gf3Ds0Aa";

/// The one line of an Ed25519 private key in PEM.
const KEY_LINE: &str = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF";

/// A private key in the place of a public one.
const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIPXnZ1sDBqkq0wZy5Tz2yHBUsQ4u9r7oN3cVxJt8LgMd
-----END PRIVATE KEY-----
";

/// In bodies.
const BODIES: [&str; 3] = ["bodyname", "bodytext", "bodypass1"];

/// Bodies, and replies that hold secrets of the server's making, which are handed back.
fn send_bodies(server: &TestServer) -> Vec<String> {
    let [name, text, password] = BODIES;
    for (action, parameters) in [
        (
            "ImportKeyPair",
            json!({"KeyName": name, "PublicKey": PRIVATE_KEY}),
        ),
        (
            "ImportKeyPair",
            json!({"KeyName": KEY_LINE, "PublicKey": text}),
        ),
        (
            "ImportKeyPair",
            json!({"KeyName": SECRET, "PublicKey": text}),
        ),
        ("AddUser", json!({"Name": "n", "Password": password})),
        ("DescribeKeyPairs", json!({ "KeyIds": [SECRET, KEY_LINE] })),
    ] {
        server.send(&server.call(action, &parameters.to_string()));
    }
    let replied = |action: &str, parameters: &str, pointer: &str| {
        let reply = server.send(&server.call(action, parameters)).response();
        let secret = reply.pointer(pointer).unwrap_or_else(|| panic!("{reply}"));
        secret.as_str().unwrap().to_owned()
    };
    let policy =
        r#"{"version":"2.0","statement":[{"effect":"allow","action":"*","resource":"*"}]}"#;
    let bob = json!({"Name": "bob", "Policy": policy}).to_string();
    let pem = replied("CreateKeyPair", r#"{"KeyName":"k"}"#, "/KeyPair/PrivateKey");
    vec![
        pem[40..80].to_owned(),
        replied("CreateAccessKey", "{}", "/AccessKey/SecretAccessKey"),
        replied("GetFederationToken", &bob, "/Credentials/Token"),
        replied("GetFederationToken", &bob, "/Credentials/TmpSecretKey"),
    ]
}

/// A token, a cookie, and what stands in `Authorization` by mistake.
fn send_headers(server: &TestServer) {
    for call in [
        server.create_key_pair("a"),
        server.call("DescribeRegions", ""),
    ] {
        server.send(&call.clone().header("X-TC-Token", Some(TICKET)));
        server.send(&call.clone().header("Cookie", Some(TICKET)));
        // The two halves of an access key, each in the other's place.
        let swapped = call.clone().with(|request| {
            request.secret_id = SecretId::parse(SECRET).unwrap();
        });
        server.send(&swapped);
        let wrong = call.with(|request| request.secret_key = SecretKey::new(SECRET));
        server.send(&wrong.clone().header("X-TC-Token", Some(TICKET)));
        for authorization in [
            format!("Bearer {TICKET}"),
            format!("TC3-HMAC-SHA256 {TICKET}"),
            format!("TC3-HMAC-SHA256 {SECRET}=a"),
            format!("TC3-HMAC-SHA256 Credential={SECRET}"),
            format!("TC3-HMAC-SHA256 Signature={TICKET}, Signature={TICKET}"),
        ] {
            server.send(&wrong.clone().header("Authorization", Some(&authorization)));
        }
    }
    let get = server.call("DescribeKeyPairs", "").with(|request| {
        request.method = "GET".to_owned();
        request.query = format!("Token={TICKET}&KeyIds.0={SECRET}");
        request.target = format!("/?{}", request.query);
        request.content_type = "application/x-www-form-urlencoded".to_owned();
    });
    server.send(&get);
}

/// Version 1, where all stands in one place, whole and broken.
fn send_version_1(server: &TestServer) {
    for (name, value) in [
        ("Token", TICKET),
        ("PublicKey", PRIVATE_KEY),
        ("KeyName", SECRET),
        ("SecretId", SECRET),
        ("SecretKey", SECRET),
        ("Password", BODIES[2]),
    ] {
        for (nonce, http_method, is_signed) in
            [(1, "GET", true), (2, "POST", true), (3, "GET", false)]
        {
            let call = server.version_1("v1", nonce).set(name, Some(value));
            let call = call.with(|request| {
                request.http_method = http_method;
                request.is_signed = is_signed;
            });
            send(server.address, &call.bytes());
        }
        for broken in ["%zz", "%ff"] {
            let target = format!("/?SecretId=a&{name}={TICKET}{broken}");
            ask(server, "GET", &target, &[], b"");
        }
    }
}

/// The key that is derived from a SecretKey for today, in hexadecimal.
fn derived(server: &TestServer, secret_key: &str) -> String {
    let scope = CredentialScope {
        date: &server.clock.now().date(),
        service: "lighthouse",
    };
    let key = SecretSigning::derive(&SecretKey::new(secret_key), &scope);
    key.expose()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn signature(request: &TestRequest) -> String {
    let bytes = String::from_utf8(request.bytes()).unwrap();
    let (_, signature) = bytes.split_once("Signature=").unwrap();
    signature[..64].to_owned()
}

#[test]
fn no_secret_and_no_body_is_ever_seen() {
    let server = TestServer::start();
    let mut secrets = send_bodies(&server);
    send_headers(&server);
    send_version_1(&server);
    secrets.extend([
        derived(&server, ROOT_SECRET_KEY),
        derived(&server, SECRET),
        signature(&server.create_key_pair("a")),
        signature(&server.call("DescribeRegions", "")),
    ]);
    let known = [ROOT_SECRET_KEY, TICKET, SECRET, KEY_LINE];
    let lines = PRIVATE_KEY.lines().chain(known).chain(BODIES);
    secrets.extend(lines.map(str::to_owned));

    let seen = server.send(&look(&server, 0));
    let seen = String::from_utf8(seen.body).unwrap();
    for secret in secrets {
        assert!(secret.len() > 7);
        assert!(!seen.contains(&secret), "{secret} in {seen}");
    }
    // What else was sent is there.
    for part in [
        "***",
        "AKIDroot",
        "source_string",
        "canonical_request",
        "Token=***",
        "SecretId=***",
        "is not",
        "KeyIds.0=***",
        "AuthFailure.InvalidAuthorization",
        "InvalidParameter",
    ] {
        assert!(seen.contains(part), "{part}");
    }
}

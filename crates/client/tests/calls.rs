//! What both clients promise of one call.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::error::Error;
use std::sync::Arc;

use pharos_client::api::credential::{SecretId, SecretKey};
use pharos_client::api::lighthouse::create_key_pair::CreateKeyPair;
use pharos_client::api::lighthouse::describe_regions::{self, DescribeRegions};
use pharos_client::api::text::Language;
use pharos_client::api::time::Timestamp;
use pharos_client::credential::Token;
use pharos_client::{Client, ClientError, Credential, Endpoint, Roots, Settings};
use pharos_protocol::tc3::sign::{ToSign, sign};
use pharos_server::Tls;
use pharos_testkit::TestServer;
use pharos_testkit::server::{ROOT_SECRET_ID, ROOT_SECRET_KEY, Setup};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::json;
use support::{Answer, AnyClient, FakeServer, SUCCESS, TARGET, named, settings};

support::both! {
    a_key_pair_is_created_in_the_region_that_was_set,
    a_view_of_another_region_calls_there,
    a_refusal_has_its_code_its_message_and_the_request_id,
    any_action_can_be_called,
    an_action_that_needs_a_region_is_not_sent_without_one,
    an_action_that_needs_none_is,
    what_is_sent_is_what_was_signed,
    temporary_credentials_send_their_token,
    messages_come_in_the_language_that_was_set,
    a_page_is_no_reply_and_a_redirect_is_not_followed,
    a_private_authority_is_trusted_when_it_is_named,
    a_stranger_gets_nothing,
}

fn a_key_pair_is_created_in_the_region_that_was_set<C: AnyClient>() {
    let server = TestServer::start_at_present();
    let client = C::new(settings(&server.endpoint()));
    let key_pair = client.send::<CreateKeyPair>(&named("a")).unwrap().key_pair;
    assert_eq!(key_pair.key_name, named("a").key_name);
    assert!(key_pair.created_time.is_some());
    let pem = key_pair.private_key.unwrap();
    assert!(
        pem.expose()
            .starts_with("-----BEGIN RSA PRIVATE KEY-----\n")
    );
    assert_eq!(server.key_pairs()[0].key_id, key_pair.key_id);
}

fn a_view_of_another_region_calls_there<C: AnyClient>() {
    let server = TestServer::start_at_present();
    let client = C::new(settings(&server.endpoint()));
    let in_tokyo = client.in_region("ap-tokyo");
    // The name is free in each region.
    for client in [&client, &in_tokyo] {
        client.send::<CreateKeyPair>(&named("a")).unwrap();
    }
    assert_eq!(server.key_pairs().len(), 1);
    let refused = client
        .in_region("mars-1")
        .send::<CreateKeyPair>(&named("b"));
    let refused = refused.err().unwrap();
    assert_eq!(refused.code(), Some("InvalidParameterValue"));
}

fn a_refusal_has_its_code_its_message_and_the_request_id<C: AnyClient>() {
    let server = TestServer::start_at_present();
    let client = C::new(settings(&server.endpoint()));
    client.send::<CreateKeyPair>(&named("a")).unwrap();
    match client.send::<CreateKeyPair>(&named("a")).err().unwrap() {
        ClientError::Refused {
            code,
            message,
            request_id,
        } => {
            assert_eq!(code, "InvalidParameterValue.DuplicateParameterValue");
            assert!(message.contains("`a`"), "{message}");
            assert_eq!(request_id.len(), 36, "{request_id}");
        }
        other => panic!("{other}"),
    }
}

fn any_action_can_be_called<C: AnyClient>() {
    let server = FakeServer::start(&[Answer::Reply(
        r#"{"Response":{"TotalCount":1,"ZoneSet":[{"Zone":"ap-guangzhou-3"}],"RequestId":"r"}}"#,
    )]);
    let client = C::new(settings(&server.endpoint()).region("ap-anywhere"));
    let reply = client.call(TARGET, &json!({ "名": ["值"] })).unwrap();
    assert_eq!(reply["ZoneSet"][0]["Zone"], "ap-guangzhou-3");
    assert_eq!(reply["RequestId"], "r");
    let request = &server.received()[0];
    assert_eq!(request.body, r#"{"名":["值"]}"#.as_bytes());
    assert_eq!(request.header("x-tc-action"), Some("DescribeZones"));
    assert_eq!(request.header("x-tc-version"), Some("2017-03-12"));
    assert_eq!(request.header("x-tc-region"), Some("ap-anywhere"));
}

fn an_action_that_needs_a_region_is_not_sent_without_one<C: AnyClient>() {
    let server = FakeServer::start(&[SUCCESS]);
    let endpoint = Endpoint::parse(&server.endpoint()).unwrap();
    let client = C::new(Settings::new(endpoint, root(None)));
    let error = client.send::<CreateKeyPair>(&named("a")).err().unwrap();
    assert!(matches!(error, ClientError::NoRegion { .. }), "{error}");
    assert!(server.received().is_empty());
    client.call(TARGET, &json!({})).unwrap();
    assert_eq!(server.received()[0].header("x-tc-region"), None);
}

fn an_action_that_needs_none_is<C: AnyClient>() {
    let server = TestServer::start_at_present();
    let endpoint = Endpoint::parse(&server.endpoint()).unwrap();
    let client = C::new(Settings::new(endpoint, root(None)));
    let input = describe_regions::Input::default();
    let output = client.send::<DescribeRegions>(&input).unwrap();
    assert_eq!(output.region_set.len(), 14);
    assert_eq!(output.region_set[0].region, "ap-beijing");
}

fn what_is_sent_is_what_was_signed<C: AnyClient>() {
    let server = FakeServer::start(&[SUCCESS, SUCCESS]);
    let port = server.address.port();
    for host in ["127.0.0.1", "LocalHost"] {
        let client = C::new(settings(&format!("http://{host}:{port}/")));
        client.call(TARGET, &json!({ "Limit": 1 })).unwrap();
    }
    for (request, host) in server.received().iter().zip(["127.0.0.1", "localhost"]) {
        assert_eq!(request.line, "POST / HTTP/1.1");
        let host = format!("{host}:{port}");
        assert_eq!(request.header("host"), Some(host.as_str()));
        assert_eq!(request.header("content-type"), Some("application/json"));
        let seconds = request.header("x-tc-timestamp").unwrap().parse().unwrap();
        let signed = sign(
            &ToSign {
                method: "POST",
                query: "",
                headers: &[("content-type", "application/json"), ("host", &host)],
                body: br#"{"Limit":1}"#,
                service: "cvm",
                timestamp: Timestamp::from_unix_seconds(seconds).unwrap(),
            },
            &SecretId::parse(ROOT_SECRET_ID).unwrap(),
            &SecretKey::new(ROOT_SECRET_KEY),
        );
        let authorization = request.header("authorization");
        assert_eq!(authorization, Some(signed.authorization.as_str()));
        let client = request.header("x-tc-requestclient").unwrap();
        assert!(client.starts_with("pharos-client/"), "{client}");
        assert_eq!(request.header("user-agent"), Some(client));
        assert_eq!(request.header("x-tc-token"), None);
    }
}

fn temporary_credentials_send_their_token<C: AnyClient>() {
    let server = FakeServer::start(&[SUCCESS]);
    let endpoint = Endpoint::parse(&server.endpoint()).unwrap();
    let client = C::new(Settings::new(endpoint, root(Token::parse("t0ken"))));
    client.call(TARGET, &json!({})).unwrap();
    let request = &server.received()[0];
    assert_eq!(request.header("x-tc-token"), Some("t0ken"));
    let authorization = request.header("authorization").unwrap();
    assert!(authorization.contains("SignedHeaders=content-type;host,"));
}

fn messages_come_in_the_language_that_was_set<C: AnyClient>() {
    let server = TestServer::start_at_present();
    let client = C::new(settings(&server.endpoint()).language(Language::Chinese));
    let refused = client.call(TARGET, &json!({})).unwrap_err().to_string();
    assert!(refused.contains("不存在"), "{refused}");
}

fn a_page_is_no_reply_and_a_redirect_is_not_followed<C: AnyClient>() {
    for status in [200, 302, 307, 502] {
        let server = FakeServer::start(&[Answer::Page(status, "<html>")]);
        let client = C::new(settings(&server.endpoint()));
        let error = client.call(TARGET, &json!({})).unwrap_err();
        match &error {
            ClientError::NotAReply { status: found, .. } => assert_eq!(*found, status),
            other => panic!("{other}"),
        }
        assert!(error.to_string().contains(&format!("HTTP status {status}")));
        assert_eq!(server.received().len(), 1);
    }
}

fn a_private_authority_is_trusted_when_it_is_named<C: AnyClient>() {
    let authority = Authority::new();
    let server = authority.server();
    let roots = Roots::none().with_pem(authority.pem.as_bytes()).unwrap();
    let client = C::new(settings(&server.endpoint()).roots(roots));
    client.send::<CreateKeyPair>(&named("a")).unwrap();
    assert_eq!(server.key_pairs().len(), 1);
}

fn a_stranger_gets_nothing<C: AnyClient>() {
    let server = Authority::new().server();
    let other = Roots::none().with_pem(Authority::new().pem.as_bytes());
    let client = C::new(settings(&server.endpoint()).roots(other.unwrap()));
    let error = client.send::<CreateKeyPair>(&named("a")).err().unwrap();
    assert!(matches!(error, ClientError::Untrusted { .. }), "{error:?}");
    assert!(error.source().is_some());
    assert_eq!(server.audit_rows(), 0);
}

#[test]
fn a_call_can_move_between_threads() {
    fn moves(_: impl Send) {}
    let client = Client::new(settings("http://127.0.0.1:1")).unwrap();
    moves(client.send::<CreateKeyPair>(&named("a")));
    moves(client.call(TARGET, &json!({})));
}

fn root(token: Option<Token>) -> Credential {
    Credential {
        secret_id: SecretId::parse(ROOT_SECRET_ID).unwrap(),
        secret_key: SecretKey::new(ROOT_SECRET_KEY),
        token,
    }
}

/// A certificate authority of our own.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self {
            pem: parameters.self_signed(&key).unwrap().pem(),
            issuer: Issuer::new(parameters, key),
        }
    }

    /// A server that it vouches for.
    fn server(&self) -> TestServer {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let (cert, key) = (certificate.pem(), key.serialize_pem());
        TestServer::start_with(Setup {
            tls: Some(Arc::new(Tls::new(cert.as_bytes(), key.as_bytes()).unwrap())),
            ..Setup::at_present()
        })
    }
}

//! The recent requests: what is seen of each, and by whom.

use std::time::Duration;

use pharos_api::account::Uin;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_service::root::ROOT_ACCOUNT;
use pharos_store::record::Quotas;
use pharos_testkit::TestServer;
use pharos_testkit::clock::START;
use pharos_testkit::request::{TestReply, TestRequest, send};
use serde_json::{Value, json};

use super::{CSP, ask, is_protected, with};

/// The number behind which requests are numbered: when the server started, by its clock.
const BEFORE: u64 = START as u64 * 1000;

/// Asks for the recent requests behind a number.
pub(crate) fn look(server: &TestServer, after: u64) -> TestRequest {
    let call = server.call("DescribeRequests", &json!({ "After": after }).to_string());
    call.with(|request| request.target = "/explorer/requests".to_owned())
}

/// What root is shown.
fn recent(server: &TestServer) -> Vec<Value> {
    let reply = server.send(&look(server, 0));
    assert_eq!(reply.code(), None, "{}", reply.message());
    is_protected(&reply, "a look");
    reply.response()["Requests"].as_array().unwrap().clone()
}

/// The text of a stage.
fn stage(request: &Value, name: &str) -> String {
    let reading = request["Judgement"]["Reading"].as_array().unwrap();
    let mut stages = reading.iter();
    let found = stages.find(|stage| stage["Name"] == name).unwrap();
    found["Text"].as_str().unwrap().to_owned()
}

#[test]
fn a_good_call_is_seen_and_a_look_is_not() {
    let server = TestServer::start();
    let reply = server.send(&server.create_key_pair("seen"));
    for _ in 0..2 {
        let requests = recent(&server);
        assert_eq!(requests.len(), 1);
        let request = &requests[0];
        assert_eq!(request["Id"], BEFORE + 1);
        assert_eq!(request["Time"], "2026-11-25T08:00:00.000Z");
        assert_eq!(request["RequestId"], reply.response()["RequestId"]);
        assert_eq!(request["Action"], "CreateKeyPair");
        assert_eq!(request["Region"], "ap-guangzhou");
        assert_eq!(request["SecretId"], "AKIDroot");
        assert_eq!(request["Account"], ROOT_ACCOUNT.0);
        assert_eq!(request["Code"], "ok");
        assert_eq!(request["Message"], Value::Null);
        assert_eq!(request["DurationMs"], 0);
        let judgement = &request["Judgement"];
        assert_eq!(judgement["Version"], "TC3-HMAC-SHA256");
        assert_eq!(judgement["Verdict"], "verified");
        assert_eq!(judgement["Explanation"], Value::Null);
        let canonical_request = stage(request, "canonical_request");
        let expected = format!(
            "POST\n/\n\ncontent-type:application/json\nhost:{}\n",
            server.address
        );
        assert!(
            canonical_request.starts_with(&expected),
            "{canonical_request}"
        );
        let string_to_sign = stage(request, "string_to_sign");
        assert!(string_to_sign.starts_with("TC3-HMAC-SHA256\n1795593600\n2026-11-25/"));
    }
    server.send(&server.create_key_pair("seen"));
    let reply = server.send(&look(&server, BEFORE + 1));
    let response = reply.response();
    assert_eq!(response["Last"], BEFORE + 2);
    let later = response["Requests"].as_array().unwrap();
    assert_eq!(later.len(), 1);
    let code = "InvalidParameterValue.DuplicateParameterValue";
    assert_eq!(
        (&later[0]["Id"], &later[0]["Code"]),
        (&json!(BEFORE + 2), &json!(code))
    );
    assert_eq!(later[0]["Judgement"]["Verdict"], "verified");
}

#[test]
fn a_wrong_signature_is_seen_with_what_differs_even_where_its_sender_is_not_told() {
    for explain_signatures in [true, false] {
        let server = with(|options| options.explain_signatures = explain_signatures);
        let call = server
            .create_key_pair("a")
            .with(|request| request.signed_host = Some("localhost".to_owned()));
        let told = server.send(&call);
        let differs = r#"you signed "localhost", the request says"#;
        assert_eq!(told.message().contains(differs), explain_signatures);

        let requests = recent(&server);
        let request = &requests[0];
        assert_eq!(request["Code"], "AuthFailure.SignatureFailure");
        assert_eq!(request["Message"], told.message());
        assert_eq!(request["SecretId"], "AKIDroot");
        assert_eq!(request["Judgement"]["Verdict"], "refused");
        let explanation = request["Judgement"]["Explanation"].as_str().unwrap();
        assert!(explanation.contains(differs), "{explanation}");
        let canonical_request = stage(request, "canonical_request");
        let host = format!("\nhost:{}\n", server.address);
        assert!(canonical_request.contains(&host), "{canonical_request}");

        let chinese = look(&server, 0).header("X-TC-Language", Some("zh-CN"));
        let request = server.send(&chinese).response()["Requests"][0].clone();
        let explanation = request["Judgement"]["Explanation"].as_str().unwrap();
        assert!(explanation.contains("不一致之处为主机"), "{explanation}");
        assert!(
            request["Message"]
                .as_str()
                .unwrap()
                .starts_with("请求签名验证失败")
        );
    }
}

#[test]
fn a_flood_of_wrong_signatures_is_explained_now_and_then() {
    let server = TestServer::start();
    let wrong = server
        .create_key_pair("a")
        .with(|request| request.secret_key = SecretKey::new("another"));
    for _ in 0..20 {
        server.send(&wrong);
    }
    let requests = recent(&server);
    let explained = requests
        .iter()
        .filter(|request| !request["Judgement"]["Explanation"].is_null());
    assert_eq!((requests.len(), explained.count()), (20, 5));
}

#[test]
fn an_expired_signature_and_a_stranger_are_seen_with_how_they_were_read() {
    let server = TestServer::start();
    let late = server.create_key_pair("a");
    server.clock.advance(Duration::from_secs(301));
    server.send(&late);
    let stranger = server.create_key_pair("a").with(|request| {
        request.secret_id = SecretId::parse("AKIDstranger").unwrap();
    });
    server.send(&stranger);
    let requests = recent(&server);
    for (request, code, account) in [
        (
            &requests[0],
            "AuthFailure.SignatureExpire",
            json!(ROOT_ACCOUNT.0),
        ),
        (&requests[1], "AuthFailure.SecretIdNotFound", Value::Null),
    ] {
        assert_eq!(request["Code"], code);
        assert_eq!(request["Account"], account);
        assert_eq!(request["Judgement"]["Verdict"], "refused");
        assert_eq!(request["Judgement"]["Explanation"], Value::Null);
        assert!(stage(request, "string_to_sign").contains("/lighthouse/tc3_request"));
    }
    assert_eq!(requests[1]["SecretId"], "AKIDstranger");
}

#[test]
fn version_1_is_seen_with_its_source_string() {
    let server = TestServer::start();
    send(server.address, &server.version_1("one", 7).bytes());
    let requests = recent(&server);
    let judgement = &requests[0]["Judgement"];
    assert_eq!(judgement["Version"], "HmacSHA256");
    assert_eq!(judgement["Verdict"], "verified");
    let expected = format!(
        "POST{}/?Action=CreateKeyPair&KeyName=one&Language=en-US&Nonce=7&Region=ap-guangzhou&\
         SecretId=AKIDroot&SignatureMethod=HmacSHA256&Timestamp=1795593600&Version=2020-03-24",
        server.address
    );
    assert_eq!(stage(&requests[0], "source_string"), expected);
}

#[test]
fn garbage_is_seen_as_unread() {
    let server = TestServer::start();
    let plain = |authorization| {
        let call = server.create_key_pair("a");
        server.send(&call.header("Authorization", Some(authorization)))
    };
    plain("TC3-HMAC-SHA256 Credential=x");
    plain("Bearer abc");
    ask(
        &server,
        "GET",
        "/?SecretId=a&SignatureMethod=HmacSHA256",
        &[],
        b"",
    );
    ask(&server, "PUT", "/", &[], b"");
    let requests = recent(&server);
    let seen: Vec<_> = requests
        .iter()
        .map(|request| {
            assert_eq!(request["Judgement"]["Verdict"], "unread");
            assert_eq!(request["Judgement"]["Reading"], json!([]));
            assert_eq!(request["SecretId"], Value::Null);
            assert!(request["Message"].is_string());
            let text = |value: &Value| value.as_str().map(str::to_owned);
            (
                text(&request["Judgement"]["Version"]),
                text(&request["Code"]).unwrap(),
            )
        })
        .collect();
    let row = |version: Option<&str>, code: &str| (version.map(str::to_owned), code.to_owned());
    assert_eq!(
        seen,
        [
            row(Some("TC3-HMAC-SHA256"), "AuthFailure.InvalidAuthorization"),
            row(None, "AuthFailure.InvalidAuthorization"),
            row(Some("HmacSHA256"), "MissingParameter"),
            row(None, "UnsupportedProtocol"),
        ]
    );
}

#[test]
fn an_account_sees_its_own_requests_and_no_other() {
    let server = TestServer::start();
    let other = server.add_account(Uin(200_000_000_002), Quotas::default());
    let by_other = |request: &mut TestRequest| request.secret_id = other.clone();
    server.send(&server.create_key_pair("of_the_first"));
    server.send(&server.create_key_pair("of_the_other").with(by_other));
    // Wrong, and said to be of the other.
    let wrong = server.create_key_pair("a").with(by_other);
    server.send(&wrong.with(|request| request.secret_key = SecretKey::new("another")));
    // Of nobody: the first account is the operator's.
    ask(&server, "GET", "/?SecretId=a", &[], b"");

    let ids = |reply: TestReply| -> Vec<u64> {
        assert_eq!(reply.code(), None, "{}", reply.message());
        let requests = reply.response()["Requests"].clone();
        let requests = requests.as_array().unwrap().clone();
        requests
            .iter()
            .map(|request| request["Id"].as_u64().unwrap() - BEFORE)
            .collect()
    };
    assert_eq!(ids(server.send(&look(&server, 0))), [1, 4]);
    assert_eq!(ids(server.send(&look(&server, 0).with(by_other))), [2, 3]);
}

#[test]
fn only_a_root_user_with_permanent_keys_may_look() {
    let server = TestServer::start();
    let everything =
        r#"{"version":"2.0","statement":[{"effect":"allow","action":"*","resource":"*"}]}"#;
    let user = server.add_user(7, &[everything]);
    let by_user = look(&server, 0).with(|request| request.secret_id = user);
    let federated = json!({"Name": "bob", "Policy": everything}).to_string();
    let federated = server.send(&server.call("GetFederationToken", &federated));
    let credentials = federated.response()["Credentials"].clone();
    let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
    let temporary = look(&server, 0)
        .with(|request| {
            request.secret_id = SecretId::parse(&text("TmpSecretId")).unwrap();
            request.secret_key = SecretKey::new(text("TmpSecretKey"));
        })
        .header("X-TC-Token", Some(&text("Token")));
    for request in [by_user, temporary] {
        let reply = server.send(&request);
        assert_eq!(reply.code().as_deref(), Some("UnauthorizedOperation"));
        assert!(
            reply.message().starts_with("Only the root user"),
            "{}",
            reply.message()
        );
        assert_eq!(reply.response().get("Requests"), None);
        is_protected(&reply, "a refusal");
    }
    // Who was refused is seen.
    let refused = recent(&server);
    let codes: Vec<_> = refused.iter().map(|request| &request["Code"]).collect();
    assert_eq!(
        codes,
        ["ok", "UnauthorizedOperation", "UnauthorizedOperation"]
    );
}

#[test]
fn who_looks_all_the_time_is_told_to_wait() {
    let server = TestServer::start();
    for _ in 0..5 {
        recent(&server);
    }
    let reply = server.send(&look(&server, 0));
    assert_eq!(reply.code().as_deref(), Some("RequestLimitExceeded"));
    assert_eq!(server.send(&server.create_key_pair("seen")).code(), None);
}

#[test]
fn a_look_is_verified_like_any_call() {
    let server = TestServer::start();
    let plain = look(&server, 0);
    for (request, code) in [
        (
            plain.clone().with(|request| request.is_signed = false),
            "MissingParameter",
        ),
        (
            plain.clone().header("X-TC-Action", None),
            "MissingParameter",
        ),
        (
            plain
                .clone()
                .with(|request| request.secret_key = SecretKey::new("a")),
            "AuthFailure.SignatureFailure",
        ),
        (
            plain.clone().header("X-TC-Timestamp", Some("1")),
            "AuthFailure.SignatureExpire",
        ),
        (
            plain
                .clone()
                .with(|request| request.service = "cvm".to_owned()),
            "NoSuchProduct",
        ),
        (
            plain.clone().header("X-TC-Version", Some("2017-03-12")),
            "NoSuchVersion",
        ),
        (
            plain
                .clone()
                .header("X-TC-Version", Some("2019-01-16"))
                .with(|request| request.service = "cam".to_owned()),
            "InvalidAction",
        ),
        (
            plain.clone().with(|request| request.body = b"[".to_vec()),
            "InvalidParameter",
        ),
        (
            plain
                .clone()
                .with(|request| request.body = br#"{"Before":1}"#.to_vec()),
            "InvalidParameter",
        ),
        // Elsewhere there is no such action.
        (
            plain.with(|request| request.target = "/".to_owned()),
            "InvalidAction",
        ),
    ] {
        let reply = server.send(&request);
        assert_eq!(reply.status, 200);
        assert_eq!(reply.code().as_deref(), Some(code));
        assert_eq!(
            reply.header("content-security-policy"),
            (request.target != "/").then_some(CSP)
        );
    }
}

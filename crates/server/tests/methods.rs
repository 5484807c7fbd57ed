//! The methods that call no action.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use pharos_server::Options;
use pharos_testkit::TestServer;
use pharos_testkit::request::TestReply;
use pharos_testkit::server::Setup;

#[test]
fn head_is_a_get_without_a_body_and_calls_nothing() {
    let server = TestServer::start();
    for is_signed in [true, false] {
        let request = server.request("").with(|request| {
            request.method = "HEAD".to_owned();
            request.target = "/?KeyName=from_head".to_owned();
            request.query = "KeyName=from_head".to_owned();
            request.is_signed = is_signed;
        });
        let reply = server.send(&request);
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert!(reply.body.is_empty());
    }
    assert!(server.key_pairs().is_empty());
}

#[test]
fn options_names_the_methods_and_lets_no_other_origin_in() {
    let server = TestServer::start();
    for target in ["/", "*", "/sub/path"] {
        let preflight = server
            .request("")
            .with(|request| {
                request.method = "OPTIONS".to_owned();
                request.target = target.to_owned();
                request.is_signed = false;
            })
            .header("Origin", Some("https://example.com"))
            .header("Access-Control-Request-Method", Some("POST"));
        let reply = server.send(&preflight);
        assert_eq!(reply.status, 204, "{target}");
        assert_eq!(reply.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
        let mut names = reply.headers.iter().map(|(name, _)| name);
        assert!(!names.any(|name| name.starts_with("access-control")));
    }
}

#[test]
fn an_origin_that_the_operator_names_may_call_and_no_other() {
    let server = TestServer::start_with(Setup {
        options: Options {
            allowed_origins: vec!["https://console.example.com".to_owned()],
            ..Options::default()
        },
        ..Setup::default()
    });
    let allowed = |reply: &TestReply| {
        reply
            .header("access-control-allow-origin")
            .map(ToOwned::to_owned)
    };
    for (origin, expected) in [
        ("https://console.example.com", true),
        ("https://console.example.com:444", false),
        ("http://console.example.com", false),
        ("https://example.com", false),
        ("null", false),
    ] {
        let preflight = server
            .request("")
            .with(|request| {
                request.method = "OPTIONS".to_owned();
                request.is_signed = false;
            })
            .header("Origin", Some(origin))
            .header("Access-Control-Request-Method", Some("POST"))
            .header(
                "Access-Control-Request-Headers",
                Some("authorization,x-tc-action"),
            );
        let reply = server.send(&preflight);
        assert_eq!(reply.status, 204);
        assert_eq!(
            allowed(&reply),
            expected.then(|| origin.to_owned()),
            "{origin}"
        );
        let headers = reply.header("access-control-allow-headers");
        assert_eq!(
            headers,
            expected.then_some("authorization,x-tc-action"),
            "{origin}"
        );
        assert_eq!(
            reply.header("access-control-allow-methods"),
            expected.then_some("GET, POST")
        );

        // Whether it may read the reply is another matter than whether it is one.
        for body in ["{}", "["] {
            let call = server
                .call("DescribeRegions", body)
                .header("Origin", Some(origin));
            let reply = server.send(&call);
            assert_eq!(
                allowed(&reply),
                expected.then(|| origin.to_owned()),
                "{origin}"
            );
            assert_eq!(reply.header("vary"), expected.then_some("Origin"));
            assert_eq!(reply.header("content-type"), Some("application/json"));
        }
    }
}

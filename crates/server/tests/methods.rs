//! The methods that call no action.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use pharos_testkit::TestServer;

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

//! What a load balancer is told.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use pharos_testkit::TestServer;
use pharos_testkit::failing_store::FailingStore;
use pharos_testkit::key_maker::{Behaviour, TestMaker};
use pharos_testkit::request::TestReply;
use pharos_testkit::server::Setup;

fn ask(server: &TestServer, method: &str) -> TestReply {
    server.send(&server.request("").with(|request| {
        request.method = method.to_owned();
        request.target = "/readyz".to_owned();
        request.is_signed = false;
        request.headers.clear();
    }))
}

#[test]
fn a_server_is_ready_while_its_store_is() {
    let server = TestServer::start();
    let reply = ask(&server, "GET");
    assert_eq!(
        (reply.status, reply.body.as_slice()),
        (200, &b"ready\n"[..])
    );
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let reply = ask(&server, "HEAD");
    assert_eq!((reply.status, reply.body.len()), (200, 0));
}

#[test]
fn a_server_whose_store_fails_is_not_ready_and_says_nothing_of_why() {
    let wrap_store = Box::new(|store| Arc::new(FailingStore::failing_at(0, store)) as _);
    let server = TestServer::start_with(Setup {
        wrap_store,
        ..Setup::default()
    });
    for _ in 0..3 {
        // The store would answer the second question; it is not asked so soon.
        let reply = ask(&server, "GET");
        assert_eq!(reply.status, 503);
        let text = String::from_utf8(reply.body).unwrap();
        assert_eq!(
            text,
            "not ready: the store cannot be used; the log says why\n"
        );
    }
}

#[test]
fn a_server_whose_generator_stopped_is_not_ready() {
    let server = TestServer::start_with(Setup {
        key_maker: TestMaker::new(Behaviour::Disagree),
        ..Setup::default()
    });
    assert_eq!(ask(&server, "GET").status, 200);
    let refused = server.send(&server.create_key_pair("a"));
    assert_eq!(
        refused.code().as_deref(),
        Some("FailedOperation.CreateKeyPairFailed")
    );
    let reply = ask(&server, "GET");
    assert_eq!(reply.status, 503);
    let text = String::from_utf8(reply.body).unwrap();
    assert_eq!(text, "not ready: the generator stopped; the log says why\n");
}

#[test]
fn a_call_to_that_path_is_a_call() {
    let server = TestServer::start();
    let call = server.create_key_pair("by_path").with(|request| {
        request.target = "/readyz".to_owned();
    });
    assert!(
        server
            .send(&call)
            .header("content-type")
            .unwrap()
            .contains("json")
    );
    assert_eq!(server.key_pairs().len(), 1);
    let refused = ask(&server, "POST");
    assert_eq!(
        refused.status, 200,
        "a call that is not signed, answered as one"
    );
    assert!(
        String::from_utf8(refused.body)
            .unwrap()
            .contains("MissingParameter")
    );
}

//! What both clients send again, and what they do not.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::num::NonZeroU32;
use std::time::Duration;

use pharos_client::{ClientError, Retry, Settings};
use serde_json::json;
use support::{Answer, AnyClient, FakeServer, SUCCESS, TARGET, TOO_OFTEN, settings};

support::both! {
    a_call_that_came_too_often_is_sent_again,
    the_tries_end,
    it_can_be_turned_off,
    no_other_refusal_is_sent_again,
    a_connection_that_breaks_is_not_tried_again,
}

/// Three tries, without a pause that anybody could notice.
fn three_tries(server: &FakeServer) -> Settings {
    settings(&server.endpoint()).retry(Retry {
        tries: NonZeroU32::new(3).unwrap(),
        base_pause: Duration::from_nanos(1),
        pause_max: Duration::from_nanos(1),
    })
}

fn a_call_that_came_too_often_is_sent_again<C: AnyClient>() {
    let narrower = Answer::Reply(
        r#"{"Response":{"Error":{"Code":"RequestLimitExceeded.UinLimitExceeded","Message":""},"RequestId":"r"}}"#,
    );
    let server = FakeServer::start(&[TOO_OFTEN, narrower, SUCCESS]);
    let client = C::new(three_tries(&server));
    client.call(TARGET, &json!({ "Limit": 1 })).unwrap();
    let received = server.received();
    assert_eq!(received.len(), 3);
    for request in received {
        assert_eq!(request.body, br#"{"Limit":1}"#);
    }
}

fn the_tries_end<C: AnyClient>() {
    let server = FakeServer::start(&[TOO_OFTEN; 4]);
    let client = C::new(three_tries(&server));
    let error = client.call(TARGET, &json!({})).unwrap_err();
    assert_eq!(error.code(), Some("RequestLimitExceeded"));
    assert_eq!(server.received().len(), 3);
}

fn it_can_be_turned_off<C: AnyClient>() {
    let server = FakeServer::start(&[TOO_OFTEN, SUCCESS]);
    let client = C::new(three_tries(&server).retry(Retry::never()));
    assert!(client.call(TARGET, &json!({})).unwrap_err().is_rate_limit());
    assert_eq!(server.received().len(), 1);
}

fn no_other_refusal_is_sent_again<C: AnyClient>() {
    let failed = Answer::Reply(
        r#"{"Response":{"Error":{"Code":"InternalError","Message":""},"RequestId":"r"}}"#,
    );
    let server = FakeServer::start(&[failed, SUCCESS]);
    let client = C::new(three_tries(&server));
    let error = client.call(TARGET, &json!({})).unwrap_err();
    assert_eq!(error.code(), Some("InternalError"));
    assert_eq!(server.received().len(), 1);
}

/// On a new connection and on one that carried a call before: nobody knows what became of the call.
fn a_connection_that_breaks_is_not_tried_again<C: AnyClient>() {
    for broken in [Answer::Close, Answer::Break] {
        for before in [&[][..], &[SUCCESS]] {
            let server = FakeServer::start(&[before, &[broken, SUCCESS]].concat());
            let client = C::new(three_tries(&server));
            for _ in before {
                client.call(TARGET, &json!({})).unwrap();
            }
            let error = client.call(TARGET, &json!({})).unwrap_err();
            assert!(matches!(error, ClientError::Unreachable { .. }), "{error}");
            assert_eq!(server.received().len(), before.len() + 1);
        }
    }
}

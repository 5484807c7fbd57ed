//! HTTP/2 with prior knowledge, on the port that speaks HTTP/1.1 too.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use pharos_server::{Options, Server};
use pharos_service::generator::KeyMaker;
use pharos_testkit::TestServer;
use pharos_testkit::key_maker::{Behaviour, TestMaker};
use pharos_testkit::request::TestRequest;
use pharos_testkit::server::Setup;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

type Client = SendRequest<Full<Bytes>>;

/// A client, and what ends with its connection.
async fn connect(address: SocketAddr) -> (Client, tokio::task::JoinHandle<()>) {
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (client, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    let ended = tokio::spawn(async move { drop(connection.await) });
    (client, ended)
}

/// The same request in HTTP/2: the host is the `:authority`, and there is no `Host`.
fn in_http2(request: &TestRequest) -> Request<Full<Bytes>> {
    let bytes = request.bytes();
    let head = String::from_utf8(bytes[..bytes.len() - request.body.len()].to_vec()).unwrap();
    let mut converted = Request::builder()
        .method(request.method.as_str())
        .uri(format!("http://{}{}", request.host, request.target))
        .version(Version::HTTP_2);
    for line in head.lines().skip(1).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        if name != "Host" {
            converted = converted.header(name, value);
        }
    }
    converted
        .body(Full::new(Bytes::from(request.body.clone())))
        .unwrap()
}

async fn body(response: Response<Incoming>) -> Value {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice::<Value>(&bytes).unwrap()["Response"].clone()
}

#[test]
fn one_connection_carries_requests_side_by_side_signed_over_the_authority() {
    let server = TestServer::start();
    let requests: Vec<_> = (0..5)
        .map(|index| in_http2(&server.create_key_pair(&format!("side_by_side_{index}"))))
        .collect();
    server.block_on(async {
        let (mut client, _) = connect(server.address).await;
        let mut replies = Vec::new();
        for request in requests {
            client.ready().await.unwrap();
            replies.push(client.send_request(request));
        }
        for reply in replies {
            let reply = reply.await.unwrap();
            assert_eq!(
                (reply.status(), reply.version()),
                (StatusCode::OK, Version::HTTP_2)
            );
            assert_eq!(reply.headers()["content-type"], "application/json");
            let body = body(reply).await;
            assert!(body["Error"].is_null(), "{body}");
        }
    });
    assert_eq!(server.key_pairs().len(), 5);
}

#[test]
fn another_authority_than_the_signed_one_is_refused() {
    let server = TestServer::start();
    let request = server.create_key_pair("a").with(|request| {
        request.signed_host = Some("another.example".to_owned());
    });
    let request = in_http2(&request);
    let reply = server.block_on(async {
        let (mut client, _) = connect(server.address).await;
        body(client.send_request(request).await.unwrap()).await
    });
    assert_eq!(reply["Error"]["Code"], "AuthFailure.SignatureFailure");
}

#[test]
fn the_limits_of_size_hold() {
    let server = TestServer::start();
    let large = in_http2(&server.request(&" ".repeat(10 * 1024 * 1024 + 1)));
    let headers = in_http2(
        &server
            .create_key_pair("a")
            .header("X-Large", Some(&"x".repeat(64 * 1024))),
    );
    server.block_on(async {
        let (mut client, _) = connect(server.address).await;
        let reply = body(client.send_request(large).await.unwrap()).await;
        assert_eq!(reply["Error"]["Code"], "RequestSizeLimitExceeded");
        // The client knows the limit from the server's settings, or is told.
        if let Ok(reply) = client.send_request(headers).await {
            assert_eq!(reply.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        }
    });
    assert!(server.key_pairs().is_empty());
}

#[test]
fn a_server_that_stops_answers_what_is_in_flight_first() {
    let maker = TestMaker::new(Behaviour::RepeatSlowly);
    let server = TestServer::start_with(Setup {
        key_maker: Arc::clone(&maker) as Arc<dyn KeyMaker>,
        ..Setup::default()
    });
    let request = in_http2(&server.create_key_pair("in_flight"));
    server.block_on(async {
        // The same service once more, on a port that can be closed.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let second =
            Server::new(listener, Arc::clone(&server.service), Options::default()).unwrap();
        let running = tokio::spawn(second.run(async move { drop(stopped.await) }));
        let (mut client, ended) = connect(address).await;
        let reply = tokio::spawn(client.send_request(request));
        while maker.made() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        stop.send(()).unwrap();
        let reply = body(reply.await.unwrap().unwrap()).await;
        assert!(reply["Error"].is_null(), "{reply}");
        assert!(running.await.unwrap(), "it did not finish in time");
        ended.await.unwrap();
    });
}

/// A server whose time passes as fast as nothing happens.
fn quick_server() -> TestServer {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    TestServer::start_with(Setup {
        runtime: runtime.enable_all().start_paused(true).build().unwrap(),
        ..Setup::default()
    })
}

#[test]
fn a_connection_that_says_nothing_or_half_a_word_is_closed_after_a_minute() {
    let server = quick_server();
    for said in ["", "P", "PRI * HTTP/2.0\r\n", "POST / HTTP/1.1\r\nHost"] {
        server.block_on(async {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            stream.write_all(said.as_bytes()).await.unwrap();
            let since = Instant::now();
            let mut rest = Vec::new();
            // A reset is an end too.
            let _ = stream.read_to_end(&mut rest).await;
            let took = since.elapsed().as_secs();
            assert!((59..=121).contains(&took), "{said:?} took {took} s");
        });
    }
}

#[test]
fn an_idle_connection_is_closed_after_a_minute() {
    let server = quick_server();
    server.block_on(async {
        let (client, ended) = connect(server.address).await;
        let since = Instant::now();
        ended.await.unwrap();
        let took = since.elapsed();
        assert!(
            (Duration::from_secs(59)..Duration::from_secs(70)).contains(&took),
            "{took:?}"
        );
        drop(client);
    });
}

#[test]
fn a_client_that_never_confirms_the_end_does_not_hold_the_connection() {
    let server = quick_server();
    server.block_on(async {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        // The preface and empty settings, and never a word more: no pings, no acknowledgements.
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
            .await
            .unwrap();
        let since = Instant::now();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        let took = since.elapsed();
        assert!(took < Duration::from_secs(70), "{took:?}");
    });
}

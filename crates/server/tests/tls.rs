//! A client that does not shake hands.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use pharos_server::Tls;
use pharos_testkit::TestServer;
use pharos_testkit::server::Setup;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

#[test]
fn a_handshake_takes_ten_seconds_at_most() {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (cert, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let server = TestServer::start_with(Setup {
        runtime: runtime.enable_all().start_paused(true).build().unwrap(),
        tls: Some(Arc::new(Tls::new(cert.as_bytes(), key.as_bytes()).unwrap())),
        ..Setup::default()
    });
    // Nothing, and the beginning of a client's hello.
    for said in [&b""[..], b"\x16\x03\x01\x02\x00\x01"] {
        server.block_on(async {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            stream.write_all(said).await.unwrap();
            let since = Instant::now();
            let _ = stream.read_to_end(&mut Vec::new()).await;
            let took = since.elapsed().as_secs();
            assert!((9..=11).contains(&took), "{took}");
        });
    }
}

//! What Prometheus is told, over HTTP.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use pharos_keys::KeyType;
use pharos_server::MetricsServer;
use pharos_testkit::TestServer;
use pharos_testkit::key_maker::{Behaviour, TestMaker};
use pharos_testkit::request::{TestReply, send};
use pharos_testkit::server::Setup;
use prometheus_client::registry::Registry;

/// How long a test waits for a number to change: a hang should fail, a busy machine should not.
const TIME_MAX: Duration = Duration::from_secs(60);

/// A server, its key maker, and where its metrics are.
struct Scraped {
    server: TestServer,
    maker: Arc<TestMaker>,
    metrics: SocketAddr,
}

impl Scraped {
    fn start(behaviour: Behaviour) -> Self {
        let maker = TestMaker::new(behaviour);
        let server = TestServer::start_with(Setup {
            key_maker: Arc::clone(&maker) as _,
            key_type: KeyType::Rsa3072,
            ..Setup::default()
        });
        let mut registry = Registry::with_prefix("pharos");
        server.service.register_metrics(&mut registry);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let metrics = listener.local_addr().unwrap();
        server.block_on(async {
            tokio::spawn(MetricsServer::new(listener, registry).unwrap().run());
        });
        Self {
            server,
            maker,
            metrics,
        }
    }

    fn ask(&self, line: &str) -> TestReply {
        let request = format!("{line} HTTP/1.1\r\nHost: metrics\r\n\r\n");
        send(self.metrics, request.as_bytes())
    }

    fn scrape(&self) -> String {
        let reply = self.ask("GET /metrics");
        assert_eq!(reply.status, 200);
        String::from_utf8(reply.body).unwrap()
    }

    /// Waits until there is this line.
    fn until(&self, line: &str) {
        let is_there = || self.scrape().lines().any(|scraped| scraped == line);
        until(line, is_there);
    }

    /// Sends a CreateKeyPair and does not wait for its reply.
    fn send_create(&self, name: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.server.address).unwrap();
        let request = self.server.create_key_pair(name);
        stream.write_all(&request.bytes()).unwrap();
        stream
    }
}

/// Waits until something is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < TIME_MAX, "never: {what}");
        thread::yield_now();
    }
}

/// All of it after two keys, without how long anything took.
const AFTER_TWO_KEYS: &str = r#"# HELP pharos_generator_wait_duration_seconds How long a request waited for its turn on a generator thread.
# TYPE pharos_generator_wait_duration_seconds histogram
pharos_generator_wait_duration_seconds_count 2
# HELP pharos_generator_keys_abandoned_total Key pairs that nobody waited for any more: broken off, or wiped when they were made.
# TYPE pharos_generator_keys_abandoned_total counter
pharos_generator_keys_abandoned_total 0
# HELP pharos_generator_requests_refused_total Requests refused at once, because they would not have been done in time.
# TYPE pharos_generator_requests_refused_total counter
pharos_generator_requests_refused_total 0
# HELP pharos_generator_disagreements_total Keys that the library rejected; the generator stops at the first.
# TYPE pharos_generator_disagreements_total counter
pharos_generator_disagreements_total 0
# HELP pharos_generator_threads Generator threads.
# TYPE pharos_generator_threads gauge
pharos_generator_threads 2
# HELP pharos_generator_path_info What finds the primes of RSA keys.
# TYPE pharos_generator_path_info gauge
pharos_generator_path_info{path="library"} 1
# HELP pharos_generator_queue_length Requests that wait for a turn on a generator thread.
# TYPE pharos_generator_queue_length gauge
pharos_generator_queue_length 0
# HELP pharos_generator_keys_made_total Key pairs made.
# TYPE pharos_generator_keys_made_total counter
pharos_generator_keys_made_total{key_type="rsa-3072"} 2
# HELP pharos_generator_key_duration_seconds How long a generator thread took to make a key pair.
# TYPE pharos_generator_key_duration_seconds histogram
pharos_generator_key_duration_seconds_count{key_type="rsa-3072"} 2
"#;

/// The whole text is compared, so nothing else can be in it: no name, no account, no key.
#[test]
fn what_the_generator_did_is_told_and_nothing_else() {
    let scraped = Scraped::start(Behaviour::Repeat);
    for name in ["one", "two"] {
        let reply = scraped.server.send(&scraped.server.create_key_pair(name));
        assert_eq!(reply.code(), None);
    }
    let reply = scraped.ask("GET /metrics");
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some(kind))
    );
    let text = String::from_utf8(reply.body).unwrap();
    let is_time = |line: &&str| {
        let name = line.split([' ', '{']).next().unwrap_or_default();
        name.ends_with("_seconds_bucket") || name.ends_with("_seconds_sum")
    };
    let (times, rest): (Vec<_>, Vec<_>) = text.lines().partition(is_time);
    assert_eq!(rest, AFTER_TWO_KEYS.lines().collect::<Vec<_>>());
    assert!(times.contains(&r#"pharos_generator_wait_duration_seconds_bucket{le="+Inf"} 2"#));
    for time in times {
        let (_, value) = time.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{time}");
    }
}

#[test]
fn nothing_but_metrics_is_answered_and_nothing_but_get() {
    let scraped = Scraped::start(Behaviour::Repeat);
    for (line, status) in [
        ("GET /", 404),
        ("GET /readyz", 404),
        ("POST /", 404),
        ("POST /metrics", 405),
        ("OPTIONS /metrics", 405),
    ] {
        assert_eq!(scraped.ask(line).status, status, "{line}");
    }
    assert_eq!(scraped.ask("POST /metrics").header("allow"), Some("GET"));
    let at_the_api = scraped.server.request("").with(|request| {
        request.method = "GET".to_owned();
        request.target = "/metrics".to_owned();
        request.is_signed = false;
    });
    let reply = scraped.server.send(&at_the_api);
    assert!(!String::from_utf8_lossy(&reply.body).contains("pharos_generator"));
}

#[test]
fn a_client_that_leaves_has_its_key_broken_off_and_leaves_the_queue() {
    let scraped = Scraped::start(Behaviour::WaitUntilUnwanted);
    let in_work = [scraped.send_create("one"), scraped.send_create("two")];
    until("one on each thread", || scraped.maker.made() == 2);
    let queued = scraped.send_create("three");
    scraped.until("pharos_generator_queue_length 1");
    drop(queued);
    scraped.until("pharos_generator_queue_length 0");
    drop(in_work);
    scraped.until("pharos_generator_keys_abandoned_total 2");
    assert_eq!(scraped.maker.made(), 2, "none was begun for who had left");
}

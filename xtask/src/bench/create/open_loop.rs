//! The load generator: requests that are due at fixed times, whatever became of those before. Each takes from
//! when it was due, so that a server that falls behind cannot hide it by being asked less.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::JoinHandle;

/// How long is waited for a reply to the last request.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// Requests in flight at which a turn is broken off: the server is hopelessly behind, and each holds a
/// connection.
const IN_FLIGHT_MAX: usize = 500;

/// What every key pair has in its reply, in JSON and in XML.
const SIGN_OF_A_KEY: &[u8] = b"PRIVATE KEY-----";

/// What came of the requests of one turn.
pub(super) struct Outcome {
    /// From when it was due to the end of its reply; `None` for what came without a key, or did not come.
    pub(super) latencies: Vec<Option<Duration>>,
    /// Those that were sent before the turn was broken off, if it was.
    pub(super) sent: usize,
    /// What one that came without said.
    pub(super) refusal: Option<String>,
}

/// Sends so many requests a second, evenly.
pub(super) fn run(
    address: SocketAddr,
    rate: f64,
    requests: Vec<Request<Full<Bytes>>>,
) -> Result<Outcome> {
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let connections = Arc::new(Connections::to(address));
    let mut latencies = vec![None; requests.len()];
    let mut replies = Vec::with_capacity(requests.len());
    let interval = Duration::from_secs_f64(rate.recip());
    let mut due = Instant::now();
    for request in requests {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if connections.in_flight.load(Ordering::Relaxed) >= IN_FLIGHT_MAX {
            break;
        }
        connections.in_flight.fetch_add(1, Ordering::Relaxed);
        let connections = Arc::clone(&connections);
        replies.push(runtime.spawn(async move {
            connections.ask(request).await?;
            Ok(due.elapsed())
        }));
        due += interval;
    }
    let sent = replies.len();
    let end = Instant::now() + WAIT_MAX;
    let refusal = runtime.block_on(collect(replies, &mut latencies, end));
    // What is still in flight is given up.
    runtime.shutdown_background();
    Ok(Outcome {
        latencies,
        sent,
        refusal,
    })
}

type Reply = JoinHandle<Result<Duration>>;

/// Fills in what comes until the end, and answers why one came without a key.
async fn collect(
    replies: Vec<Reply>,
    latencies: &mut [Option<Duration>],
    end: Instant,
) -> Option<String> {
    let mut refusal = None;
    for (reply, latency) in replies.into_iter().zip(latencies) {
        match tokio::time::timeout_at(end.into(), reply).await {
            Ok(Ok(Ok(took))) => *latency = Some(took),
            Ok(Ok(Err(error))) => refusal = Some(format!("{error:#}")),
            Ok(Err(error)) => refusal = Some(error.to_string()),
            Err(_) => {}
        }
    }
    refusal
}

/// As many as there are requests in flight; one that is free is taken again.
struct Connections {
    address: SocketAddr,
    free: Mutex<Vec<SendRequest<Full<Bytes>>>>,
    in_flight: AtomicUsize,
}

impl Connections {
    fn to(address: SocketAddr) -> Self {
        Self {
            address,
            free: Mutex::default(),
            in_flight: AtomicUsize::new(0),
        }
    }

    /// Sends a request that is in flight, and sees that a key came.
    async fn ask(&self, request: Request<Full<Bytes>>) -> Result<()> {
        let asked = self.ask_over_one(request).await;
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        asked
    }

    async fn ask_over_one(&self, request: Request<Full<Bytes>>) -> Result<()> {
        let mut connection = self.one().await?;
        let reply = connection.send_request(request).await?;
        let status = reply.status();
        let body = reply.into_body().collect().await?.to_bytes();
        self.free().push(connection);
        let has_key = body
            .windows(SIGN_OF_A_KEY.len())
            .any(|bytes| bytes == SIGN_OF_A_KEY);
        let text = String::from_utf8_lossy(&body);
        ensure!(status == StatusCode::OK && has_key, "{status} {text}");
        Ok(())
    }

    /// One that is free, else a new one.
    async fn one(&self) -> Result<SendRequest<Full<Bytes>>> {
        loop {
            let Some(mut connection) = self.free().pop() else {
                break;
            };
            // Not if the server closed it meanwhile.
            if connection.ready().await.is_ok() {
                return Ok(connection);
            }
        }
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (connection, driver) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(driver);
        Ok(connection)
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<SendRequest<Full<Bytes>>>> {
        // Nothing is half done while it is held.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    use super::*;

    /// Answers each connection's first request with this, and closes it, as moto does.
    fn server(replies: Vec<&'static str>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let mut kept = Vec::new();
            for reply in replies {
                let (mut stream, _) = listener.accept().unwrap();
                answer(&mut stream, reply);
                kept.push((reply.is_empty(), stream));
                kept.retain(|(is_silent, _)| *is_silent);
            }
            // Those that are not answered stay open until everybody has left.
            for (_, mut stream) in kept {
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
        address
    }

    fn answer(stream: &mut TcpStream, reply: &str) {
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).unwrap();
        stream.write_all(reply.as_bytes()).unwrap();
    }

    fn requests(count: usize) -> Vec<Request<Full<Bytes>>> {
        let request = || Request::post("/").header("host", "a").body(Full::default());
        (0..count).map(|_| request().unwrap()).collect()
    }

    const KEY: &str =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 16\r\n\r\nPRIVATE KEY-----";
    const NO_KEY: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 7\r\n\r\nno key!";

    #[test]
    fn every_request_is_sent_and_only_a_key_counts() {
        let address = server(vec![KEY, NO_KEY, KEY]);
        let outcome = run(address, 100.0, requests(3)).unwrap();
        let answered = outcome.latencies.iter().filter(|took| took.is_some());
        assert_eq!(answered.count(), 2);
        assert_eq!(outcome.refusal.as_deref(), Some("200 OK no key!"));
    }

    #[test]
    fn a_request_is_sent_when_it_is_due_and_takes_from_then() {
        const REQUESTS: usize = 5;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        // Nobody is answered before the last request is there.
        let server = thread::spawn(move || {
            let streams: Vec<_> = (0..REQUESTS)
                .map(|_| listener.accept().unwrap().0)
                .collect();
            for mut stream in streams {
                answer(&mut stream, KEY);
            }
        });
        let outcome = run(address, 50.0, requests(REQUESTS)).unwrap();
        server.join().unwrap();
        // Each was due 20 ms after the one before, and waited for all that came behind it.
        for (behind, took) in outcome.latencies.into_iter().rev().enumerate() {
            let interval = Duration::from_millis(20);
            assert!(took.unwrap() >= interval * u32::try_from(behind).unwrap());
        }
    }

    #[test]
    fn a_turn_is_broken_off_when_the_server_is_hopelessly_behind() {
        // It accepts nobody.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let outcome = run(address, 10_000.0, requests(IN_FLIGHT_MAX + 100)).unwrap();
        assert_eq!(outcome.sent, IN_FLIGHT_MAX);
        assert_eq!(outcome.latencies, vec![None; IN_FLIGHT_MAX + 100]);
    }

    #[test]
    fn what_is_never_answered_counts_as_that_and_holds_nobody_up() {
        let address = server(vec!["", KEY]);
        let outcome = run(address, 100.0, requests(2)).unwrap();
        assert!(matches!(outcome.latencies[..], [None, Some(_)]));
    }
}

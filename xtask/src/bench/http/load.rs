//! The load generator: connections that are kept, each sending the next request when it has the reply to
//! the one before.
//!
//! It looks at its connections in turns and never sleeps. One that sleeps is woken by the server, which
//! then pays for it with every reply, and the more the slower it is: the comparison would be of the
//! generator's pauses.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use super::super::sample::Sample;

/// What is not measured at the beginning: caches fill.
const WARM_UP: Duration = Duration::from_millis(500);

/// What one turn came to.
#[derive(Serialize, Deserialize)]
pub(crate) struct Load {
    /// Replies after the beginning.
    pub(crate) requests: usize,
    /// How long they took, all in all.
    pub(crate) seconds: f64,
    /// From sending a request to having its reply.
    pub(crate) p50_ms: f64,
    /// The same.
    pub(crate) p99_ms: f64,
}

/// A reply that was read with care: how large all of it is, and its body.
pub(super) struct Exchange {
    size: usize,
    pub(super) body: Vec<u8>,
}

impl Exchange {
    /// Sends a request, and sees that it succeeded.
    pub(super) fn once(stream: &mut TcpStream, request: &[u8]) -> Result<Self> {
        stream.write_all(request)?;
        let mut reply = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let count = stream.read(&mut piece)?;
            ensure!(count > 0, "no whole reply");
            reply.extend(piece.iter().take(count));
            let Some(end) = reply.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
                continue;
            };
            let (head, body) = reply.split_at(end + 4);
            let head = std::str::from_utf8(head)?;
            ensure!(head.starts_with("HTTP/1.1 200 "), "{head}");
            let length: usize = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .context("a reply without its length")?
                .parse()?;
            if body.len() == length {
                let text = String::from_utf8_lossy(body);
                ensure!(!text.contains("\"Error\""), "{text}");
                return Ok(Self {
                    size: reply.len(),
                    body: body.to_vec(),
                });
            }
        }
    }
}

/// Generates load for some seconds, with the request that stands on standard input, and prints what came
/// of it.
pub(crate) fn generate(address: SocketAddr, seconds: u64, connections: usize) -> Result<()> {
    let mut request = Vec::new();
    io::stdin().read_to_end(&mut request)?;
    let mut connections = (0..connections)
        .map(|_| Connection::open(address, &request))
        .collect::<Result<Vec<_>>>()?;
    let begin = Instant::now() + WARM_UP;
    let end = begin + Duration::from_secs(seconds);
    let mut durations = Vec::new();
    while Instant::now() < end {
        for connection in &mut connections {
            if let Some((asked, took)) = connection.look(&request)?
                && asked >= begin
            {
                durations.push(took);
            }
        }
    }
    let sample = Sample::new(&durations);
    let load = Load {
        requests: sample.count(),
        seconds: (end - begin).as_secs_f64(),
        p50_ms: sample.median(),
        p99_ms: sample.quantile(0.99),
    };
    println!("{}", serde_json::to_string(&load)?);
    Ok(())
}

/// A connection with one request in flight.
struct Connection {
    stream: TcpStream,
    asked: Instant,
    /// As large as every reply is: only ids and dates differ, and they are as long each time.
    reply: Vec<u8>,
    /// How much of it is there.
    read: usize,
}

impl Connection {
    fn open(address: SocketAddr, request: &[u8]) -> Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let reply = vec![0; Exchange::once(&mut stream, request)?.size];
        stream.write_all(request)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            asked: Instant::now(),
            reply,
            read: 0,
        })
    }

    /// Reads what is there. When that makes a reply, sends the next request, and answers when this one was
    /// sent and how long it took.
    fn look(&mut self, request: &[u8]) -> Result<Option<(Instant, Duration)>> {
        let room = self.reply.get_mut(self.read..).unwrap_or_default();
        match self.stream.read(room) {
            Ok(0) => anyhow::bail!("the server closed a connection"),
            Ok(count) => self.read += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        if self.read < self.reply.len() {
            return Ok(None);
        }
        let (asked, took) = (self.asked, self.asked.elapsed());
        let is_whole = self.reply.starts_with(b"HTTP/1.1 200 ") && self.reply.ends_with(b"\"}}");
        ensure!(is_whole, "{}", String::from_utf8_lossy(&self.reply));
        self.read = 0;
        self.asked = Instant::now();
        // Some hundred bytes into an empty buffer: they fit.
        self.stream.write_all(request)?;
        Ok(Some((asked, took)))
    }
}

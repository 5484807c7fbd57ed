//! The load generator: connections that are kept, each sending the next request when it has the reply to
//! the one before.

use std::io::Read;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::super::sample::Sample;
use super::CONNECTIONS;

/// What is not measured at the beginning: connections are made and caches fill.
const WARM_UP: Duration = Duration::from_millis(500);

/// What one turn came to.
#[derive(Serialize, Deserialize)]
pub(super) struct Load {
    /// Replies after the beginning.
    pub(super) requests: usize,
    /// How long they took, all in all.
    pub(super) seconds: f64,
    /// From sending a request to having its reply.
    pub(super) p50_ms: f64,
    /// The same.
    pub(super) p99_ms: f64,
}

/// A reply: the size of all of it, its status line, and its body.
pub(super) struct Exchange {
    size: usize,
    pub(super) body: Vec<u8>,
}

impl Exchange {
    /// Sends a request once, and sees that it succeeded.
    pub(super) fn once(address: SocketAddr, request: &[u8]) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let mut stream = TcpStream::connect(address).await?;
            Self::over(&mut stream, request).await
        })
    }

    async fn over(stream: &mut TcpStream, request: &[u8]) -> Result<Self> {
        stream.write_all(request).await?;
        let mut reply = Vec::new();
        loop {
            ensure!(stream.read_buf(&mut reply).await? > 0, "no whole reply");
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
                ensure!(text.contains("\"RegionSet\""), "{text}");
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
pub(crate) fn generate(address: SocketAddr, seconds: u64) -> Result<()> {
    let mut request = Vec::new();
    std::io::stdin().read_to_end(&mut request)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let load = runtime.block_on(async {
        let begin = Instant::now() + WARM_UP;
        let end = begin + Duration::from_secs(seconds);
        let mut connections = JoinSet::new();
        for _ in 0..CONNECTIONS {
            connections.spawn(keep_asking(address, request.clone(), begin, end));
        }
        let mut durations = Vec::new();
        while let Some(one) = connections.join_next().await {
            durations.extend(one??);
        }
        let sample = Sample::new(&durations);
        Ok::<_, anyhow::Error>(Load {
            requests: sample.count(),
            seconds: (end - begin).as_secs_f64(),
            p50_ms: sample.median(),
            p99_ms: sample.quantile(0.99),
        })
    })?;
    println!("{}", serde_json::to_string(&load)?);
    Ok(())
}

/// One connection. Every reply has the size of the first one, which was read in full: only ids and dates
/// differ, and they are as long each time.
async fn keep_asking(
    address: SocketAddr,
    request: Vec<u8>,
    begin: Instant,
    end: Instant,
) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut reply = vec![0; Exchange::over(&mut stream, &request).await?.size];
    let mut durations = Vec::new();
    loop {
        let asked = Instant::now();
        if asked >= end {
            return Ok(durations);
        }
        stream.write_all(&request).await?;
        stream.read_exact(&mut reply).await?;
        if !reply.starts_with(b"HTTP/1.1 200 ") || !reply.ends_with(b"\"}}") {
            bail!("{}", String::from_utf8_lossy(&reply));
        }
        if asked >= begin {
            durations.push(asked.elapsed());
        }
    }
}

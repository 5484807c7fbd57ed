//! What a signed request costs over HTTP, beside a bare hyper server that answers the same bytes without
//! looking at anything: each on one processor, in turns, under one load generator on another.

pub(crate) mod bare;
pub(crate) mod load;

use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use pharos_api::time::Timestamp;
use pharos_protocol::tc3::sign::{ToSign, sign};

use super::pinned::{self, GENERATOR, SERVER};
use super::processors;
use super::report::Figure;
use super::sample::{Sample, count};
use crate::server::{Binary, Server, Store, credential};
use load::Exchange;
pub(super) use load::Load;

/// How often both servers take turns.
const ROUNDS: usize = 5;

/// How long one turn is, in seconds: 300 of the ticks in which Linux counts processor time.
const TURN_SECONDS: u64 = 3;

/// Connections, each with one request in flight at any time.
const CONNECTIONS: usize = 64;

/// The aims (the issue on the protocol states them).
const THROUGHPUT_RATIO_MIN: f64 = 0.6;
const P99_RATIO_MAX: f64 = 3.0;

pub(super) fn measure(binary: &Binary) -> Result<Vec<Figure>> {
    let store = Store::beside(binary)?;
    let server = pinned::to(SERVER, || Server::start(binary, &store))?;
    let request = signed("DescribeRegions", server.address()?)?;
    let reply = Exchange::once(&mut TcpStream::connect(server.address()?)?, &request)?;
    let bare = pinned::to(SERVER, || bare::Server::start(&reply.body))?;

    let (mut signed, mut unsigned) = (Turns::default(), Turns::default());
    for _ in 0..ROUNDS {
        signed.take(server.process(), server.address()?, &request)?;
        unsigned.take(bare.process(), bare.address, &request)?;
    }
    let ratio = |of: fn(&Turns) -> f64| of(&signed) / of(&unsigned);
    Ok(vec![
        Figure::new(
            "http_throughput_ratio",
            "requests a second of processor time / bare hyper",
            ratio(Turns::per_processor_second),
            "x",
        )
        .at_least(THROUGHPUT_RATIO_MIN),
        Figure::new("http_p99_ratio", "p99 / bare hyper", ratio(Turns::p99), "x")
            .at_most(P99_RATIO_MAX),
        Figure::new(
            "http_elapsed_ratio",
            "requests a second by the clock / bare hyper",
            ratio(Turns::per_second),
            "x",
        ),
        Figure::new(
            "http_throughput",
            "DescribeRegions a second, on one processor",
            signed.per_second(),
            "",
        ),
        Figure::new("http_p50", "  p50", signed.p50(), "ms"),
        Figure::new("http_p99", "  p99", signed.p99(), "ms"),
        Figure::new(
            "http_processor_time",
            "  processor time of a request",
            1e6 / signed.per_processor_second(),
            "us",
        ),
        Figure::new(
            "bare_throughput",
            "bare hyper: answers a second, on one processor",
            unsigned.per_second(),
            "",
        ),
        Figure::new("bare_p50", "  p50", unsigned.p50(), "ms"),
        Figure::new("bare_p99", "  p99", unsigned.p99(), "ms"),
        Figure::new(
            "bare_processor_time",
            "  processor time of an answer",
            1e6 / unsigned.per_processor_second(),
            "us",
        ),
    ])
}

/// A signed call without parameters, as bytes. Version 3 may be repeated for as long as a signature is good, so
/// that the generator need not sign.
pub(super) fn signed(action: &str, address: SocketAddr) -> Result<Vec<u8>> {
    let (host, body, credential) = (address.to_string(), "{}", credential()?);
    let timestamp = Timestamp::from_unix_seconds(now()?).context("the time")?;
    let signed = sign(
        &ToSign {
            method: "POST",
            query: "",
            headers: &[("content-type", "application/json"), ("host", &host)],
            body: body.as_bytes(),
            service: "lighthouse",
            timestamp,
        },
        &credential.secret_id,
        &credential.secret_key,
    );
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: {}\r\n\
         Authorization: {}\r\nContent-Type: application/json\r\nX-TC-Action: {action}\r\n\
         X-TC-Language: zh-CN\r\nX-TC-Region: ap-guangzhou\r\nX-TC-RequestClient: SDK_GO_1.3.166\r\n\
         X-TC-Timestamp: {}\r\nX-TC-Version: 2020-03-24\r\n\r\n{body}",
        body.len(),
        signed.authorization,
        timestamp.unix_seconds(),
    );
    Ok(head.into_bytes())
}

fn now() -> Result<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(i64::try_from(since.as_secs())?)
}

/// What the turns of one server came to.
#[derive(Default)]
struct Turns {
    requests: usize,
    seconds: f64,
    processor_seconds: f64,
    p50: Vec<f64>,
    p99: Vec<f64>,
}

impl Turns {
    /// One more turn.
    fn take(&mut self, process: u32, address: SocketAddr, request: &[u8]) -> Result<()> {
        let before = processors::used_by(process)?;
        let load = generate(address, request, CONNECTIONS)?;
        let used = processors::used_by(process)?.saturating_sub(before);
        self.requests += load.requests;
        self.seconds += load.seconds;
        self.processor_seconds += used.as_secs_f64();
        self.p50.push(load.p50_ms);
        self.p99.push(load.p99_ms);
        Ok(())
    }

    fn per_second(&self) -> f64 {
        count(self.requests) / self.seconds
    }

    fn per_processor_second(&self) -> f64 {
        count(self.requests) / self.processor_seconds
    }

    fn p50(&self) -> f64 {
        Sample::of_milliseconds(&self.p50).median()
    }

    fn p99(&self) -> f64 {
        Sample::of_milliseconds(&self.p99).median()
    }
}

/// One turn of the load generator, in a process of its own.
pub(super) fn generate(address: SocketAddr, request: &[u8], connections: usize) -> Result<Load> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["generate-load", &address.to_string()])
        .arg(TURN_SECONDS.to_string())
        .arg(connections.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut process = pinned::to(GENERATOR, || Ok(command.spawn()?))?;
    let mut stdin = process.stdin.take().context("no way to the generator")?;
    std::io::Write::write_all(&mut stdin, request)?;
    drop(stdin);
    let output = process.wait_with_output()?;
    ensure!(output.status.success(), "the load generator failed");
    let load: Load =
        serde_json::from_slice(&output.stdout).context("the load generator said nothing")?;
    ensure!(load.requests > 0, "nothing was answered");
    Ok(load)
}

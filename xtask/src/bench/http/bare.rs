//! The yardstick: hyper, as Pharos uses it, answering every request with the same bytes.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// A bare server in a process of its own; it is killed with this value.
pub(super) struct Server {
    process: Child,
    pub(super) address: SocketAddr,
}

impl Server {
    /// Starts one that answers with this body.
    pub(super) fn start(body: &[u8]) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("serve-bare")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut stdin = process.stdin.take().context("no way to the server")?;
        stdin.write_all(body)?;
        drop(stdin);
        let mut address = String::new();
        let stdout = process.stdout.take().context("the server has no stdout")?;
        BufReader::new(stdout).read_line(&mut address)?;
        let address = address.trim().parse().context("the server did not start")?;
        Ok(Self { process, address })
    }

    pub(super) fn process(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Neither call can fail for a child that was not waited for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves what stands on standard input, until it is killed; prints where.
pub(crate) fn serve() -> Result<()> {
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    let body = Bytes::from(body);
    // The same runtime that Pharos has.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let body = body.clone();
            tokio::spawn(async move {
                let answer = service_fn(|request| answer(request, body.clone()));
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
                // The generator leaves when its time is over.
                let _ = connection.await;
            });
        }
    })
}

async fn answer(
    request: Request<Incoming>,
    body: Bytes,
) -> Result<Response<Full<Bytes>>, Infallible> {
    // A keep-alive connection needs the body read, whatever is in it.
    let _ = request.into_body().collect().await;
    let mut response = Response::new(Full::new(body));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

//! `/metrics`: what the server tells of itself, for Prometheus.
//!
//! It has a listener of its own, which answers nothing else: whoever may read numbers need not reach the
//! API, and the other way round. It knows no part of the server; each adds its own to the [`Registry`].

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry::Registry;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::listener::ACCEPT_PAUSE;

/// Where they are.
const PATH: &str = "/metrics";

/// How many connections are served at a time: more than anybody has scrapers; more wait to be accepted.
const CONNECTIONS_MAX: usize = 16;

/// How long a connection may take, which carries one request: as long as Prometheus waits unless it is told
/// otherwise.
const CONNECTION_TIME_MAX: Duration = Duration::from_secs(10);

/// A server of metrics that listens.
pub struct MetricsServer {
    listener: TcpListener,
    registry: Arc<Registry>,
}

impl MetricsServer {
    /// Takes a socket that listens; connections queue up until [`MetricsServer::run`]. Needs a runtime.
    ///
    /// # Errors
    /// When the socket cannot be used without blocking.
    pub fn new(listener: std::net::TcpListener, registry: Registry) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self {
            listener: TcpListener::from_std(listener)?,
            registry: Arc::new(registry),
        })
    }

    /// Serves for as long as the runtime runs.
    pub async fn run(self) -> Infallible {
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        loop {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let registry = Arc::clone(&self.registry);
                    tokio::spawn(async move {
                        // Who is too slow is cut off, and who left needs nothing.
                        let _ = timeout(CONNECTION_TIME_MAX, serve(stream, &registry)).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection for metrics could not be taken");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

async fn serve(stream: TcpStream, registry: &Registry) -> Result<(), hyper::Error> {
    let answer = service_fn(async |request| Ok::<_, Infallible>(answer(&request, registry)));
    let mut http = http1::Builder::new();
    let connection = http.keep_alive(false);
    connection
        .serve_connection(TokioIo::new(stream), answer)
        .await
}

fn answer<B>(request: &Request<B>, registry: &Registry) -> Response<Full<Bytes>> {
    if request.uri().path() != PATH {
        return text(StatusCode::NOT_FOUND, "there is nothing but /metrics\n");
    }
    if request.method() != Method::GET {
        let mut refusal = text(StatusCode::METHOD_NOT_ALLOWED, "use GET\n");
        let allowed = HeaderValue::from_static("GET");
        refusal.headers_mut().insert(ALLOW, allowed);
        return refusal;
    }
    let mut metrics = String::new();
    match prometheus_text::encode(&mut metrics, registry) {
        Ok(()) => text(StatusCode::OK, metrics),
        Err(_) => text(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the metrics cannot be written\n",
        ),
    }
}

/// The type is the same for refusals: they are plain text too.
fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(prometheus_text::CONTENT_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

//! Taking connections, and letting them go.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use pharos_service::Service;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::edge::Edge;

/// How many connections are served at a time; more wait to be accepted. Each may hold one body.
const CONNECTIONS_MAX: usize = 1024;

/// The largest block of request line and headers, in bytes: a query of 32 KB and as much again.
const HEADER_BLOCK_BYTES_MAX: usize = 64 * 1024;

/// How long a connection may wait for its next request and that request's headers: SDKs keep
/// connections for less than a minute.
const IDLE_TIME_MAX: Duration = Duration::from_secs(60);

/// How long requests in flight may take once the server is told to stop: as long as any request.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(30);

/// How long to wait when the system has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    edge: Arc<Edge>,
}

impl Server {
    /// Takes a socket that listens; connections queue up until [`Server::run`]. Needs a runtime.
    ///
    /// # Errors
    /// When the socket cannot be used without blocking.
    pub fn new(listener: std::net::TcpListener, service: Arc<Service>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        Ok(Self {
            listener,
            edge: Arc::new(Edge::new(service)),
        })
    }

    /// Serves until `stop` is ready, then takes no more connections and finishes the requests in
    /// flight. Answers whether all of them finished in time.
    pub async fn run(self, stop: impl Future<Output = ()>) -> bool {
        let connections = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        tokio::pin!(stop);
        loop {
            let accepted = async {
                // The semaphore is never closed.
                let place = Arc::clone(&places).acquire_owned().await.ok();
                (self.listener.accept().await, place)
            };
            let (accepted, place) = tokio::select! {
                biased;
                () = &mut stop => break,
                accepted = accepted => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let serving = self.serve(stream, peer, &connections);
                    tokio::spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        drop(self.listener);
        timeout(DRAIN_TIME_MAX, connections.shutdown())
            .await
            .is_ok()
    }

    fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        connections: &GracefulShutdown,
    ) -> impl Future<Output = ()> + Send + 'static {
        // Replies are small and complete: waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let edge = Arc::clone(&self.edge);
        let answer = service_fn(move |request| {
            let edge = Arc::clone(&edge);
            async move { edge.answer(request, peer.ip()).await }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE_TIME_MAX)
            .max_buf_size(HEADER_BLOCK_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), answer);
        let connection = connections.watch(connection);
        async move {
            // A client that breaks off, or that does not speak HTTP, is no event of ours.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
        }
    }
}

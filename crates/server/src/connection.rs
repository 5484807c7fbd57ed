//! One connection, from its first byte to its end.

use std::io::{self, Cursor};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Version;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, join};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::activity::Activity;
use crate::edge::Edge;
use crate::preface;
use crate::tls::Tls;

/// The largest block of request line and headers, in bytes: a query of 32 KB and as much again. In
/// HTTP/2 the size of the header list, as RFC 9113 section 6.5.2 counts it.
const HEADER_BLOCK_BYTES_MAX: u32 = 64 * 1024;

/// How many requests one HTTP/2 connection may have in flight: what RFC 9113 section 6.5.2 asks for at
/// least. How many bodies there are in memory is bounded for all connections together, in the edge.
const CONCURRENT_STREAMS_MAX: u32 = 100;

/// How long a TLS handshake may take: a few round trips, over any network that SDKs put up with.
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);

/// How long a connection may be silent: before it shows which HTTP it speaks, between two requests,
/// and within the headers of one. SDKs keep connections for less than a minute.
const IDLE_TIME_MAX: Duration = Duration::from_secs(60);

/// How long a connection that is to end may take to carry its last reply away, counted from the last
/// request's end. An HTTP/2 client that never confirms the end would hold it for ever.
const CLOSING_TIME_MAX: Duration = Duration::from_secs(5);

/// What a connection needs of the server.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) edge: Arc<Edge>,
    /// Without it, clients speak in the clear.
    pub(crate) tls: Option<Arc<Tls>>,
    /// Who is at the other end.
    pub(crate) source: IpAddr,
    /// Changes when the server is told to stop; who holds it is waited for.
    pub(crate) stopping: watch::Receiver<()>,
}

/// Why a connection broke off: the client left, or does not speak HTTP.
type Broken = Box<dyn std::error::Error + Send + Sync>;

impl Connection {
    /// Serves the client until it leaves, falls silent, or the server stops.
    pub(crate) async fn serve(mut self, stream: TcpStream) {
        // Replies are small and complete: waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        if let Err(error) = self.open(stream).await {
            // No event of ours.
            tracing::debug!(%error, "a connection broke off");
        }
    }

    async fn open(&mut self, mut stream: TcpStream) -> Result<(), Broken> {
        if let Some(tls) = self.tls.clone() {
            let accepted = self.begun(HANDSHAKE_TIME_MAX, tls.accept(stream)).await?;
            return match accepted {
                Some((version, stream)) => self.speak(version, stream).await,
                None => Ok(()),
            };
        }
        let beginning = preface::read(&mut stream);
        let Some((version, seen)) = self.begun(IDLE_TIME_MAX, beginning).await? else {
            return Ok(());
        };
        let (reader, writer) = stream.into_split();
        let stream = join(Cursor::new(seen).chain(reader), writer);
        self.speak(version, stream).await
    }

    /// What a connection begins with, unless the server stops before or it takes too long.
    async fn begun<T>(
        &mut self,
        time: Duration,
        beginning: impl Future<Output = io::Result<T>>,
    ) -> io::Result<Option<T>> {
        tokio::select! {
            biased;
            _ = self.stopping.changed() => Ok(None),
            begun = timeout(time, beginning) => begun.ok().transpose(),
        }
    }

    async fn speak(
        &mut self,
        version: Version,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> Result<(), Broken> {
        let activity = Arc::new(Activity::new());
        let answer = service_fn({
            let (edge, source, activity) =
                (Arc::clone(&self.edge), self.source, Arc::clone(&activity));
            move |request| {
                let edge = Arc::clone(&edge);
                let in_flight = activity.begin();
                async move {
                    let response = edge.answer(request, source).await;
                    drop(in_flight);
                    response
                }
            }
        });
        let stream = TokioIo::new(stream);
        if version == Version::HTTP_2 {
            let connection = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_concurrent_streams(CONCURRENT_STREAMS_MAX)
                .max_header_list_size(HEADER_BLOCK_BYTES_MAX)
                .serve_connection(stream, answer);
            self.drive(connection, &activity).await
        } else {
            // Without hyper's own timer for headers: `activity` counts them as silence, and asks the clock
            // less often.
            let connection = http1::Builder::new()
                .max_buf_size(HEADER_BLOCK_BYTES_MAX as usize)
                .serve_connection(stream, answer);
            self.drive(connection, &activity).await
        }
    }

    /// Carries requests and replies, until it is time to take no more requests; then what is left.
    async fn drive<C>(&mut self, connection: C, activity: &Activity) -> Result<(), Broken>
    where
        C: GracefulConnection<Error = hyper::Error>,
    {
        tokio::pin!(connection);
        tokio::select! {
            ended = &mut connection => return Ok(ended?),
            _ = self.stopping.changed() => {}
            () = activity.idle(IDLE_TIME_MAX) => {}
        }
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            ended = &mut connection => Ok(ended?),
            () = activity.idle(CLOSING_TIME_MAX) => Ok(()),
        }
    }
}

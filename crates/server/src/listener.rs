//! Taking connections, and letting them go.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use pharos_service::Service;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::connection::Connection;
use crate::edge::{Edge, Options};
use crate::tls::Tls;

/// How many connections are served at a time; more wait to be accepted.
const CONNECTIONS_MAX: usize = 1024;

/// How long requests in flight may take once the server is told to stop: as long as any request.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(30);

/// How long to wait when the system has no more file descriptors.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    edge: Arc<Edge>,
    tls: Option<Arc<Tls>>,
}

impl Server {
    /// Takes a socket that listens; connections queue up until [`Server::run`]. Needs a runtime.
    ///
    /// # Errors
    /// When the socket cannot be used without blocking.
    pub fn new(
        listener: std::net::TcpListener,
        service: Arc<Service>,
        options: Options,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        Ok(Self {
            listener,
            edge: Arc::new(Edge::new(service, options)),
            tls: None,
        })
    }

    /// Speaks TLS, and nothing else.
    #[must_use]
    pub fn with_tls(mut self, tls: Arc<Tls>) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Serves until `stop` is ready, then takes no more connections and finishes the requests in
    /// flight. Answers whether all of them finished in time.
    pub async fn run(self, stop: impl Future<Output = ()>) -> bool {
        let stopping = watch::Sender::new(());
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
                    let connection = Connection {
                        edge: Arc::clone(&self.edge),
                        tls: self.tls.clone(),
                        source: peer.ip(),
                        stopping: stopping.subscribe(),
                    };
                    tokio::spawn(async move {
                        connection.serve(stream).await;
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
        stopping.send_replace(());
        // Closed once every connection has dropped its end.
        timeout(DRAIN_TIME_MAX, stopping.closed()).await.is_ok()
    }
}

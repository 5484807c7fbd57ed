//! The HTTP edge: takes connections, checks requests in a fixed order, and writes replies.
//!
//! HTTP/1.1 and HTTP/2 are served alike, on one port, with TLS or without. `HEAD` and `OPTIONS` are
//! answered without being calls: no action runs. A reply is compressed where that pays, never one that
//! holds a private key. `/readyz` tells load balancers whether the server can be used; `/metrics`, on a
//! listener of its own, tells Prometheus how it fares. Below `/explorer` are pages for people, and a browser
//! that opens `/` is sent there; no other answer is a redirect. Another origin's page is let in only where the
//! operator names it (CORS), and never into the explorer.
//!
//! Which check comes before which is one list for both signature versions, docs/order-of-checks.md;
//! `edge/` is the code of it and `tests/order.rs` the proof.

mod activity;
mod body;
mod connection;
mod cors;
mod edge;
mod explorer;
mod gzip;
mod keyrings;
mod listener;
mod metrics;
mod preface;
mod rate_limit;
mod readiness;
mod request_log;
mod tls;

pub use edge::Options;
pub use listener::Server;
pub use metrics::MetricsServer;
pub use pharos_protocol::strictness::Strictness;
pub use tls::{Tls, TlsError};

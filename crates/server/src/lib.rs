//! The HTTP edge: takes connections, checks requests in a fixed order, and writes replies.
//!
//! HTTP/1.1 and HTTP/2 are served alike, on one port, with TLS or without. `HEAD` and `OPTIONS` are answered without being
//! calls: no action runs. A reply is compressed where that pays, never one that holds a private key. Nothing is ever a redirect, and no header lets another origin's page in (CORS).
//!
//! The order of checks, from the outside in (`edge.rs` is the code of it):
//!
//! 1. size and time of the request
//! 2. form of the request, as `pharos_protocol::unverified::Unverified::read` lists it
//! 3. SecretId (`AuthFailure.SecretIdNotFound`)
//! 4. clock, then signature (`AuthFailure.SignatureExpire`, `AuthFailure.SignatureFailure`)
//! 5. repetition of a version 1 request (`AuthFailure.SignatureExpire`)
//! 6. token (`AuthFailure.TokenFailure`)
//! 7. product, version, action (`NoSuchProduct`, `NoSuchVersion`, `InvalidAction`)
//! 8. region (`MissingParameter`, `InvalidParameterValue`, `UnsupportedRegion`)
//! 9. rate (`RequestLimitExceeded`)
//! 10. parameters (`InvalidParameter`, `UnknownParameter`, `MissingParameter`, an action's own)
//! 11. permission, and then what the action itself finds

mod activity;
mod body;
mod connection;
mod edge;
mod gzip;
mod keyrings;
mod listener;
mod preface;
mod rate_limit;
mod request_log;
mod tls;

pub use edge::Options;
pub use listener::Server;
pub use pharos_protocol::strictness::Strictness;
pub use tls::{Tls, TlsError};

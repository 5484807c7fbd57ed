//! The HTTP edge: takes connections, checks requests in a fixed order, and writes replies.
//!
//! The order of checks, from the outside in (`edge.rs` is the code of it):
//!
//! 1. size and time of the request
//! 2. form of the request, as `pharos_protocol::unverified::Unverified::read` lists it
//! 3. SecretId (`AuthFailure.SecretIdNotFound`)
//! 4. clock, then signature (`AuthFailure.SignatureExpire`, `AuthFailure.SignatureFailure`)
//! 5. token (`AuthFailure.TokenFailure`)
//! 6. product, version, action (`NoSuchProduct`, `NoSuchVersion`, `InvalidAction`)
//! 7. region (`MissingParameter`, `InvalidParameterValue`, `UnsupportedRegion`)
//! 8. rate (`RequestLimitExceeded`)
//! 9. parameters (`InvalidParameter`, `UnknownParameter`, `MissingParameter`, an action's own)
//! 10. permission, and then what the action itself finds

mod body;
mod edge;
mod listener;
mod rate_limit;
mod request_log;

pub use listener::Server;

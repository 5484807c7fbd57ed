//! For tests only: a PostgreSQL that is thrown away, its standby, and a proxy that breaks connections.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod installation;
mod janitor;
mod owner;
pub mod postgres;
pub mod processes;
pub mod proxy;
mod random;
mod server;
mod standby;

pub use postgres::Postgres;
pub use proxy::Proxy;

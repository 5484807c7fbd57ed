//! For tests only: a server in this process, requests byte by byte, a clock that is turned by hand,
//! seeded randomness, public keys good and weak, OpenSSH as a judge, a store that fails when it is told to, and a disk that
//! does.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

pub mod clock;
pub mod disk;
pub mod failing_store;
pub mod instance;
pub mod key_maker;
pub mod master_key;
pub mod openssh;
pub mod policy;
pub mod population;
pub mod public_keys;
pub mod random;
pub mod request;
pub mod server;
pub mod user;
pub mod version_1;

pub use server::TestServer;

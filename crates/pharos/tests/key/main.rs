//! `pharos key` and `pharos call`, as a person uses them.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod call;
mod change;
mod create;
mod list;
#[path = "../process/mod.rs"]
mod process;

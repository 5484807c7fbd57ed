//! The store on a disk that fails, and on one that loses power.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod creates;
mod faults;
mod power_loss;

//! Time as an argument.

use pharos_api::time::Timestamp;
use std::time::Duration;

/// A clock. The binary passes the system's; a test passes one that it turns by hand.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> Timestamp;

    /// Time since some fixed point, which never goes back: for rates and durations.
    fn monotonic(&self) -> Duration;
}

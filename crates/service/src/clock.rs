//! Time as an argument.

use pharos_api::time::Timestamp;
use std::time::Duration;

/// A clock. The binary passes the system's; a test passes one that it turns by hand.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> Timestamp;

    /// The same in milliseconds since 1970-01-01T00:00:00Z, for people who look at what came before what.
    fn unix_milliseconds(&self) -> i64;

    /// Time since some fixed point, which never goes back: for rates and durations.
    fn monotonic(&self) -> Duration;
}

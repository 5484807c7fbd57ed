//! A clock that is turned by hand.

use std::sync::Mutex;
use std::time::Duration;

use pharos_api::time::Timestamp;
use pharos_service::clock::Clock;

/// Where a test's clock starts, unless it says otherwise: 2026-11-25T08:00:00Z.
pub const START: i64 = 1_795_593_600;

/// Stands still until [`ManualClock::advance`].
pub struct ManualClock {
    start: Timestamp,
    since: Mutex<Duration>,
}

impl ManualClock {
    /// Starts at this point in time.
    pub fn new(start: Timestamp) -> Self {
        Self {
            start,
            since: Mutex::default(),
        }
    }

    /// Turns it on.
    pub fn advance(&self, by: Duration) {
        *self.since.lock().unwrap() += by;
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new(Timestamp::from_unix_seconds(START).unwrap())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let since = i64::try_from(self.monotonic().as_secs()).unwrap();
        Timestamp::from_unix_seconds(self.start.unix_seconds() + since).unwrap()
    }

    fn unix_milliseconds(&self) -> i64 {
        let since = i64::try_from(self.monotonic().as_millis()).unwrap();
        self.start.unix_seconds() * 1000 + since
    }

    fn monotonic(&self) -> Duration {
        *self.since.lock().unwrap()
    }
}

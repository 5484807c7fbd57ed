//! A clock that is turned by hand.

use std::sync::Mutex;
use std::time::Duration;

use pharos_api::time::Timestamp;
use pharos_service::clock::Clock;

/// Where every test's clock starts: 2026-11-25T08:00:00Z.
pub const START: i64 = 1_795_593_600;

/// Stands still until [`ManualClock::advance`].
#[derive(Default)]
pub struct ManualClock(Mutex<Duration>);

impl ManualClock {
    /// Turns it on.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let since = i64::try_from(self.monotonic().as_secs()).unwrap();
        Timestamp::from_unix_seconds(START + since).unwrap()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

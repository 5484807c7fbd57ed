//! Whether a connection is used.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The requests of one connection: how many are in flight, and when the last one came or went.
pub(crate) struct Activity(Mutex<State>);

struct State {
    in_flight: usize,
    changed: Instant,
}

impl Activity {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            in_flight: 0,
            changed: Instant::now(),
        }))
    }

    /// A request is in flight until the result is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> InFlight {
        self.change(|in_flight| in_flight + 1);
        InFlight(Arc::clone(self))
    }

    /// Ready once no request has been in flight for `time`, counted from now at the earliest.
    pub(crate) async fn idle(&self, time: Duration) {
        let mut due = Instant::now() + time;
        loop {
            sleep_until(due).await;
            let now = Instant::now();
            let quiet_since = self.with(|state| match state.in_flight {
                0 => state.changed,
                _ => now,
            });
            due = quiet_since + time;
            if due <= now {
                return;
            }
        }
    }

    fn change(&self, count: impl FnOnce(usize) -> usize) {
        self.with(|state| {
            state.in_flight = count(state.in_flight);
            state.changed = Instant::now();
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A request that is being answered.
pub(crate) struct InFlight(Arc<Activity>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.change(|in_flight| in_flight.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{sleep, timeout};

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn idle_is_when_nothing_was_in_flight_for_the_whole_time() {
        let activity = Arc::new(Activity::new());
        let started = Instant::now();
        let request = activity.begin();
        assert!(timeout(20 * SECOND, activity.idle(SECOND)).await.is_err());
        let idle = tokio::spawn({
            let activity = Arc::clone(&activity);
            async move { activity.idle(10 * SECOND).await }
        });
        sleep(5 * SECOND).await;
        drop(request);
        sleep(9 * SECOND).await;
        drop(activity.begin());
        idle.await.unwrap();
        let took = started.elapsed();
        // The timer counts in milliseconds.
        assert!((44 * SECOND..45 * SECOND).contains(&took), "{took:?}");
    }
}

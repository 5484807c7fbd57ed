//! How many calls there may be in any second.

use std::collections::VecDeque;
use std::time::Duration;

/// The times of the calls of the last second that were admitted: an exact count, whenever the second
/// begins. Which clock they are of is the caller's to say; it must not run backwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallWindow(VecDeque<Duration>);

/// There were more calls than there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyCalls {
    /// How many in the last second, this one among them.
    pub count: usize,
}

impl CallWindow {
    /// Over which calls are counted.
    pub const SPAN: Duration = Duration::from_secs(1);

    /// Admits a call at `now`, if fewer than `limit` were in the second before.
    ///
    /// # Errors
    /// [`TooManyCalls`]. A refused call does not count, so who keeps trying is admitted as soon as the
    /// second has passed.
    pub fn admit(&mut self, now: Duration, limit: u32) -> Result<(), TooManyCalls> {
        while self.0.front().is_some_and(|first| !is_recent(*first, now)) {
            self.0.pop_front();
        }
        let count = self.0.len() + 1;
        if count > usize::try_from(limit).unwrap_or(usize::MAX) {
            return Err(TooManyCalls { count });
        }
        self.0.push_back(now);
        Ok(())
    }

    /// Whether nobody has called in the last second.
    pub fn is_idle(&self, now: Duration) -> bool {
        !self.0.back().is_some_and(|last| is_recent(*last, now))
    }

    /// As bytes, for where it is kept: eight a call.
    pub fn to_bytes(&self) -> Vec<u8> {
        let microseconds = |time: &Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.0
            .iter()
            .flat_map(|time| microseconds(time).to_be_bytes())
            .collect()
    }

    /// Reads [`CallWindow::to_bytes`] at `now`; what is left over is not looked at. A call that is of
    /// later than that is taken for one of now: its clock was set back, or was another one's.
    pub fn from_bytes(bytes: &[u8], now: Duration) -> Self {
        let (times, _) = bytes.as_chunks();
        let time = |bytes: &[u8; 8]| Duration::from_micros(u64::from_be_bytes(*bytes)).min(now);
        Self(times.iter().map(time).collect())
    }
}

fn is_recent(call: Duration, now: Duration) -> bool {
    now.saturating_sub(call) < CallWindow::SPAN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(window: &mut CallWindow, milliseconds: u64) -> bool {
        window
            .admit(Duration::from_millis(milliseconds), 20)
            .is_ok()
    }

    #[test]
    fn any_second_admits_the_limit_and_no_more() {
        let mut window = CallWindow::default();
        for call in 0..20 {
            assert!(admitted(&mut window, 900 + call));
        }
        // A window that starts with the clock's second would let these pass.
        assert!(!admitted(&mut window, 1_000));
        assert!(!admitted(&mut window, 1_899));
        assert!(admitted(&mut window, 1_900));
        assert!(!admitted(&mut window, 1_900));
    }

    #[test]
    fn it_is_idle_a_second_after_the_last_call() {
        let mut window = CallWindow::default();
        assert!(window.is_idle(Duration::ZERO));
        assert!(admitted(&mut window, 0));
        assert!(!window.is_idle(Duration::from_millis(999)));
        assert!(window.is_idle(Duration::from_millis(1_000)));
    }

    #[test]
    fn what_is_kept_is_read_again() {
        const LAST: u64 = 1_764_057_600_001;
        let mut window = CallWindow::default();
        for call in [3, LAST - 1, LAST] {
            assert!(admitted(&mut window, call));
        }
        let bytes = window.to_bytes();
        let now = Duration::from_millis(LAST);
        assert_eq!(CallWindow::from_bytes(&bytes, now), window);
        assert_eq!(CallWindow::from_bytes(&[], now), CallWindow::default());
    }

    #[test]
    fn a_clock_that_is_set_back_refuses_nobody_for_longer_than_a_second() {
        let mut window = CallWindow::default();
        for _ in 0..20 {
            assert!(admitted(&mut window, 1_000_000));
        }
        let now = Duration::from_millis(5_000);
        let mut window = CallWindow::from_bytes(&window.to_bytes(), now);
        assert!(!admitted(&mut window, 5_999));
        assert!(admitted(&mut window, 6_000));
    }
}

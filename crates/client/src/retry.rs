//! When a call is tried again, and after how long.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::error::ClientError;

/// How often a call is tried that is refused with `RequestLimitExceeded`, and the pauses in between.
///
/// Only that code, alone or with a narrower reason behind a `.`, is tried again: the server did
/// nothing then. Where no answer came, nobody knows whether the call was carried out, and a second
/// CreateKeyPair might be a second key pair; that is for the caller to decide. Each try is signed
/// anew.
///
/// The pause doubles from try to try. Half of it is certain and half is chance, so that clients that
/// were refused together do not come back together.
///
/// ```
/// use pharos_client::Retry;
/// use std::time::Duration;
///
/// let patient = Retry { base_pause: Duration::from_secs(1), ..Retry::default() };
/// assert_eq!(patient.pause(1, 0), Some(Duration::from_millis(500)));
/// assert_eq!(patient.pause(2, u64::MAX), Some(Duration::from_secs(2)));
/// assert_eq!(Retry::never().pause(1, 0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often a call is sent at most, the first time counted.
    pub tries: NonZeroU32,
    /// The longest first pause.
    pub base_pause: Duration,
    /// The longest of all pauses.
    pub pause_max: Duration,
}

impl Default for Retry {
    /// Five tries, with pauses of up to 0.5, 1, 2 and 4 seconds: the limits count calls a second, so
    /// the second or third try finds room unless many clients wait for it.
    fn default() -> Self {
        Self {
            tries: NonZeroU32::MIN.saturating_add(4),
            base_pause: Duration::from_millis(500),
            pause_max: Duration::from_secs(5),
        }
    }
}

impl Retry {
    /// One try.
    pub fn never() -> Self {
        Self {
            tries: NonZeroU32::MIN,
            ..Self::default()
        }
    }

    /// The pause after `made` tries were refused, or `None` when that was the last. `random` may be
    /// any number; its whole range spreads the pause from half its length to the whole.
    pub fn pause(&self, made: u32, random: u64) -> Option<Duration> {
        if made >= self.tries.get() {
            return None;
        }
        let doubled = 2u32.saturating_pow(made.saturating_sub(1));
        let pause = self.base_pause.saturating_mul(doubled).min(self.pause_max);
        let half = pause / 2;
        // A float holds each of these numbers exactly, so the pause is never longer than the whole.
        let chance = u32::try_from(random >> 32).unwrap_or(u32::MAX);
        Some(half + half.mul_f64(f64::from(chance) / f64::from(u32::MAX)))
    }
}

/// The tries of one call.
pub(crate) struct Tries {
    retry: Retry,
    made: u32,
}

impl Tries {
    pub(crate) fn new(retry: Retry) -> Self {
        Self { retry, made: 0 }
    }

    /// Counts a try that failed, and says how long to wait before the next, if there is to be one.
    pub(crate) fn pause_after(&mut self, error: &ClientError) -> Option<Duration> {
        self.made = self.made.saturating_add(1);
        if !error.is_rate_limit() {
            return None;
        }
        // Without randomness, the whole pause: later is what a busy server wants.
        let random = getrandom::u64().unwrap_or(u64::MAX);
        self.retry.pause(self.made, random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_longest_and_the_tries_end() {
        let retry = Retry::default();
        let pauses = |random| -> Vec<_> {
            (1..)
                .map_while(|made| retry.pause(made, random))
                .map(|pause| pause.as_millis())
                .collect()
        };
        assert_eq!(pauses(0), [250, 500, 1000, 2000]);
        assert_eq!(pauses(u64::MAX), [500, 1000, 2000, 4000]);
    }

    #[test]
    fn no_number_of_tries_overflows() {
        let retry = Retry {
            tries: NonZeroU32::MAX,
            ..Retry::default()
        };
        for random in [0, u64::MAX] {
            let pause = retry.pause(u32::MAX - 1, random).unwrap();
            assert!(pause >= retry.pause_max / 2 && pause <= retry.pause_max);
        }
        assert_eq!(retry.pause(u32::MAX, 0), None);
    }

    #[test]
    fn only_the_rate_limit_is_tried_again() {
        let mut tries = Tries::new(Retry::default());
        let error = ClientError::on_the_way(String::new(), "closed");
        assert_eq!(tries.pause_after(&error), None);
    }
}

//! When a request would be done: arithmetic over what the queue knows, without a clock.

use std::time::Duration;

/// How many turns the running mean remembers, about: few enough to follow a machine that others begin to
/// use, and enough that one key that was hard to find does not refuse anybody.
const TURNS_REMEMBERED: u32 = 16;

/// How long a turn takes, as the last of them had it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RunningMean(Option<Duration>);

impl RunningMean {
    /// Takes another turn into account.
    pub(super) fn observe(&mut self, took: Duration) {
        self.0 = Some(self.0.map_or(took, |mean| {
            let rest = mean.saturating_sub(mean / TURNS_REMEMBERED);
            rest.saturating_add(took / TURNS_REMEMBERED)
        }));
    }

    /// Nothing until there was a turn: who knows nothing refuses nobody.
    pub(super) fn get(self) -> Duration {
        self.0.unwrap_or_default()
    }
}

/// How many of those who wait come before a new request of an account that has `own` of them. `before`
/// and `after` are the queues of the other accounts, as those are next: when the request's own turn comes,
/// each of these accounts had as many turns as its own, and those before it one more.
pub(super) fn ahead(
    own: usize,
    before: impl Iterator<Item = usize>,
    after: impl Iterator<Item = usize>,
) -> usize {
    let before: usize = before.map(|length| length.min(own + 1)).sum();
    let after: usize = after.map(|length| length.min(own)).sum();
    own + before + after
}

/// When a request is done that so many come before, if every thread is at work now.
pub(super) fn done_after(ahead: usize, mean: Duration, threads: usize) -> Duration {
    // Primes are found by trying: what is left of a search does not get shorter while it lasts. So the
    // first of several threads is free after the mean divided by their number.
    let turns = u32::try_from(ahead + 1).unwrap_or(u32::MAX);
    let threads = u32::try_from(threads).unwrap_or(u32::MAX).max(1);
    (mean / threads).saturating_mul(turns).saturating_add(mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_request_waits_for_those_before_it_and_for_its_own_turn() {
        for (ahead, mean, threads, expected) in [
            (0, ms(5), 1, ms(10)),
            (3, ms(5), 1, ms(25)),
            (3, ms(40), 4, ms(80)),
            (99, ms(10), 2, ms(510)),
            (1000, ms(0), 1, ms(0)),
        ] {
            assert_eq!(done_after(ahead, mean, threads), expected, "{ahead} ahead");
        }
    }

    #[test]
    fn no_number_is_too_large() {
        assert_eq!(done_after(usize::MAX - 1, Duration::MAX, 1), Duration::MAX);
        assert_eq!(done_after(0, ms(5), 0), ms(10));
        let mut mean = RunningMean::default();
        mean.observe(Duration::MAX);
        mean.observe(Duration::MAX);
        assert!(mean.get() > Duration::MAX / 2);
    }

    #[test]
    fn only_those_count_who_have_their_turn_before() {
        // Its first: one of each account, whatever else that account waits for.
        assert_eq!(ahead(0, [7, 1, 2].into_iter(), [].into_iter()), 3);
        // Its third: two of its own, three of those before it, two of those after it, as far as they have them.
        assert_eq!(
            ahead(2, [9, 1].into_iter(), [9, 1].into_iter()),
            2 + 3 + 1 + 2 + 1
        );
        assert_eq!(ahead(4, [].into_iter(), [].into_iter()), 4);
    }

    #[test]
    fn the_mean_is_the_first_turn_and_then_follows_the_others() {
        let mut mean = RunningMean::default();
        assert_eq!(mean.get(), ms(0));
        mean.observe(ms(160));
        assert_eq!(mean.get(), ms(160));
        mean.observe(ms(0));
        assert_eq!(mean.get(), ms(150));
        for _ in 0..200 {
            mean.observe(ms(32));
        }
        assert!((ms(31)..ms(33)).contains(&mean.get()), "{mean:?}");
    }
}

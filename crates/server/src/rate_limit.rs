//! How often one account may call one action in one region.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_api::action::Action;
use pharos_api::error::ApiError;
use pharos_api::region::Region;

/// The span over which calls are counted.
const WINDOW: Duration = Duration::from_secs(1);

/// How many windows are kept before the idle ones are thrown out: a few megabytes.
const WINDOWS_MAX: usize = 10_000;

/// Counts the calls of the last second, exactly: each window holds the times of the calls that were
/// admitted, at most as many as the limit.
#[derive(Default)]
pub(crate) struct RateLimiter {
    windows: Mutex<HashMap<Key, VecDeque<Duration>>>,
}

type Key = (Uin, Option<Region>, &'static str, &'static str);

impl RateLimiter {
    /// Admits a call at `now`, or says how many there were.
    ///
    /// # Errors
    /// `RequestLimitExceeded`. A refused call does not count, so who keeps trying is admitted as soon
    /// as the second has passed.
    pub(crate) fn admit(
        &self,
        account: Uin,
        region: Option<Region>,
        action: &Action,
        now: Duration,
    ) -> Result<(), ApiError> {
        let limit = action.requests_per_second;
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= WINDOWS_MAX {
            windows.retain(|_, calls| calls.back().is_some_and(|last| is_recent(*last, now)));
        }
        let key = (account, region, action.product.name, action.name);
        let calls = windows.entry(key).or_default();
        while calls.front().is_some_and(|first| !is_recent(*first, now)) {
            calls.pop_front();
        }
        let count = calls.len() + 1;
        if count > usize::try_from(limit).unwrap_or(usize::MAX) {
            return Err(ApiError::request_limit_exceeded(count, limit));
        }
        calls.push_back(now);
        Ok(())
    }
}

fn is_recent(call: Duration, now: Duration) -> bool {
    now.saturating_sub(call) < WINDOW
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::action::Contract;
    use pharos_api::lighthouse::create_key_pair::CreateKeyPair;

    const ACCOUNT: Uin = Uin(1);
    const REGION: Option<Region> = Some(Region::Guangzhou);

    fn admitted(limiter: &RateLimiter, account: Uin, region: Option<Region>, ms: u64) -> bool {
        limiter
            .admit(
                account,
                region,
                &CreateKeyPair::ACTION,
                Duration::from_millis(ms),
            )
            .is_ok()
    }

    #[test]
    fn any_second_admits_the_limit_and_no_more() {
        let limiter = RateLimiter::default();
        for call in 0..20 {
            assert!(admitted(&limiter, ACCOUNT, REGION, 900 + call));
        }
        // A window that starts with the clock's second would let these pass.
        assert!(!admitted(&limiter, ACCOUNT, REGION, 1_000));
        assert!(!admitted(&limiter, ACCOUNT, REGION, 1_899));
        assert!(admitted(&limiter, ACCOUNT, REGION, 1_900));
        assert!(!admitted(&limiter, ACCOUNT, REGION, 1_900));
    }

    #[test]
    fn accounts_and_regions_do_not_share_a_limit() {
        let limiter = RateLimiter::default();
        for _ in 0..20 {
            assert!(admitted(&limiter, ACCOUNT, REGION, 0));
        }
        assert!(!admitted(&limiter, ACCOUNT, REGION, 0));
        assert!(admitted(&limiter, Uin(2), REGION, 0));
        assert!(admitted(&limiter, ACCOUNT, Some(Region::Tokyo), 0));
    }

    #[test]
    fn idle_windows_do_not_pile_up() {
        let limiter = RateLimiter::default();
        for account in 0..50_000 {
            assert!(admitted(&limiter, Uin(account), REGION, account));
        }
        assert!(limiter.windows.lock().unwrap().len() <= WINDOWS_MAX);
    }
}

//! How often one account may call one action in one region.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_api::action::{Action, LIGHTHOUSE};
use pharos_api::call_window::{CallWindow, TooManyCalls};
use pharos_api::error::ApiError;
use pharos_api::region::Region;
use pharos_service::{CallKind, Service};

use crate::explorer::recent_requests;

/// How often the requests that the explorer shows may be asked for: a page does every two seconds, and somebody
/// may have some open.
pub(crate) const LOOKS_PER_SECOND: u32 = 5;

/// How many windows are kept before the idle ones are thrown out: a few megabytes.
const WINDOWS_MAX: usize = 10_000;

/// Counts the calls of the last second, exactly.
#[derive(Default)]
pub(crate) struct RateLimiter {
    windows: Mutex<HashMap<Key, CallWindow>>,
}

type Key = (Uin, Option<Region>, Operation);

/// The product and the name of what is called.
type Operation = (&'static str, &'static str);

impl RateLimiter {
    /// Admits a call now, or says how many there were: on all nodes, if they count together.
    ///
    /// # Errors
    /// `RequestLimitExceeded`.
    pub(crate) async fn admit(
        &self,
        service: &Service,
        account: Uin,
        region: Option<Region>,
        action: &Action,
    ) -> Result<(), ApiError> {
        let limit = action.requests_per_second;
        let here = || {
            let operation = (action.product.name, action.name);
            let now = service.clock.monotonic();
            self.admit_here((account, region, operation), limit, now)
        };
        let admitted = match &service.shared_calls {
            None => here(),
            Some(shared) => {
                let kind = CallKind {
                    account,
                    region,
                    operation: action.operation(),
                };
                shared.admit(kind, limit).await.unwrap_or_else(|error| {
                    // Who cannot count must not refuse; the action will find out what the store does.
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "calls are counted by this node alone for now");
                    here()
                })
            }
        };
        admitted.map_err(|TooManyCalls { count }| ApiError::request_limit_exceeded(count, limit))
    }

    /// Admits an account to look at what the explorer shows it of this node, now.
    ///
    /// # Errors
    /// `RequestLimitExceeded`.
    pub(crate) fn admit_look(&self, account: Uin, now: Duration) -> Result<(), ApiError> {
        let look = (account, None, (LIGHTHOUSE.name, recent_requests::ACTION));
        let admitted = self.admit_here(look, LOOKS_PER_SECOND, now);
        admitted.map_err(|TooManyCalls { count }| {
            ApiError::request_limit_exceeded(count, LOOKS_PER_SECOND)
        })
    }

    fn admit_here(&self, key: Key, limit: u32, now: Duration) -> Result<(), TooManyCalls> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= WINDOWS_MAX {
            windows.retain(|_, window| !window.is_idle(now));
        }
        windows.entry(key).or_default().admit(now, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::action::Contract;
    use pharos_api::lighthouse::create_key_pair::CreateKeyPair;

    const ACCOUNT: Uin = Uin(1);
    const REGION: Option<Region> = Some(Region::Guangzhou);

    fn admitted(limiter: &RateLimiter, account: Uin, region: Option<Region>, ms: u64) -> bool {
        let action = &CreateKeyPair::ACTION;
        let key = (account, region, (action.product.name, action.name));
        let now = Duration::from_millis(ms);
        let admitted = limiter.admit_here(key, action.requests_per_second, now);
        admitted.is_ok()
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

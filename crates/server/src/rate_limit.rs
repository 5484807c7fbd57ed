//! How often one account may call one action in one region.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_api::action::Action;
use pharos_api::call_window::{CallWindow, TooManyCalls};
use pharos_api::error::ApiError;
use pharos_api::region::Region;
use pharos_service::{CallKind, Service};

/// How many windows are kept before the idle ones are thrown out: a few megabytes.
const WINDOWS_MAX: usize = 10_000;

/// Counts the calls of the last second, exactly.
#[derive(Default)]
pub(crate) struct RateLimiter {
    windows: Mutex<HashMap<Key, CallWindow>>,
}

type Key = (Uin, Option<Region>, &'static str, &'static str);

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
        let here = || self.admit_here(account, region, action, service.clock.monotonic());
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

    fn admit_here(
        &self,
        account: Uin,
        region: Option<Region>,
        action: &Action,
        now: Duration,
    ) -> Result<(), TooManyCalls> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= WINDOWS_MAX {
            windows.retain(|_, window| !window.is_idle(now));
        }
        let key = (account, region, action.product.name, action.name);
        let window = windows.entry(key).or_default();
        window.admit(now, action.requests_per_second)
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
        limiter
            .admit_here(
                account,
                region,
                &CreateKeyPair::ACTION,
                Duration::from_millis(ms),
            )
            .is_ok()
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

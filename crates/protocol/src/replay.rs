//! Version 1 requests are good once: `Nonce` and `Timestamp` are their pair (protocol.md section 3.1).

use std::collections::{BTreeMap, HashSet};

use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::error::ApiError;
use pharos_api::text::Text;
use pharos_api::time::Timestamp;

use crate::unverified::CLOCK_SKEW_SECONDS_MAX;
use crate::verified::SingleUse;

/// How many requests are remembered at a time: some 30 megabytes. Ten minutes of 400 a second; beyond
/// that, requests of version 1 are refused until older ones can be forgotten.
pub const REMEMBERED_MAX: usize = 250_000;

/// Remembers verified requests of version 1 while their timestamp is inside the window. In memory
/// only: after a restart, a request can be repeated once within five minutes.
#[derive(Default)]
pub struct ReplayGuard {
    seconds: BTreeMap<i64, HashSet<(SecretId, u64)>>,
    remembered: usize,
}

impl ReplayGuard {
    /// Lets a request pass the first time. Call it only with what was verified: strangers must not
    /// fill the memory, nor use up a pair that is somebody else's.
    ///
    /// # Errors
    /// `AuthFailure.SignatureExpire` for a pair that was used, `RequestLimitExceeded` when there is no
    /// room to remember another.
    pub fn admit(
        &mut self,
        secret_id: &SecretId,
        single_use: SingleUse,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.forget_before(now);
        let is_full = self.remembered >= REMEMBERED_MAX;
        let second = self
            .seconds
            .entry(single_use.time.unix_seconds())
            .or_default();
        let pair = (secret_id.clone(), single_use.nonce);
        if second.contains(&pair) {
            return Err(used());
        }
        if is_full {
            return Err(full());
        }
        second.insert(pair);
        self.remembered += 1;
        Ok(())
    }

    /// What is older than the window is refused by its timestamp anyway.
    fn forget_before(&mut self, now: Timestamp) {
        let window = i64::try_from(CLOCK_SKEW_SECONDS_MAX).unwrap_or(i64::MAX);
        let kept = self
            .seconds
            .split_off(&now.unix_seconds().saturating_sub(window));
        let forgotten = std::mem::replace(&mut self.seconds, kept);
        self.remembered -= forgotten.values().map(HashSet::len).sum::<usize>();
    }
}

fn used() -> ApiError {
    ApiError::signature_expire().with_help(&Text::fixed(
        "This pair of `Nonce` and `Timestamp` was used before: sign each request anew.",
        "该 `Nonce` 与 `Timestamp` 组合已被使用，请为每个请求重新签名。",
    ))
}

fn full() -> ApiError {
    ApiError::new(
        Code::RequestLimitExceeded,
        Text::fixed(
            "Too many requests with version 1 signatures were made in the last minutes. Wait a \
             little, or sign with TC3-HMAC-SHA256.",
            "最近几分钟内使用 V1 签名的请求过多，请稍后重试，或改用 TC3-HMAC-SHA256 签名。",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds).unwrap()
    }

    fn admit(guard: &mut ReplayGuard, id: &str, nonce: u64, signed: i64, now: i64) -> Option<Code> {
        let single_use = SingleUse {
            nonce,
            time: time(signed),
        };
        let outcome = guard.admit(&SecretId::parse(id).unwrap(), single_use, time(now));
        outcome.err().map(|error| error.code)
    }

    #[test]
    fn a_pair_is_good_once_for_its_secret_id() {
        let mut guard = ReplayGuard::default();
        assert_eq!(admit(&mut guard, "AKIDa", 1, 1000, 1000), None);
        assert_eq!(
            admit(&mut guard, "AKIDa", 1, 1000, 1300),
            Some(Code::SignatureExpire)
        );
        assert_eq!(admit(&mut guard, "AKIDa", 2, 1000, 1000), None);
        assert_eq!(admit(&mut guard, "AKIDa", 1, 1001, 1000), None);
        assert_eq!(admit(&mut guard, "AKIDb", 1, 1000, 1000), None);
    }

    #[test]
    fn what_cannot_come_again_is_forgotten() {
        let mut guard = ReplayGuard::default();
        for nonce in 0..1000 {
            assert_eq!(admit(&mut guard, "AKIDa", nonce, 1000, 1000), None);
        }
        assert_eq!(admit(&mut guard, "AKIDa", 0, 1301, 1301), None);
        assert_eq!((guard.remembered, guard.seconds.len()), (1, 1));
    }

    #[test]
    fn memory_is_bounded_and_what_is_known_stays_refused() {
        let mut guard = ReplayGuard::default();
        for nonce in 0..REMEMBERED_MAX as u64 {
            assert_eq!(admit(&mut guard, "AKIDa", nonce, 1000, 1000), None);
        }
        assert_eq!(
            admit(&mut guard, "AKIDa", u64::MAX, 1000, 1000),
            Some(Code::RequestLimitExceeded)
        );
        assert_eq!(
            admit(&mut guard, "AKIDa", 7, 1000, 1000),
            Some(Code::SignatureExpire)
        );
        assert_eq!(admit(&mut guard, "AKIDa", 7, 1301, 1301), None);
    }
}

//! When access keys were last used: written down once a day, for people to see.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use pharos_api::credential::SecretId;
use pharos_api::time::Timestamp;
use tracing::debug;

use crate::Service;
use crate::caller::Caller;

/// How many access keys it is remembered of that today's use was written down: as many as callers are
/// remembered. Beyond it all are written down anew.
const REMEMBERED_MAX: usize = 10_000;

const SECONDS_PER_DAY: i64 = 86_400;

/// The days on which uses were written down last.
#[derive(Default)]
pub struct Uses(Mutex<HashMap<SecretId, i64>>);

impl Uses {
    /// Whether this is the first use of its day that this node sees. It is not for the next who asks.
    fn is_first_of_day(&self, secret_id: &SecretId, time: Timestamp) -> bool {
        let day = time.unix_seconds().div_euclid(SECONDS_PER_DAY);
        let mut days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if days.get(secret_id) == Some(&day) {
            return false;
        }
        if days.len() >= REMEMBERED_MAX {
            days.clear();
        }
        days.insert(secret_id.clone(), day);
        true
    }

    /// It was not written down.
    fn forget(&self, secret_id: &SecretId) {
        let mut days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        days.remove(secret_id);
    }
}

impl Service {
    /// Has it written down that an access key is used, unless that was done today. Nobody waits for it, and
    /// no call fails because of it; one that cannot be written is tried again with the next call.
    pub fn note_use(self: &Arc<Self>, caller: &Caller) {
        let (secret_id, time) = (caller.secret_id(), self.clock.now());
        if caller.is_temporary() || !self.uses.is_first_of_day(secret_id, time) {
            return;
        }
        let (service, secret_id) = (Arc::clone(self), secret_id.clone());
        tokio::spawn(async move {
            if let Err(error) = service.store.note_use(&secret_id, time).await {
                debug!(
                    error = &error as &dyn std::error::Error,
                    "the use of an access key was not written down"
                );
                service.uses.forget(&secret_id);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_the_first_of_its_day_once_unless_it_is_forgotten() {
        let uses = Uses::default();
        let id = |text: &str| SecretId::parse(text).unwrap();
        let at = |seconds| Timestamp::from_unix_seconds(seconds).unwrap();
        let is_first = |text, seconds| uses.is_first_of_day(&id(text), at(seconds));
        assert!(is_first("AKIDa", 0));
        assert!(!is_first("AKIDa", 86_399));
        assert!(is_first("AKIDb", 86_399));
        assert!(is_first("AKIDa", 86_400));
        uses.forget(&id("AKIDa"));
        assert!(is_first("AKIDa", 86_401));
    }

    #[test]
    fn memory_is_bounded() {
        let uses = Uses::default();
        for number in 0..=REMEMBERED_MAX {
            let secret_id = SecretId::parse(&format!("AKID{number}")).unwrap();
            uses.is_first_of_day(&secret_id, Timestamp::epoch());
            assert!(uses.0.lock().unwrap().len() <= REMEMBERED_MAX);
        }
    }
}

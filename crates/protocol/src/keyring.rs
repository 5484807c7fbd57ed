//! A SecretKey and the signing keys that come of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pharos_api::credential::SecretKey;

use crate::tc3::credential_scope::CredentialScope;
use crate::tc3::signing_key::SecretSigning;

/// How many derived keys are remembered: of two days, since clocks differ at midnight, for the few
/// services that one access key calls.
const REMEMBERED_MAX: usize = 8;

/// A SecretKey, and the signing keys that were derived from it: a key is good for a whole day and
/// service, and deriving it costs more than verifying with it.
///
/// Only keys that verified a request are remembered, so who does not hold the secret cannot push the
/// useful ones out. All are wiped when dropped.
pub struct Keyring {
    secret_key: SecretKey,
    remembered: Mutex<VecDeque<Remembered>>,
}

struct Remembered {
    date: String,
    service: String,
    key: Arc<SecretSigning>,
}

impl Remembered {
    fn is_of(&self, scope: &CredentialScope<'_>) -> bool {
        self.date == scope.date && self.service == scope.service
    }
}

impl Keyring {
    /// A keyring with nothing derived yet.
    pub fn new(secret_key: SecretKey) -> Self {
        Self {
            secret_key,
            remembered: Mutex::default(),
        }
    }

    /// The secret.
    pub fn secret_key(&self) -> &SecretKey {
        &self.secret_key
    }

    /// Has `verify` try the key of a scope, and remembers the key if it was the right one.
    pub(crate) fn try_key(
        &self,
        scope: &CredentialScope<'_>,
        verify: impl FnOnce(&SecretSigning) -> bool,
    ) -> bool {
        if let Some(key) = self.recall(scope) {
            return verify(&key);
        }
        let key = SecretSigning::derive(&self.secret_key, scope);
        let verified = verify(&key);
        if verified {
            self.remember(scope, key);
        }
        verified
    }

    fn recall(&self, scope: &CredentialScope<'_>) -> Option<Arc<SecretSigning>> {
        let remembered = self.remembered();
        let known = remembered.iter().find(|known| known.is_of(scope))?;
        Some(Arc::clone(&known.key))
    }

    fn remember(&self, scope: &CredentialScope<'_>, key: SecretSigning) {
        let mut remembered = self.remembered();
        // Two requests may have derived it at once.
        if remembered.iter().any(|known| known.is_of(scope)) {
            return;
        }
        if remembered.len() == REMEMBERED_MAX {
            remembered.pop_front();
        }
        remembered.push_back(Remembered {
            date: scope.date.to_owned(),
            service: scope.service.to_owned(),
            key: Arc::new(key),
        });
    }

    fn remembered(&self) -> MutexGuard<'_, VecDeque<Remembered>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(date: &'static str) -> CredentialScope<'static> {
        CredentialScope {
            date,
            service: "lighthouse",
        }
    }

    #[test]
    fn a_key_is_derived_once_for_its_scope() {
        let keyring = Keyring::new(SecretKey::new("secret"));
        let mut seen = Vec::new();
        for date in ["2026-11-25", "2026-11-26", "2026-11-25"] {
            assert!(keyring.try_key(&scope(date), |key| {
                seen.push(*key.expose());
                true
            }));
        }
        assert_eq!(seen[0], seen[2]);
        assert_ne!(seen[0], seen[1]);
        let direct = SecretSigning::derive(keyring.secret_key(), &scope("2026-11-25"));
        assert_eq!(seen[0], *direct.expose());
        assert_eq!(keyring.remembered().len(), 2);
    }

    #[test]
    fn what_did_not_verify_is_not_remembered() {
        let keyring = Keyring::new(SecretKey::new("secret"));
        assert!(!keyring.try_key(&scope("2026-11-25"), |_| false));
        assert!(keyring.recall(&scope("2026-11-25")).is_none());
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes() {
        let keyring = Keyring::new(SecretKey::new("secret"));
        let services: Vec<_> = (0..=REMEMBERED_MAX).map(|n| format!("s{n}")).collect();
        for service in &services {
            let scope = CredentialScope {
                date: "2026-11-25",
                service,
            };
            keyring.try_key(&scope, |_| true);
        }
        assert_eq!(keyring.remembered().len(), REMEMBERED_MAX);
        let of = |service| CredentialScope {
            date: "2026-11-25",
            service,
        };
        assert!(keyring.recall(&of("s0")).is_none());
        assert!(keyring.recall(&of("s1")).is_some());
    }
}

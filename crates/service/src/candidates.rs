//! Who was looked up before.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pharos_api::credential::SecretId;
use pharos_store::AccessVersion;

use crate::caller::Candidate;

/// How many access keys are remembered: more than a fleet's clients have, a few megabytes with their
/// policies. Beyond it all are looked up anew.
const REMEMBERED_MAX: usize = 10_000;

/// Candidates by SecretId, as the store had them at one version. Nothing of an older version is handed
/// out, so that a key that was disabled or a policy that was detached counts with the next request.
/// Their SecretKeys are wiped when they are forgotten.
#[derive(Default)]
pub struct Candidates(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    version: Option<AccessVersion>,
    candidates: HashMap<SecretId, Candidate>,
}

impl Candidates {
    /// Who was looked up at this version of the store.
    pub(crate) fn at(&self, version: AccessVersion, secret_id: &SecretId) -> Option<Candidate> {
        let remembered = self.remembered();
        let is_current = remembered.version == Some(version);
        is_current.then(|| remembered.candidates.get(secret_id).cloned())?
    }

    /// Remembers who was found after the store had this version.
    pub(crate) fn remember(&self, version: AccessVersion, candidate: &Candidate) {
        let mut remembered = self.remembered();
        let is_full = remembered.candidates.len() >= REMEMBERED_MAX;
        if remembered.version != Some(version) || is_full {
            remembered.candidates.clear();
            remembered.version = Some(version);
        }
        let secret_id = candidate.caller().secret_id().clone();
        remembered.candidates.insert(secret_id, candidate.clone());
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::tests::candidate;

    fn secret_id(text: &str) -> SecretId {
        SecretId::parse(text).unwrap()
    }

    #[test]
    fn who_was_found_is_handed_out_again_until_the_store_changes() {
        let candidates = Candidates::default();
        let (old, new) = (AccessVersion(1), AccessVersion(2));
        candidates.remember(old, &candidate("AKIDa"));
        let found = candidates.at(old, &secret_id("AKIDa")).unwrap();
        assert_eq!(found.caller().secret_id().as_str(), "AKIDa");
        assert!(candidates.at(old, &secret_id("AKIDb")).is_none());
        assert!(candidates.at(new, &secret_id("AKIDa")).is_none());

        candidates.remember(new, &candidate("AKIDb"));
        assert!(candidates.at(new, &secret_id("AKIDb")).is_some());
        for version in [old, new] {
            assert!(candidates.at(version, &secret_id("AKIDa")).is_none());
        }
    }

    #[test]
    fn memory_is_bounded() {
        let candidates = Candidates::default();
        for number in 0..=REMEMBERED_MAX {
            candidates.remember(AccessVersion(1), &candidate(&format!("AKID{number}")));
            assert!(candidates.remembered().candidates.len() <= REMEMBERED_MAX);
        }
        let newest = secret_id(&format!("AKID{REMEMBERED_MAX}"));
        assert!(candidates.at(AccessVersion(1), &newest).is_some());
    }
}

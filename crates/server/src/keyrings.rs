//! The keyrings of the access keys in use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use pharos_api::credential::{SecretId, SecretKey};
use pharos_protocol::keyring::Keyring;

/// How many there are at a time: some kilobytes each. Beyond it all are made anew, which costs each
/// access key one derivation.
const KEYRINGS_MAX: usize = 10_000;

/// A keyring for each access key that has called, with the keys that were derived for it.
#[derive(Default)]
pub(crate) struct Keyrings(Mutex<HashMap<SecretId, Arc<Keyring>>>);

impl Keyrings {
    /// The keyring of this access key.
    ///
    /// A SecretKey that was read anew since means that the store has changed, and that every other one is
    /// of before that too. Then all are dropped, so that the secret of a key that was disabled or deleted
    /// does not stay because nobody asks for it any more.
    pub(crate) fn of(&self, secret_id: &SecretId, secret_key: &SecretKey) -> Arc<Keyring> {
        let mut keyrings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match keyrings.get(secret_id) {
            Some(known) if known.secret_key().is_clone_of(secret_key) => return Arc::clone(known),
            Some(_) => keyrings.clear(),
            None if keyrings.len() >= KEYRINGS_MAX => keyrings.clear(),
            None => {}
        }
        let keyring = Arc::new(Keyring::new(secret_key.clone()));
        keyrings.insert(secret_id.clone(), Arc::clone(&keyring));
        keyring
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_lasts_as_long_as_its_secret() {
        let keyrings = Keyrings::default();
        let secret_id = SecretId::parse("AKIDa").unwrap();
        let (old, new) = (SecretKey::new("secret"), SecretKey::new("secret"));
        let first = keyrings.of(&secret_id, &old);
        assert!(Arc::ptr_eq(&first, &keyrings.of(&secret_id, &old)));
        let second = keyrings.of(&secret_id, &new);
        assert!(!Arc::ptr_eq(&first, &second));
        assert!(second.secret_key().is_clone_of(&new));
    }

    #[test]
    fn no_secret_of_before_a_change_outlives_the_next_call_of_who_called_before() {
        let keyrings = Keyrings::default();
        let id = |text: &str| SecretId::parse(text).unwrap();
        let disabled = keyrings.of(&id("AKIDdisabled"), &SecretKey::new("disabled"));
        keyrings.of(&id("AKIDother"), &SecretKey::new("other"));
        assert_eq!(Arc::strong_count(&disabled), 2);
        // The store has changed: who still may call is read anew.
        keyrings.of(&id("AKIDother"), &SecretKey::new("other"));
        assert_eq!(Arc::strong_count(&disabled), 1);
    }

    #[test]
    fn memory_is_bounded() {
        let keyrings = Keyrings::default();
        let secret_key = SecretKey::new("secret");
        for number in 0..=KEYRINGS_MAX {
            let secret_id = SecretId::parse(&format!("AKID{number}")).unwrap();
            keyrings.of(&secret_id, &secret_key);
            assert!(keyrings.0.lock().unwrap().len() <= KEYRINGS_MAX);
        }
    }
}

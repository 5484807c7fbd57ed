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
    /// The keyring of this access key: a new one, if its SecretKey was read anew since.
    pub(crate) fn of(&self, secret_id: &SecretId, secret_key: &SecretKey) -> Arc<Keyring> {
        let mut keyrings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = keyrings.get(secret_id)
            && known.secret_key().is_clone_of(secret_key)
        {
            return Arc::clone(known);
        }
        if keyrings.len() >= KEYRINGS_MAX {
            keyrings.clear();
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

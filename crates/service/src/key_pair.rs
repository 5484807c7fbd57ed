//! The key pair as replies show it.

use pharos_api::lighthouse::key_pair::{AssociatedInstance, KeyPair};
use pharos_api::private_key::PrivateKey;
use pharos_api::time::Timestamp;
use pharos_store::record::{KeyPairRecord, ListedKeyPair};

/// What there is to see of a key pair now.
pub(crate) fn shown(listed: ListedKeyPair, now: Timestamp) -> KeyPair {
    let bindings = listed.bindings.into_iter();
    let seen = bindings.filter(|binding| binding.is_seen(now));
    let associated: Vec<_> = seen
        .map(|binding| AssociatedInstance {
            instance_id: binding.instance_id,
            username: binding.username,
        })
        .collect();
    let ids = associated.iter().map(|one| one.instance_id.clone());
    let mut associated_instance_ids: Vec<_> = ids.collect();
    // It may open one for several users; they come in order.
    associated_instance_ids.dedup();
    KeyPair {
        associated_instance_ids,
        associated_instance_set: Some(associated).filter(|set| !set.is_empty()),
        ..new(listed.record, None)
    }
}

/// One that nothing is bound to yet, with its private key if it was made just now.
pub(crate) fn new(record: KeyPairRecord, private_key: Option<PrivateKey>) -> KeyPair {
    let KeyPairRecord {
        key_id,
        key_name,
        public_key,
        tags,
        created_time,
        fingerprint: _,
    } = record;
    KeyPair {
        key_id,
        key_name,
        public_key,
        associated_instance_ids: Vec::new(),
        associated_instance_set: None,
        created_time: Some(created_time),
        private_key,
        tags: Some(tags).filter(|tags| !tags.as_slice().is_empty()),
    }
}

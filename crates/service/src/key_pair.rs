//! The key pair as replies show it.

use pharos_api::lighthouse::key_pair::KeyPair;
use pharos_api::private_key::PrivateKey;
use pharos_store::record::KeyPairRecord;

/// What is kept, and beside it the private key if it was made just now.
pub(crate) fn shown(record: KeyPairRecord, private_key: Option<PrivateKey>) -> KeyPair {
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
        created_time: Some(created_time),
        private_key,
        tags: Some(tags).filter(|tags| !tags.as_slice().is_empty()),
    }
}

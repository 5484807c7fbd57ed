//! Secrets at rest: SecretKeys must be recoverable, because HMAC needs them whole, so they are sealed.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::random::Random;
use pharos_store::record::{MasterKeyId, SealedSecretKey};
use thiserror::Error;
use zeroize::Zeroizing;

/// Length of a master key, in bytes: AES-256.
pub const MASTER_KEY_BYTES: usize = 32;

/// The key that SecretKeys are sealed under: AES-256-GCM, a random nonce each time, the SecretId as
/// associated data so that rows cannot be swapped.
///
/// A sealed secret is key id (8 bytes), nonce (12), ciphertext, tag (16). The key id is the start of
/// a hash of the key: it tells a wrong master key from a damaged row, and one key from the next
/// when they are rotated.
pub struct MasterKey {
    key: LessSafeKey,
    id: MasterKeyId,
}

/// Why a sealed secret did not open.
#[derive(Debug, Error)]
pub enum UnsealError {
    /// Another master key sealed it.
    #[error("the secret of `{0}` is sealed under another master key")]
    OtherMasterKey(SecretId),
    /// It is not what was sealed for this SecretId.
    #[error("the sealed secret of `{0}` is damaged or belongs to another SecretId")]
    Damaged(SecretId),
}

impl MasterKey {
    /// Which one it is.
    pub fn id(&self) -> MasterKeyId {
        self.id
    }

    /// Takes the key's bytes.
    #[expect(
        clippy::expect_used,
        reason = "the length is the algorithm's own, by type"
    )]
    pub fn new(bytes: &[u8; MASTER_KEY_BYTES]) -> Self {
        const LABEL: &[u8] = b"pharos master key id";
        let mut labelled = Zeroizing::new([0_u8; LABEL.len() + MASTER_KEY_BYTES]);
        let (label, key) = labelled.split_at_mut(LABEL.len());
        label.copy_from_slice(LABEL);
        key.copy_from_slice(bytes);
        let hash = digest(&SHA256, labelled.as_ref());
        let id = hash.as_ref().first_chunk();
        let id = MasterKeyId(*id.expect("a SHA-256 is longer than an id"));
        let key = UnboundKey::new(&AES_256_GCM, bytes).expect("32 bytes are an AES-256 key");
        Self {
            key: LessSafeKey::new(key),
            id,
        }
    }

    /// Seals a SecretKey for its SecretId.
    pub fn seal(
        &self,
        secret_id: &SecretId,
        secret_key: &SecretKey,
        random: &dyn Random,
    ) -> SealedSecretKey {
        let secret = secret_key.expose().as_bytes();
        SealedSecretKey {
            master_key: self.id,
            sealed: self.seal_bytes(secret_id.as_str(), secret, random),
        }
    }

    /// Opens it again.
    ///
    /// # Errors
    /// See [`UnsealError`].
    pub fn unseal(
        &self,
        secret_id: &SecretId,
        sealed: &SealedSecretKey,
    ) -> Result<SecretKey, UnsealError> {
        let damaged = || UnsealError::Damaged(secret_id.clone());
        if sealed.master_key != self.id {
            return Err(UnsealError::OtherMasterKey(secret_id.clone()));
        }
        let plain = self.open_bytes(secret_id.as_str(), &sealed.sealed);
        let plain = plain.ok_or_else(damaged)?;
        std::str::from_utf8(&plain)
            .map(SecretKey::new)
            .map_err(|_| damaged())
    }

    /// Seals bytes for something that has this name, and that a SecretKey is never sealed for: nonce,
    /// ciphertext, tag.
    #[expect(clippy::expect_used, reason = "AES-GCM fails only beyond 64 GB")]
    pub(crate) fn seal_bytes(&self, name: &str, plain: &[u8], random: &dyn Random) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        // Encrypted in place, so the plain text is overwritten; the space for it is made beforehand.
        let mut text = Vec::with_capacity(plain.len() + AES_256_GCM.tag_len());
        text.extend_from_slice(plain);
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        self.key
            .seal_in_place_append_tag(nonce_used, Aad::from(name), &mut text)
            .expect("what is sealed is short");
        [nonce.as_slice(), text.as_slice()].concat()
    }

    /// Opens them again; `None` for any other bytes.
    pub(crate) fn open_bytes(&self, name: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = Zeroizing::new(text.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = self.key.open_in_place(nonce, Aad::from(name), &mut text);
        let length = plain.ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};

    struct Counting(AtomicU8);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    fn id(text: &str) -> SecretId {
        SecretId::parse(text).unwrap()
    }

    fn sealed_by(key: &MasterKey) -> SealedSecretKey {
        let random = Counting(AtomicU8::new(0));
        key.seal(&id("AKIDa"), &SecretKey::new("the secret"), &random)
    }

    #[test]
    fn what_is_sealed_opens_for_its_own_secret_id_only() {
        let key = MasterKey::new(&[7; 32]);
        let sealed = sealed_by(&key);
        assert_eq!(
            key.unseal(&id("AKIDa"), &sealed).unwrap().expose(),
            "the secret"
        );
        let swapped = key.unseal(&id("AKIDb"), &sealed).err().unwrap();
        assert!(matches!(swapped, UnsealError::Damaged(_)));
    }

    #[test]
    fn another_master_key_is_told_from_damage() {
        let sealed = sealed_by(&MasterKey::new(&[7; 32]));
        let other = MasterKey::new(&[8; 32])
            .unseal(&id("AKIDa"), &sealed)
            .err()
            .unwrap();
        assert!(matches!(other, UnsealError::OtherMasterKey(_)));
    }

    #[test]
    fn no_changed_byte_and_no_cut_opens() {
        let key = MasterKey::new(&[7; 32]);
        let sealed = sealed_by(&key);
        let bytes = sealed.to_bytes();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let changed_at = SealedSecretKey::from_bytes(&changed).unwrap();
            assert!(key.unseal(&id("AKIDa"), &changed_at).is_err(), "byte {at}");
            changed.truncate(at);
            let cut = SealedSecretKey::from_bytes(&changed);
            let opened = cut.is_some_and(|cut| key.unseal(&id("AKIDa"), &cut).is_ok());
            assert!(!opened, "cut at {at}");
        }
    }

    #[test]
    fn the_secret_is_not_in_what_is_stored() {
        let sealed = sealed_by(&MasterKey::new(&[7; 32]));
        assert!(!sealed.sealed.windows(6).any(|window| window == b"secret"));
    }
}

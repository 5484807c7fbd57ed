//! The master keys of a server: one or several, so that secrets can be sealed under a new one while
//! those under the old one are still opened.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::random::Random;
use pharos_store::record::{MasterKeyId, SealedSecretKey};
use thiserror::Error;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::master_key::{MasterKey, UnsealError};

/// How long the source is not asked again after it was asked in vain: who calls with a secret that
/// nothing opens shall not have a command run for each call.
const RELOAD_PAUSE: Duration = Duration::from_secs(2);

/// The private cause of a source that gives nothing.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Where master keys come from: a file, or a command that asks a key management service. Its `Display`
/// names it to the operator.
pub trait MasterKeySource: std::fmt::Display + Send + Sync + 'static {
    /// Reads all of them, the newest last; blocks.
    ///
    /// # Errors
    /// When there is none; the cause says what to do.
    fn load(&self) -> Result<Vec<MasterKey>, Cause>;
}

/// The master keys that are known, and where to look for others.
pub struct MasterKeys {
    source: Arc<dyn MasterKeySource>,
    known: RwLock<Arc<[MasterKey]>>,
    last_in_vain: Mutex<Option<Instant>>,
}

/// Why a secret was not sealed or not opened.
#[derive(Debug, Error)]
pub enum MasterKeyError {
    /// There is no such key.
    #[error("{}", missing(*wanted, held, place))]
    Missing {
        /// The one that is needed.
        wanted: MasterKeyId,
        /// Those that there are.
        held: Vec<MasterKeyId>,
        /// Where they are.
        place: String,
    },
    /// The secret does not open.
    #[error(transparent)]
    Unseal(#[from] UnsealError),
    /// The source gives none.
    #[error("the master keys cannot be read from {place}")]
    Source {
        /// Where they should be.
        place: String,
        /// What is wrong there.
        #[source]
        cause: Cause,
    },
}

fn missing(wanted: MasterKeyId, held: &[MasterKeyId], place: &str) -> String {
    let held: Vec<_> = held.iter().map(ToString::to_string).collect();
    format!(
        "the secrets in the store are sealed under the master key {wanted}, and {place} holds {}; put \
         the master key that belongs to the store there",
        held.join(", ")
    )
}

impl MasterKeys {
    /// Reads the keys; blocks.
    ///
    /// # Errors
    /// When the source gives none.
    pub fn load(source: impl MasterKeySource) -> Result<Self, MasterKeyError> {
        let keys = load(&source)?;
        Ok(Self {
            source: Arc::new(source),
            known: RwLock::new(keys),
            last_in_vain: Mutex::default(),
        })
    }

    /// All that are known, the newest last.
    pub fn ids(&self) -> Vec<MasterKeyId> {
        self.known().iter().map(MasterKey::id).collect()
    }

    /// The newest of them.
    ///
    /// # Errors
    /// When there is none.
    pub fn newest(&self) -> Result<MasterKeyId, MasterKeyError> {
        let known = self.known();
        let newest = known.last().map(MasterKey::id);
        newest.ok_or_else(|| self.missing_from(&known, MasterKeyId([0; MasterKeyId::BYTES])))
    }

    /// What is wrong if this key is not among those that are known.
    pub fn missing(&self, wanted: MasterKeyId) -> Option<MasterKeyError> {
        let known = self.known();
        find(&known, wanted)
            .is_none()
            .then(|| self.missing_from(&known, wanted))
    }

    /// Seals a SecretKey for its SecretId under this key, or under the newest.
    ///
    /// # Errors
    /// When there is no such key.
    pub async fn seal(
        &self,
        under: Option<MasterKeyId>,
        secret_id: &SecretId,
        secret_key: &SecretKey,
        random: &dyn Random,
    ) -> Result<SealedSecretKey, MasterKeyError> {
        let id = under.map_or_else(|| self.newest(), Ok)?;
        let keys = self.with(id).await?;
        let key = find(&keys, id).ok_or_else(|| self.missing_from(&keys, id))?;
        Ok(key.seal(secret_id, secret_key, random))
    }

    /// Opens what was sealed for this SecretId. A key that is not known is looked for once more where
    /// they come from: it may have been put there since.
    ///
    /// # Errors
    /// When there is no such key, or it does not open it.
    pub async fn unseal(
        &self,
        secret_id: &SecretId,
        sealed: &SealedSecretKey,
    ) -> Result<SecretKey, MasterKeyError> {
        let keys = self.with(sealed.master_key).await?;
        self.unseal_with(&keys, secret_id, sealed)
    }

    /// The same with the keys that are known, without looking for another.
    ///
    /// # Errors
    /// When there is no such key, or it does not open it.
    pub fn unseal_with_known(
        &self,
        secret_id: &SecretId,
        sealed: &SealedSecretKey,
    ) -> Result<SecretKey, MasterKeyError> {
        self.unseal_with(&self.known(), secret_id, sealed)
    }

    fn unseal_with(
        &self,
        keys: &[MasterKey],
        secret_id: &SecretId,
        sealed: &SealedSecretKey,
    ) -> Result<SecretKey, MasterKeyError> {
        let key = find(keys, sealed.master_key)
            .ok_or_else(|| self.missing_from(keys, sealed.master_key))?;
        Ok(key.unseal(secret_id, sealed)?)
    }

    /// Seals bytes as [`MasterKey::seal_bytes`] does, under this key or the newest; the key's id stands in
    /// front.
    ///
    /// # Errors
    /// When there is no such key.
    pub(crate) async fn seal_bytes(
        &self,
        under: Option<MasterKeyId>,
        name: &str,
        plain: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, MasterKeyError> {
        let id = under.map_or_else(|| self.newest(), Ok)?;
        let keys = self.with(id).await?;
        let key = find(&keys, id).ok_or_else(|| self.missing_from(&keys, id))?;
        let sealed = key.seal_bytes(name, plain, random);
        Ok([id.0.as_slice(), &sealed].concat())
    }

    /// Opens them again; `None` for any other bytes. A key that is not known is looked for only if it is the
    /// one that the store seals under, for anybody can name another.
    ///
    /// # Errors
    /// When that one is not to be had.
    pub(crate) async fn open_bytes(
        &self,
        under: Option<MasterKeyId>,
        name: &str,
        sealed: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, MasterKeyError> {
        let Some((id, sealed)) = sealed.split_first_chunk() else {
            return Ok(None);
        };
        let id = MasterKeyId(*id);
        let keys = if under == Some(id) {
            self.with(id).await?
        } else {
            self.known()
        };
        Ok(find(&keys, id).and_then(|key| key.open_bytes(name, sealed)))
    }

    /// The known keys, this one among them if it is to be had.
    async fn with(&self, id: MasterKeyId) -> Result<Arc<[MasterKey]>, MasterKeyError> {
        let known = self.known();
        if find(&known, id).is_some() {
            return Ok(known);
        }
        let mut last_in_vain = self.last_in_vain.lock().await;
        // Who was before may have found it.
        let known = self.known();
        let is_soon = last_in_vain.is_some_and(|last| last.elapsed() < RELOAD_PAUSE);
        if find(&known, id).is_some() || is_soon {
            return Ok(known);
        }
        let source = Arc::clone(&self.source);
        let loaded = tokio::task::spawn_blocking(move || load(&*source)).await;
        *last_in_vain = Some(Instant::now());
        let loaded = loaded.unwrap_or_else(|panicked| {
            Err(MasterKeyError::Source {
                place: self.source.to_string(),
                cause: panicked.into(),
            })
        })?;
        if find(&loaded, id).is_some() {
            *last_in_vain = None;
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&loaded);
        Ok(loaded)
    }

    fn known(&self) -> Arc<[MasterKey]> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn missing_from(&self, known: &[MasterKey], wanted: MasterKeyId) -> MasterKeyError {
        MasterKeyError::Missing {
            wanted,
            held: known.iter().map(MasterKey::id).collect(),
            place: self.source.to_string(),
        }
    }
}

fn find(keys: &[MasterKey], id: MasterKeyId) -> Option<&MasterKey> {
    keys.iter().find(|key| key.id() == id)
}

fn load(source: &dyn MasterKeySource) -> Result<Arc<[MasterKey]>, MasterKeyError> {
    let loaded = source.load().map_err(|cause| MasterKeyError::Source {
        place: source.to_string(),
        cause,
    });
    Ok(loaded?.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Gives one key at first, and one more each time.
    #[derive(Clone, Default)]
    struct Growing(Arc<AtomicUsize>);

    impl fmt::Display for Growing {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("the test")
        }
    }

    impl MasterKeySource for Growing {
        fn load(&self) -> Result<Vec<MasterKey>, Cause> {
            let count = 1 + self.0.fetch_add(1, Ordering::Relaxed);
            Ok((1..=count).map(key).collect())
        }
    }

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn key(number: usize) -> MasterKey {
        MasterKey::new(&[u8::try_from(number).unwrap(); 32])
    }

    fn sealed_under(number: usize) -> SealedSecretKey {
        key(number).seal(&id(), &SecretKey::new("the secret"), &Sevens)
    }

    fn id() -> SecretId {
        SecretId::parse("AKIDa").unwrap()
    }

    #[tokio::test]
    async fn a_key_that_was_added_since_is_found() {
        let source = Growing::default();
        let keys = MasterKeys::load(source.clone()).unwrap();
        let opened = keys.unseal(&id(), &sealed_under(2)).await.unwrap();
        assert_eq!(opened.expose(), "the secret");
        keys.unseal(&id(), &sealed_under(1)).await.unwrap();
        assert_eq!(source.0.load(Ordering::Relaxed), 2, "loads");
        assert_eq!(keys.newest().unwrap(), key(2).id());
    }

    #[tokio::test]
    async fn a_key_that_nobody_has_is_not_looked_for_with_each_call() {
        let source = Growing::default();
        let keys = MasterKeys::load(source.clone()).unwrap();
        for _ in 0..100 {
            let missing = keys.unseal(&id(), &sealed_under(9)).await.err().unwrap();
            let (wanted, held) = (key(9).id(), key(1).id());
            let told = missing.to_string();
            assert!(
                told.contains(&format!("under the master key {wanted}")),
                "{told}"
            );
            assert!(told.contains(&format!("the test holds {held}")), "{told}");
        }
        let loads = source.0.load(Ordering::Relaxed);
        assert!(loads < 100, "{loads}");
    }

    #[tokio::test]
    async fn a_secret_is_sealed_under_the_key_that_is_asked_for_or_the_newest() {
        let keys = MasterKeys::load(Growing(Arc::new(AtomicUsize::new(2)))).unwrap();
        let secret = SecretKey::new("the secret");
        for (asked, expected) in [(None, 3), (Some(1), 1), (Some(2), 2)] {
            let under = asked.map(|number| key(number).id());
            let sealed = keys.seal(under, &id(), &secret, &Sevens).await.unwrap();
            assert_eq!(sealed.master_key, key(expected).id());
        }
    }
}

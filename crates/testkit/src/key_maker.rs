//! Key makers for tests that are not about keys.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use pharos_api::private_key::PrivateKey;
use pharos_keys::{GenerateError, GeneratedKeyPair, generate_rsa_2048};
use pharos_service::generator::KeyMaker;
use zeroize::Zeroizing;

/// About what the library takes for a key.
const SLOW: std::time::Duration = std::time::Duration::from_millis(50);

/// What a [`TestMaker`] does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Hands out the same key pair again and again: quick.
    Repeat,
    /// The same, but as slow as a real one.
    RepeatSlowly,
    /// Fails.
    Fail,
    /// Panics.
    Panic,
}

/// A key maker that counts.
pub struct TestMaker {
    behaviour: Behaviour,
    made: AtomicUsize,
}

impl TestMaker {
    /// Makes one.
    pub fn new(behaviour: Behaviour) -> Arc<Self> {
        Arc::new(Self {
            behaviour,
            made: AtomicUsize::new(0),
        })
    }

    /// How often it was asked.
    pub fn made(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }
}

impl KeyMaker for TestMaker {
    fn make(&self) -> Result<GeneratedKeyPair, GenerateError> {
        static KEY: OnceLock<GeneratedKeyPair> = OnceLock::new();
        self.made.fetch_add(1, Ordering::SeqCst);
        if self.behaviour == Behaviour::RepeatSlowly {
            std::thread::sleep(SLOW);
        }
        match self.behaviour {
            Behaviour::Repeat | Behaviour::RepeatSlowly => {
                let key = KEY.get_or_init(|| generate_rsa_2048().expect("the library makes keys"));
                let pem = Zeroizing::new(key.private_key.expose().to_owned());
                let public_key = key.public_key.clone();
                Ok(GeneratedKeyPair {
                    private_key: PrivateKey::new(pem),
                    public_key,
                })
            }
            Behaviour::Fail => Err(GenerateError::OtherKind),
            Behaviour::Panic => panic!("the key maker panics, as it was told to"),
        }
    }
}

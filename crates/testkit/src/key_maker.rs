//! Key makers for tests that are not about keys.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use base64ct::{Base64, Encoding};
use pharos_api::private_key::PrivateKey;
use pharos_keys::{GenerateError, GeneratedKeyPair, Generator, KeyType, Path, PublicKey};
use pharos_service::generator::KeyMaker;
use zeroize::Zeroizing;

/// About what the library takes for a key.
const SLOW: std::time::Duration = std::time::Duration::from_millis(50);

/// What a [`TestMaker`] does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Hands out the same private key again and again, each time with another public one that is not its
    /// own: quick, and no two are taken for the same.
    Repeat,
    /// The same, but as slow as a real one.
    RepeatSlowly,
    /// Makes nothing, however long it takes, until nobody wants it any more.
    WaitUntilUnwanted,
    /// Fails.
    Fail,
    /// Finds that something is wrong with the machine.
    Disagree,
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
    fn path(&self) -> Path {
        Path::Library
    }

    fn make(
        &self,
        _: KeyType,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<GeneratedKeyPair, GenerateError> {
        static KEY: OnceLock<GeneratedKeyPair> = OnceLock::new();
        let number = self.made.fetch_add(1, Ordering::SeqCst);
        if self.behaviour == Behaviour::RepeatSlowly {
            std::thread::sleep(SLOW);
        }
        match self.behaviour {
            Behaviour::Repeat | Behaviour::RepeatSlowly => {
                let key = KEY.get_or_init(generate);
                let pem = Zeroizing::new(key.private_key.expose().to_owned());
                Ok(GeneratedKeyPair {
                    private_key: PrivateKey::new(pem),
                    public_key: altered(&key.public_key, number),
                })
            }
            Behaviour::WaitUntilUnwanted => {
                while is_wanted() {
                    std::thread::yield_now();
                }
                Err(GenerateError::Interrupted)
            }
            Behaviour::Disagree => Err(GenerateError::Disagreement { what: "a test" }),
            Behaviour::Fail => Err(GenerateError::Stopped),
            Behaviour::Panic => panic!("the key maker panics, as it was told to"),
        }
    }
}

fn generate() -> GeneratedKeyPair {
    let made = Generator::library().generate(KeyType::default(), &|| true);
    made.expect("the library makes keys")
}

/// A public key of the same form: the end of its modulus is another.
fn altered(key: &PublicKey, number: usize) -> PublicKey {
    let mut blob = key.as_bytes().to_vec();
    let end = blob.len() - 1;
    blob[end - 8..end].copy_from_slice(&(number as u64).to_be_bytes());
    let line = format!("ssh-rsa {} altered", Base64::encode_string(&blob));
    PublicKey::parse(&line).expect("a line of the same form")
}

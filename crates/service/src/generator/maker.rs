//! Having a key made, and telling how it went.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use pharos_keys::{GenerateError, GeneratedKeyPair, KeyType, Path};

use super::metrics::Metrics;

/// Makes one key pair. The product's is [`pharos_keys::Generator`]; tests pass others.
pub trait KeyMaker: Send + Sync + 'static {
    /// What finds the primes of its RSA keys.
    fn path(&self) -> Path;

    /// Makes it, unless `is_wanted`, which is asked again and again, says that nobody wants it any more.
    ///
    /// # Errors
    /// When the library refuses, what it made is not what was asked for, or nobody wants it.
    fn make(
        &self,
        key_type: KeyType,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<GeneratedKeyPair, GenerateError>;
}

impl KeyMaker for pharos_keys::Generator {
    fn path(&self) -> Path {
        self.path()
    }

    fn make(
        &self,
        key_type: KeyType,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<GeneratedKeyPair, GenerateError> {
        self.generate(key_type, is_wanted)
    }
}

/// A key maker, what it makes, and how that goes.
pub(super) struct Maker {
    inner: Arc<dyn KeyMaker>,
    key_type: KeyType,
    pub(super) metrics: Metrics,
    is_stopped: AtomicBool,
}

impl Maker {
    pub(super) fn new(inner: Arc<dyn KeyMaker>, key_type: KeyType) -> Self {
        Self {
            inner,
            key_type,
            metrics: Metrics::default(),
            is_stopped: AtomicBool::new(false),
        }
    }

    pub(super) fn key_type(&self) -> KeyType {
        self.key_type
    }

    pub(super) fn path(&self) -> Path {
        self.inner.path()
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    /// Makes a key pair for whoever waits for it.
    pub(super) fn make(
        &self,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<GeneratedKeyPair, GenerateError> {
        let started = Instant::now();
        let made = self.inner.make(self.key_type, is_wanted);
        match &made {
            // It is dropped here, which wipes it.
            Ok(_) if !is_wanted() => {
                self.metrics.keys_abandoned.inc();
                return Err(GenerateError::Interrupted);
            }
            Ok(_) => self.metrics.made(started.elapsed()),
            Err(GenerateError::Interrupted) => {
                self.metrics.keys_abandoned.inc();
            }
            Err(error @ GenerateError::Disagreement { .. }) => {
                self.metrics.disagreements.inc();
                self.is_stopped.store(true, Ordering::Relaxed);
                let error = error as &dyn std::error::Error;
                tracing::error!(
                    error,
                    path = self.path().name(),
                    "the generator stopped, and no key is made until a restart: this machine or this build is \
                     not to be trusted with keys; start with `generator = \"library\"`, on another machine if \
                     there is one, and report it"
                );
            }
            Err(_) => {}
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::Mutex;

    use tracing_subscriber::fmt::MakeWriter;

    /// Says what it is told to.
    struct Says(fn() -> GenerateError);

    impl KeyMaker for Says {
        fn path(&self) -> Path {
            Path::Portable
        }

        fn make(
            &self,
            _: KeyType,
            _: &dyn Fn() -> bool,
        ) -> Result<GeneratedKeyPair, GenerateError> {
            Err((self.0)())
        }
    }

    /// A log in memory.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Log {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    /// What is logged while a key is asked for, and whether the generator stopped.
    fn asked(says: fn() -> GenerateError) -> (String, bool) {
        let maker = Maker::new(Arc::new(Says(says)), KeyType::default());
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(log.clone())
            .with_ansi(false)
            .finish();
        let made = tracing::subscriber::with_default(subscriber, || maker.make(&|| true));
        assert!(made.is_err());
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        (text, maker.is_stopped())
    }

    #[test]
    fn a_disagreement_is_told_to_the_operator_and_stops_the_generator() {
        let (log, is_stopped) = asked(|| GenerateError::Disagreement { what: "a prime" });
        assert!(is_stopped);
        assert!(log.contains("ERROR"), "{log}");
        assert!(log.contains("the generator stopped"), "{log}");
        assert!(
            log.contains("start with `generator = \"library\"`"),
            "{log}"
        );
        assert!(log.contains("a prime"), "{log}");
    }

    #[test]
    fn another_failure_stops_nothing_and_the_request_log_tells_it() {
        let others: [fn() -> GenerateError; 2] =
            [|| GenerateError::Stopped, || GenerateError::Interrupted];
        for says in others {
            assert_eq!(asked(says), (String::new(), false));
        }
    }

    #[test]
    fn a_key_that_nobody_wants_when_it_is_made_is_dropped() {
        let maker = Maker::new(
            Arc::new(pharos_keys::Generator::library()),
            KeyType::Ed25519,
        );
        let made = maker.make(&|| false);
        assert!(matches!(made, Err(GenerateError::Interrupted)));
        assert_eq!(maker.metrics.keys_abandoned.get(), 1);
    }
}

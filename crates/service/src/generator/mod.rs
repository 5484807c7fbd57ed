//! Where key pairs are made, and imported ones checked: dedicated threads, and a fair and bounded wait
//! for them.
//!
//! Finding primes takes milliseconds of one core, and so does looking for weak ones: neither ever happens on
//! the threads that serve requests. Each request gets a key made for it, from nothing; there is no pool of
//! ready keys (docs/decisions/0002-no-pool-of-ready-keys.md). One that would not be done in time is refused
//! when it comes (docs/decisions/0017-refused-at-once.md).

mod estimate;
mod maker;
mod metrics;
mod priority;
mod threads;
mod turns;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_keys::weak::{Rules, Weakness};
use pharos_keys::{GenerateError, GeneratedKeyPair, KeyType, PublicKey};
use prometheus_client::registry::Registry;
use thiserror::Error;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

pub use maker::KeyMaker;
use maker::Maker;
use threads::{Stopping, Threads};
use turns::{Place, Turns};

/// How long a request may wait for its turn and for what a thread does in it: two thirds of the 30 seconds
/// that the edge gives a whole request.
const DEADLINE: Duration = Duration::from_secs(20);

/// Why a thread did not do what was asked.
#[derive(Debug, Error)]
pub enum GeneratorError {
    /// Too many wait already.
    #[error("as many requests wait for a generator thread as may")]
    Full,
    /// It would not be done in time, and was refused when it came.
    #[error("a generator thread would be done with it after {after:?}, which is past the deadline")]
    TooLate {
        /// How long it would have taken.
        after: Duration,
    },
    /// The turn, or what was to come of it, did not come in time.
    #[error("no generator thread was done within the deadline")]
    Deadline,
    /// The maker failed.
    #[error("the key maker failed")]
    Failed(#[source] GenerateError),
    /// The threads are ending, or what one of them did panicked.
    #[error("the generator broke off")]
    Closed,
}

/// The generator threads, and the queue before them.
pub struct GeneratorQueue {
    turns: Arc<Turns>,
    threads: Arc<Threads>,
    maker: Arc<Maker>,
}

/// A right to one thread. Dropped unused, it goes to the next who waits.
pub struct Turn {
    place: Place,
    /// When nobody waits any more for what comes of it.
    deadline: Instant,
    threads: Arc<Threads>,
    maker: Arc<Maker>,
}

impl GeneratorQueue {
    /// Starts so many threads, of a lower priority than the server's, which make keys of this type.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        threads: NonZeroUsize,
        key_type: KeyType,
        key_maker: Arc<dyn KeyMaker>,
    ) -> std::io::Result<Self> {
        Ok(Self {
            turns: Turns::new(threads.get()),
            threads: Arc::new(Threads::start(threads)?),
            maker: Arc::new(Maker::new(key_maker, key_type)),
        })
    }

    /// Waits for a thread. Accounts take turns, so one that asks for much cannot starve another.
    ///
    /// # Errors
    /// At once: `Full` when the account, or all together, have too many waiting; `TooLate`; `Closed`. Later:
    /// `Deadline` and `Closed`.
    pub async fn turn(&self, account: Uin) -> Result<Turn, GeneratorError> {
        let came = Instant::now();
        let deadline = came + DEADLINE;
        let waiting = self.turns.wait(account, DEADLINE).inspect_err(|error| {
            if !matches!(error, GeneratorError::Closed) {
                self.maker.metrics.requests_refused.inc();
            }
        })?;
        let place = timeout_at(deadline, waiting)
            .await
            .map_err(|_| GeneratorError::Deadline)?;
        let place = place.map_err(|_| GeneratorError::Closed)?;
        self.maker.metrics.waited(came.elapsed());
        Ok(Turn {
            place,
            deadline,
            threads: Arc::clone(&self.threads),
            maker: Arc::clone(&self.maker),
        })
    }

    /// Whether the maker disagreed with the library that decides, and makes no more keys.
    pub fn is_stopped(&self) -> bool {
        self.maker.is_stopped()
    }

    /// Adds what it tells of itself.
    pub fn register_metrics(&self, registry: &mut Registry) {
        let setup = metrics::Setup {
            key_type: self.maker.key_type(),
            path: self.maker.path(),
            threads: self.turns.places(),
        };
        let turns = Arc::clone(&self.turns);
        self.maker.metrics.register(registry, turns, &setup);
    }

    /// Sends away who waits, breaks off what is in work, and ends the threads. Answers whether they ended,
    /// and so wiped what they had, within a second.
    pub async fn stop(&self) -> bool {
        self.turns.close();
        self.threads.stop().await
    }
}

impl Turn {
    /// Has a key pair made. When nobody waits for it any more, it is broken off, or dropped and so wiped.
    ///
    /// # Errors
    /// `Deadline`, `Failed`, `Closed`.
    pub async fn generate(self) -> Result<GeneratedKeyPair, GeneratorError> {
        let maker = Arc::clone(&self.maker);
        let made = self.run(move |is_wanted| maker.make(is_wanted)).await?;
        made.map_err(GeneratorError::Failed)
    }

    /// Has a public key held against the rules for weak ones.
    ///
    /// # Errors
    /// `Deadline`, `Closed`.
    pub async fn check(
        self,
        public_key: PublicKey,
        rules: Rules,
    ) -> Result<Result<(), Weakness>, GeneratorError> {
        self.run(move |_| rules.check(&public_key)).await
    }

    async fn run<T: Send + 'static>(
        self,
        task: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, GeneratorError> {
        let (answer, answered) = oneshot::channel();
        let place = self.place;
        let job = move |stopping: &Stopping| {
            // Whoever waits drops the other end when the client is gone, and at the deadline.
            let is_wanted = || !answer.is_closed() && !stopping.is_set();
            let started = std::time::Instant::now();
            let done = task(&is_wanted);
            // What was broken off says nothing of how long it takes.
            if is_wanted() {
                place.took(started.elapsed());
            }
            // If nobody waits any more, a key is dropped here, which wipes it.
            let _ = answer.send(done);
            // Held until the thread is free again, whether or not anybody waited.
            drop(place);
        };
        if !self.threads.run(Box::new(job)) {
            return Err(GeneratorError::Closed);
        }
        match timeout_at(self.deadline, answered).await {
            Ok(answer) => answer.map_err(|_| GeneratorError::Closed),
            Err(_) => Err(GeneratorError::Deadline),
        }
    }
}

#[cfg(test)]
mod tests;

//! Where key pairs are made: dedicated threads, and a fair and bounded wait for them.
//!
//! Finding primes takes tens of milliseconds of one core, so it never happens on the threads that
//! serve requests. Each request gets a key made for it, from nothing; there is no pool of ready keys
//! (docs/decisions/0002-no-pool-of-ready-keys.md).

mod turns;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_keys::{GenerateError, GeneratedKeyPair};
use thiserror::Error;
use tokio::sync::oneshot;
use tokio::time::timeout;
use turns::{Turn as Place, Turns};

/// How long a request waits for its turn, and then for its key: together two thirds of the 30 seconds
/// that the edge gives a whole request.
const DEADLINE: Duration = Duration::from_secs(10);

/// Makes one key pair. The library's maker is the product's; tests pass others.
pub trait KeyMaker: Send + Sync + 'static {
    /// Makes it.
    ///
    /// # Errors
    /// When the library refuses, or what it made is not what was asked for.
    fn make(&self) -> Result<GeneratedKeyPair, GenerateError>;
}

/// The vetted library's own generation: RSA 2048.
pub struct Library;

impl KeyMaker for Library {
    fn make(&self) -> Result<GeneratedKeyPair, GenerateError> {
        pharos_keys::generate_rsa_2048()
    }
}

/// Why no key pair was made.
#[derive(Debug, Error)]
pub enum GeneratorError {
    /// Too many wait already.
    #[error("too many requests wait for a generator thread")]
    Busy,
    /// The turn or the key did not come in time.
    #[error("no key was made within the deadline")]
    Deadline,
    /// The maker failed.
    #[error("the key maker failed")]
    Failed(#[source] GenerateError),
    /// The generator is shutting down, or the maker panicked.
    #[error("the generator broke off")]
    Closed,
}

/// The generator threads.
pub struct Generator {
    turns: Arc<Turns>,
    jobs: mpsc::Sender<Job>,
}

/// A right to one thread. Dropped unused, it goes to the next who waits.
pub struct Turn {
    place: Place,
    jobs: mpsc::Sender<Job>,
}

struct Job {
    answer: oneshot::Sender<Result<GeneratedKeyPair, GeneratorError>>,
    /// Held until the thread is free again, whether or not anybody still waits for the key.
    place: Place,
}

impl Generator {
    /// Starts `threads` threads (at least one).
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(threads: usize, maker: &Arc<dyn KeyMaker>) -> std::io::Result<Self> {
        let threads = threads.max(1);
        let (jobs, received) = mpsc::channel();
        let received = Arc::new(Mutex::new(received));
        for index in 0..threads {
            let (received, maker) = (Arc::clone(&received), Arc::clone(maker));
            thread::Builder::new()
                .name(format!("generator-{index}"))
                .spawn(move || work(&received, maker.as_ref()))?;
        }
        Ok(Self {
            turns: Turns::new(threads),
            jobs,
        })
    }

    /// Waits for a thread. Accounts take turns, so one that asks for much cannot starve another.
    ///
    /// # Errors
    /// `Busy` at once when the account, or all together, have too many waiting; `Deadline`.
    pub async fn turn(&self, account: Uin) -> Result<Turn, GeneratorError> {
        let waiting = self.turns.wait(account).ok_or(GeneratorError::Busy)?;
        let place = timeout(DEADLINE, waiting)
            .await
            .map_err(|_| GeneratorError::Deadline)?;
        let place = place.map_err(|_| GeneratorError::Closed)?;
        Ok(Turn {
            place,
            jobs: self.jobs.clone(),
        })
    }
}

impl Turn {
    /// Has a key pair made. If nobody waits for it any more, it is dropped and so wiped.
    ///
    /// # Errors
    /// `Deadline`, `Failed`, `Closed`.
    pub async fn generate(self) -> Result<GeneratedKeyPair, GeneratorError> {
        let (answer, answered) = oneshot::channel();
        let job = Job {
            answer,
            place: self.place,
        };
        self.jobs.send(job).map_err(|_| GeneratorError::Closed)?;
        match timeout(DEADLINE, answered).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(GeneratorError::Closed),
            Err(_) => Err(GeneratorError::Deadline),
        }
    }
}

fn work(received: &Mutex<mpsc::Receiver<Job>>, maker: &dyn KeyMaker) {
    loop {
        let next = received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(Job { answer, place }) = next else {
            return;
        };
        if !answer.is_closed() {
            // A panic in the maker costs one request, not the thread.
            let made = catch_unwind(AssertUnwindSafe(|| maker.make()));
            let outcome = match made {
                Ok(made) => made.map_err(GeneratorError::Failed),
                Err(_) => Err(GeneratorError::Closed),
            };
            // Nobody waits any more: the key is dropped here, which wipes it.
            let _ = answer.send(outcome);
        }
        drop(place);
    }
}

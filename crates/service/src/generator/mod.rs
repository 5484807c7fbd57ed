//! Where key pairs are made, and imported ones checked: dedicated threads, and a fair and bounded wait
//! for them.
//!
//! Finding primes takes tens of milliseconds of one core, and so does looking for weak ones: neither
//! ever happens on the threads that serve requests. Each request gets a key made for it, from nothing;
//! there is no pool of ready keys (docs/decisions/0002-no-pool-of-ready-keys.md).

mod turns;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_keys::weak::{Rules, Weakness};
use pharos_keys::{GenerateError, GeneratedKeyPair, KeyType, PublicKey};
use thiserror::Error;
use tokio::sync::oneshot;
use tokio::time::timeout;
use turns::{Turn as Place, Turns};

/// How long a request waits for its turn, and then for what a thread does in it: together two thirds of
/// the 30 seconds that the edge gives a whole request.
const DEADLINE: Duration = Duration::from_secs(10);

/// Makes one key pair. The library's maker is the product's; tests pass others.
pub trait KeyMaker: Send + Sync + 'static {
    /// Makes it.
    ///
    /// # Errors
    /// When the library refuses, or what it made is not what was asked for.
    fn make(&self) -> Result<GeneratedKeyPair, GenerateError>;
}

impl KeyMaker for pharos_keys::Generator {
    fn make(&self) -> Result<GeneratedKeyPair, GenerateError> {
        self.generate(KeyType::default(), &|| true)
    }
}

/// Why a thread did not do what was asked.
#[derive(Debug, Error)]
pub enum GeneratorError {
    /// Too many wait already.
    #[error("too many requests wait for a generator thread")]
    Busy,
    /// The turn, or what was to come of it, did not come in time.
    #[error("no generator thread was done within the deadline")]
    Deadline,
    /// The maker failed.
    #[error("the key maker failed")]
    Failed(#[source] GenerateError),
    /// The generator is shutting down, or what a thread did panicked.
    #[error("the generator broke off")]
    Closed,
}

/// The generator threads.
pub struct Generator {
    turns: Arc<Turns>,
    jobs: mpsc::Sender<Job>,
    maker: Arc<dyn KeyMaker>,
}

/// A right to one thread. Dropped unused, it goes to the next who waits.
pub struct Turn {
    place: Place,
    jobs: mpsc::Sender<Job>,
    maker: Arc<dyn KeyMaker>,
}

/// What a thread does.
type Job = Box<dyn FnOnce() + Send>;

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
            let received = Arc::clone(&received);
            thread::Builder::new()
                .name(format!("generator-{index}"))
                .spawn(move || work(&received))?;
        }
        Ok(Self {
            turns: Turns::new(threads),
            jobs,
            maker: Arc::clone(maker),
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
            maker: Arc::clone(&self.maker),
        })
    }
}

impl Turn {
    /// Has a key pair made. If nobody waits for it any more, it is dropped and so wiped.
    ///
    /// # Errors
    /// `Deadline`, `Failed`, `Closed`.
    pub async fn generate(self) -> Result<GeneratedKeyPair, GeneratorError> {
        let maker = Arc::clone(&self.maker);
        let made = self.run(move || maker.make()).await?;
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
        self.run(move || rules.check(&public_key)).await
    }

    async fn run<T: Send + 'static>(
        self,
        task: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, GeneratorError> {
        let (answer, answered) = oneshot::channel();
        let place = self.place;
        let job = move || {
            if !answer.is_closed() {
                // If nobody waits any more, a key is dropped here, which wipes it.
                let _ = answer.send(task());
            }
            // Held until the thread is free again, whether or not anybody waited.
            drop(place);
        };
        let sent = self.jobs.send(Box::new(job));
        sent.map_err(|_| GeneratorError::Closed)?;
        match timeout(DEADLINE, answered).await {
            Ok(answer) => answer.map_err(|_| GeneratorError::Closed),
            Err(_) => Err(GeneratorError::Deadline),
        }
    }
}

fn work(received: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        let next = received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(job) = next else {
            return;
        };
        // A panic costs one request, not the thread: whoever waits sees the answer's sender dropped.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_turn_is_for_is_done_on_a_generator_thread() {
        let maker: Arc<dyn KeyMaker> = Arc::new(pharos_keys::Generator::library());
        let generator = Generator::start(1, &maker).unwrap();
        let turn = generator.turn(Uin(1)).await.unwrap();
        let name = turn.run(|| thread::current().name().map(str::to_owned));
        assert_eq!(name.await.unwrap().as_deref(), Some("generator-0"));
    }

    #[tokio::test]
    async fn a_panic_costs_one_turn_and_not_the_thread() {
        let maker: Arc<dyn KeyMaker> = Arc::new(pharos_keys::Generator::library());
        let generator = Generator::start(1, &maker).unwrap();
        let turn = generator.turn(Uin(1)).await.unwrap();
        let panicked = turn.run(|| -> u8 { panic!("as it was told to") }).await;
        assert!(matches!(panicked, Err(GeneratorError::Closed)));
        let turn = generator.turn(Uin(1)).await.unwrap();
        assert_eq!(turn.run(|| 7).await.unwrap(), 7);
    }
}

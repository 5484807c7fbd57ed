//! The threads themselves, and their end.

use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::priority;

/// How long the threads may take to end once they are told to: a thousand times what a search takes to
/// notice that nobody wants its key.
const END_TIME_MAX: Duration = Duration::from_secs(1);

/// What a thread does.
pub(super) type Job = Box<dyn FnOnce(&Stopping) + Send>;

/// Whether the threads are to end.
pub(super) struct Stopping(watch::Receiver<()>);

impl Stopping {
    pub(super) fn is_set(&self) -> bool {
        // Without a sender nobody is left to give work to.
        self.0.has_changed().unwrap_or(true)
    }
}

/// The threads.
pub(super) struct Threads {
    /// `None` once they are to end.
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    /// Each thread holds a receiver until its end.
    stopping: watch::Sender<()>,
}

impl Threads {
    /// Starts so many.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(count: NonZeroUsize) -> io::Result<Self> {
        let (jobs, received) = mpsc::channel();
        let received = Arc::new(Mutex::new(received));
        let stopping = watch::Sender::new(());
        for index in 0..count.get() {
            let received = Arc::clone(&received);
            let stopping = Stopping(stopping.subscribe());
            thread::Builder::new()
                .name(format!("generator-{index}"))
                .spawn(move || work(&received, &stopping))?;
        }
        Ok(Self {
            jobs: Mutex::new(Some(jobs)),
            stopping,
        })
    }

    /// Has one of them do it; `false` if they are to end, and nobody will.
    pub(super) fn run(&self, job: Job) -> bool {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok())
    }

    /// Tells them to end, and waits for it. Answers whether all of them did in time.
    pub(super) async fn stop(&self) -> bool {
        self.stopping.send_replace(());
        let jobs = self
            .jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(jobs);
        // Closed once every thread has dropped its end.
        timeout(END_TIME_MAX, self.stopping.closed()).await.is_ok()
    }
}

fn work(received: &Mutex<mpsc::Receiver<Job>>, stopping: &Stopping) {
    if let Err(error) = priority::lower() {
        tracing::warn!(%error, "a generator thread has the priority of the server's");
    }
    loop {
        let next = received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(job) = next else {
            return;
        };
        // A panic costs one request, not the thread: whoever waits sees the answer's sender dropped.
        let _ = catch_unwind(AssertUnwindSafe(|| job(stopping)));
    }
}

//! The threads that read beside the writer. In WAL mode neither waits for the other.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::{io, mem};

use pharos_store::error::StoreError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};
use tracing::warn;

use crate::undone::Undone;

/// How many threads read. A read is some microseconds of work on cached pages, so that a few serve
/// any machine; each has a connection with a page cache of its own.
pub(crate) const READERS: usize = 4;

/// Reads that wait for a thread. More wait outside, in their turn.
const WAITING_MAX: usize = 1_024;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// The readers: a handle on their threads.
pub(crate) struct Readers {
    jobs: Option<mpsc::Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Starts a thread on each connection.
    pub(crate) fn start(connections: Vec<Connection>) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(WAITING_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        let mut readers = Self {
            jobs: Some(jobs),
            threads: Vec::with_capacity(connections.len()),
        };
        for connection in connections {
            let waiting = Arc::clone(&waiting);
            let thread = thread::Builder::new()
                .name("store-reader".to_owned())
                .spawn(move || work_off(&connection, &waiting))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Has the work done. It reads the newest commit; statements that must agree on the moment have
    /// to be one statement.
    pub(crate) async fn read<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Undone<E>> + Send + 'static,
    {
        let stopped = || StoreError::Failed("the readers have stopped".into());
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        let (caller, answer) = oneshot::channel();
        let job = Box::new(move |connection: &Connection| {
            let done = work(connection).inspect_err(|undone| undone.forget_pages(connection));
            let _ = caller.send(done.map_err(Undone::told));
        });
        jobs.send(job).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.jobs.take());
        for thread in mem::take(&mut self.threads) {
            if thread.join().is_err() {
                warn!("a reader thread of the store had panicked");
            }
        }
    }
}

fn work_off(connection: &Connection, waiting: &Mutex<mpsc::Receiver<Job>>) {
    // The idle threads take turns: one waits for work, the others for its place.
    let next = || {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.blocking_recv()
    };
    while let Some(job) = next() {
        job(connection);
    }
}

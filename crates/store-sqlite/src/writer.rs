//! The one thread that changes the store.
//!
//! It takes every request that waits, runs each under its own savepoint, commits once, and only then
//! answers: a sync of the disk is what a commit costs, and a batch shares one. A refusal undoes its
//! own savepoint and nothing of its neighbours'.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use std::{io, thread};

use pharos_store::error::StoreError;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};
use tracing::warn;

use crate::statement;
use crate::undone::Undone;

/// Requests that wait for the writer. More wait outside, in their turn: a batch that is full and one
/// that is filling keep the writer busy, and more would only make the wait invisible.
const WAITING_MAX: usize = 2 * BATCH_MAX;

/// Requests in one commit: bounds how long the first waits for the last, and how many share the fate
/// of a commit that fails.
const BATCH_MAX: usize = 256;

/// Pages of the WAL to collect before they are moved to the main file. At 4 KiB a page it is 4 MiB,
/// SQLite's own default; ten times that was measured to stall the slowest percentile three times as
/// long.
const CHECKPOINT_PAGES: i64 = 1_000;

/// Pages of the WAL above which readers are waited for, so that it can start anew: 64 MiB. Without
/// this, readers that overlap without a gap would let it grow for ever.
const WAL_PAGES_MAX: i64 = 16 * CHECKPOINT_PAGES;

/// How long readers are waited for then. Ours take microseconds; a stranger that holds the file
/// open shall not stop the writer.
const WAL_RESTART_WAIT: Duration = Duration::from_millis(50);

/// The writer: a handle on its thread.
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on this connection.
    pub(crate) fn start(connection: Connection) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(WAITING_MAX);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || work_off(&connection, waiting))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Has the work done in a transaction, and returns when that is durable.
    ///
    /// A caller that goes away does not undo it.
    pub(crate) async fn write<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Undone<E>> + Send + 'static,
    {
        let stopped = || StoreError::Failed("the writer has stopped".into());
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Request { work, caller });
        jobs.send(job).await.map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| {
            let broken_off = "the writer stopped before it answered".into();
            Err(StoreError::OutcomeUnknown(broken_off).into())
        })
    }
}

impl Drop for Writer {
    /// Waits until everything that was sent is done.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            warn!("the store's writer thread had panicked");
        }
    }
}

/// A request that waits, whatever it returns.
trait Job: Send {
    /// Does the work under a savepoint. The second value says whether that is closed; if not, the
    /// transaction cannot be trusted any more.
    fn run(self: Box<Self>, connection: &Connection) -> (Answer, rusqlite::Result<()>);

    /// Answers that it was not done.
    fn fail(self: Box<Self>, cause: Arc<rusqlite::Error>);
}

/// Tells the caller, once it is known how the batch ended.
type Answer = Box<dyn FnOnce(&End)>;

/// How a batch ended.
enum End {
    /// It is durable.
    Committed,
    /// It did not happen.
    RolledBack(Arc<rusqlite::Error>),
    /// It may have happened.
    Unknown(Arc<rusqlite::Error>),
}

struct Request<W, T, E> {
    work: W,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<T, E, W> Job for Request<W, T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    W: FnOnce(&Connection) -> Result<T, Undone<E>> + Send + 'static,
{
    fn run(self: Box<Self>, connection: &Connection) -> (Answer, rusqlite::Result<()>) {
        let Self { work, caller } = *self;
        let result = execute(connection, statement::SAVEPOINT)
            .map_err(Undone::Failed)
            .and_then(|()| work(connection));
        // Where SQLite has rolled back the whole transaction, there is no savepoint to close, and
        // this fails as it should.
        let undone = match &result {
            Ok(_) => Ok(()),
            Err(_) => execute(connection, statement::SAVEPOINT_UNDO),
        };
        let closed = undone.and_then(|()| execute(connection, statement::SAVEPOINT_RELEASE));
        let answer = move |end: &End| {
            // The caller may have gone away; then nobody wants to know.
            let _ = caller.send(conclude(result, end));
        };
        (Box::new(answer), closed)
    }

    fn fail(self: Box<Self>, cause: Arc<rusqlite::Error>) {
        let _ = self
            .caller
            .send(Err(StoreError::Failed(Box::new(cause)).into()));
    }
}

/// What the caller is told. Work that succeeded shares the fate of its batch. A refusal may rest on
/// a neighbour that was then rolled back, so that it only stands when the batch is committed; but it
/// changed nothing in any case.
fn conclude<T, E: From<StoreError>>(result: Result<T, Undone<E>>, end: &End) -> Result<T, E> {
    match (result, end) {
        (result @ Err(Undone::Failed(_)), _) | (result, End::Committed) => {
            result.map_err(Undone::told)
        }
        (Ok(_), End::Unknown(cause)) => {
            Err(StoreError::OutcomeUnknown(Box::new(Arc::clone(cause))).into())
        }
        (_, End::RolledBack(cause) | End::Unknown(cause)) => {
            Err(StoreError::Failed(Box::new(Arc::clone(cause))).into())
        }
    }
}

/// The life of the thread.
fn work_off(connection: &Connection, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
    while let Some(first) = waiting.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH_MAX
            && let Ok(next) = waiting.try_recv()
        {
            batch.push(next);
        }
        settle(connection, batch);
        // The callers have their answers; nobody but the next batch waits for this.
        if let Err(error) = checkpoint(connection) {
            warn!(
                error = &error as &dyn std::error::Error,
                "the store's WAL could not be moved to the main file; it will be tried again"
            );
        }
    }
    if let Err(error) = state_of_wal(connection, statement::CHECKPOINT_TRUNCATE) {
        warn!(
            error = &error as &dyn std::error::Error,
            "the store's WAL could not be emptied; it will be at the next start"
        );
    }
}

/// Runs a batch in one transaction and answers every request in it.
fn settle(connection: &Connection, batch: Vec<Box<dyn Job>>) {
    let mut waiting = batch.into_iter();
    let mut answers = Vec::with_capacity(waiting.len());
    let end = match run(connection, &mut waiting, &mut answers) {
        Ok(()) => commit(connection),
        Err(error) => {
            roll_back(connection);
            let cause = Arc::new(error);
            for job in waiting {
                job.fail(Arc::clone(&cause));
            }
            End::RolledBack(cause)
        }
    };
    for answer in answers {
        answer(&end);
    }
}

/// Begins a transaction and runs the requests in it, until all are done or it cannot be trusted.
fn run(
    connection: &Connection,
    waiting: &mut impl Iterator<Item = Box<dyn Job>>,
    answers: &mut Vec<Answer>,
) -> rusqlite::Result<()> {
    execute(connection, statement::BEGIN)?;
    for job in waiting {
        let (answer, closed) = job.run(connection);
        answers.push(answer);
        closed?;
    }
    Ok(())
}

fn commit(connection: &Connection) -> End {
    let Err(error) = execute(connection, statement::COMMIT) else {
        return End::Committed;
    };
    let is_open = !connection.is_autocommit();
    roll_back(connection);
    let is_certain = is_open || certainly_undone(&error);
    let cause = Arc::new(error);
    if is_certain {
        End::RolledBack(cause)
    } else {
        End::Unknown(cause)
    }
}

/// Whether a failed COMMIT that ended the transaction did not happen.
///
/// On a full disk, the record that makes a transaction count could not be written into the WAL. On
/// any other fault it may stand there, whole but perhaps not synced: this process treats it as
/// undone and writes over it, but a crash before that would bring it back.
fn certainly_undone(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
}

fn roll_back(connection: &Connection) {
    if connection.is_autocommit() {
        return;
    }
    if let Err(error) = execute(connection, statement::ROLLBACK) {
        // Nothing of it was committed. The next BEGIN fails, and this is tried again after it.
        warn!(
            error = &error as &dyn std::error::Error,
            "the store could not roll back; it will try again"
        );
    }
}

/// Moves pages to the main file when enough have come together, and keeps the WAL bounded.
fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    let state = state_of_wal(connection, statement::CHECKPOINT_STATE)?;
    if state.frames - state.moved < CHECKPOINT_PAGES {
        return Ok(());
    }
    let state = state_of_wal(connection, statement::CHECKPOINT_PASSIVE)?;
    if state.frames > WAL_PAGES_MAX {
        connection.busy_timeout(WAL_RESTART_WAIT)?;
        let restarted = state_of_wal(connection, statement::CHECKPOINT_RESTART);
        connection.busy_timeout(crate::BUSY_WAIT)?;
        restarted?;
    }
    Ok(())
}

/// How far the WAL is moved to the main file.
struct WalState {
    frames: i64,
    moved: i64,
}

fn state_of_wal(connection: &Connection, checkpoint: &str) -> rusqlite::Result<WalState> {
    connection.prepare_cached(checkpoint)?.query_row([], |row| {
        Ok(WalState {
            frames: row.get(1)?,
            moved: row.get(2)?,
        })
    })
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

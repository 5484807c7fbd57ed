//! The one thread that changes the store.
//!
//! It takes every request that waits, runs each under its own savepoint, commits once, and only then
//! answers: a sync of the disk is what a commit costs, and a batch shares one. A refusal undoes its
//! own savepoint and nothing of its neighbours'.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::{io, thread};

use pharos_store::error::StoreError;
use pharos_store::queue::{Caller, End, Entrance, Waiting, queue};
use rusqlite::Connection;
use tracing::warn;

use crate::commits::Written;
use crate::fault::Fault;
use crate::undone::Undone;
use crate::{schema, statement, wal};

/// The writer: a handle on its thread.
pub(crate) struct Writer {
    entrance: Option<Entrance<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on this connection.
    pub(crate) fn start(connection: Connection, written: Written) -> io::Result<Self> {
        let (entrance, waiting) = queue();
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || work_off(&connection, &written, waiting))?;
        Ok(Self {
            entrance: Some(entrance),
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
        let Some(entrance) = &self.entrance else {
            return Err(StoreError::Failed("the writer has stopped".into()).into());
        };
        let request = |caller| Box::new(Request { work, caller }) as Box<dyn Job>;
        entrance.ask(request).await
    }
}

impl Drop for Writer {
    /// Waits until everything that was sent is done.
    fn drop(&mut self) {
        drop(self.entrance.take());
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            warn!("the store's writer thread had panicked");
        }
    }
}

/// A request that waits, whatever it returns.
trait Job: Send {
    /// See [`Caller::take`].
    fn take(&self) -> bool;

    /// Does the work under a savepoint. The second value says whether that is closed; if not, the
    /// transaction cannot be trusted any more.
    fn run(self: Box<Self>, connection: &Connection) -> (Answer, rusqlite::Result<()>);

    /// Answers that it was not done.
    fn fail(self: Box<Self>, cause: Arc<Fault>);
}

/// Tells the caller, once it is known how the batch ended.
type Answer = Box<dyn FnOnce(&End<Fault>)>;

struct Request<W, T, E> {
    work: W,
    caller: Caller<T, E>,
}

impl<T, E, W> Job for Request<W, T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    W: FnOnce(&Connection) -> Result<T, Undone<E>> + Send + 'static,
{
    fn take(&self) -> bool {
        self.caller.take()
    }

    fn run(self: Box<Self>, connection: &Connection) -> (Answer, rusqlite::Result<()>) {
        let Self { work, caller } = *self;
        let result = execute(connection, statement::SAVEPOINT)
            .map_err(Undone::Failed)
            .and_then(|()| work(connection));
        // Where SQLite has rolled back the whole transaction, there is no savepoint to close, and
        // this fails as it should.
        let undone = match &result {
            Ok(_) => Ok(()),
            Err(undone) => {
                undone.forget_pages(connection);
                execute(connection, statement::SAVEPOINT_UNDO)
            }
        };
        let closed = undone.and_then(|()| execute(connection, statement::SAVEPOINT_RELEASE));
        let answer = move |end: &End<Fault>| caller.answer(conclude(result, end));
        (Box::new(answer), closed)
    }

    fn fail(self: Box<Self>, cause: Arc<Fault>) {
        let failed = StoreError::Failed(Box::new(cause));
        self.caller.answer(Err(failed.into()));
    }
}

/// What the caller is told. A request that SQLite failed changed nothing, however its batch ended.
fn conclude<T, E: From<StoreError>>(
    result: Result<T, Undone<E>>,
    end: &End<Fault>,
) -> Result<T, E> {
    match result {
        Err(failed @ Undone::Failed(_)) => Err(failed.told()),
        decided => end.conclude(decided.map_err(Undone::told)),
    }
}

/// The life of the thread.
fn work_off(connection: &Connection, written: &Written, mut waiting: Waiting<Box<dyn Job>>) {
    let mut checkpoints = wal::Checkpoints::default();
    while let Some(mut batch) = waiting.blocking_batch() {
        batch.retain(|job| job.take());
        if batch.is_empty() {
            continue; // Nobody waits any more: a lock that is held need not be waited for.
        }
        settle(connection, written, batch);
        // The callers have their answers; nobody but the next batch waits for this.
        if let Err(error) = checkpoints.make(connection) {
            warn!(
                error = &error as &dyn std::error::Error,
                "the store's WAL could not be moved to the main file; it will be tried again"
            );
        }
    }
    if let Err(error) = wal::empty(connection) {
        warn!(
            error = &error as &dyn std::error::Error,
            "the store's WAL could not be emptied; it will be at the next start"
        );
    }
}

/// Runs a batch in one transaction and answers every request in it.
fn settle(connection: &Connection, written: &Written, batch: Vec<Box<dyn Job>>) {
    let mut waiting = batch.into_iter();
    let mut answers = Vec::with_capacity(waiting.len());
    let end = match run(connection, &mut waiting, &mut answers) {
        Ok(()) => commit(connection),
        Err(fault) => {
            roll_back(connection);
            let cause = Arc::new(fault);
            for job in waiting {
                job.fail(Arc::clone(&cause));
            }
            End::RolledBack(cause)
        }
    };
    // Before anybody is told, so that who was told finds what they did.
    written.note();
    for answer in answers {
        answer(&end);
    }
}

/// Begins a transaction and runs the requests in it, until all are done or it cannot be trusted.
fn run(
    connection: &Connection,
    waiting: &mut impl Iterator<Item = Box<dyn Job>>,
    answers: &mut Vec<Answer>,
) -> Result<(), Fault> {
    execute(connection, statement::BEGIN)?;
    schema::check_version(connection)?;
    for job in waiting {
        let (answer, closed) = job.run(connection);
        answers.push(answer);
        closed?;
    }
    Ok(())
}

fn commit(connection: &Connection) -> End<Fault> {
    let Err(error) = execute(connection, statement::COMMIT) else {
        return End::Committed;
    };
    let is_open = !connection.is_autocommit();
    roll_back(connection);
    let fault = Fault::from(error);
    if is_open || fault.undid_the_commit() {
        End::RolledBack(Arc::new(fault))
    } else {
        End::Unknown(Arc::new(fault))
    }
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

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqliteStore;
    use std::sync::mpsc as blocking;
    use tempfile::TempDir;
    use tokio::sync::oneshot;

    type Done = Result<(), StoreError>;
    type Work = Box<dyn FnOnce(&Connection) -> Result<(), Undone> + Send>;

    fn store() -> (TempDir, SqliteStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("store")).unwrap();
        (folder, store)
    }

    fn add(uin: i64) -> impl FnOnce(&Connection) -> Result<(), Undone> {
        move |connection| {
            let sql =
                "INSERT INTO accounts (uin, app_id, is_root, created_time) VALUES (?1, ?1, 0, 0)";
            connection.execute(sql, [uin])?;
            Ok(())
        }
    }

    fn refuse(uin: i64) -> impl FnOnce(&Connection) -> Result<(), Undone> {
        move |connection| {
            add(uin)(connection)?;
            Err(Undone::Refused(StoreError::Failed("refused".into())))
        }
    }

    async fn accounts(store: &SqliteStore) -> Vec<i64> {
        let read = |connection: &Connection| {
            let mut statement = connection.prepare("SELECT uin FROM accounts ORDER BY uin")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            Ok::<_, Undone>(rows.collect::<Result<_, _>>()?)
        };
        store.readers.read(read).await.unwrap()
    }

    /// Sends the works while the writer is held up, so that they share the next batch.
    async fn in_one_batch<W>(store: &SqliteStore, works: Vec<W>) -> Vec<Done>
    where
        W: FnOnce(&Connection) -> Result<(), Undone> + Send + 'static,
    {
        let (begin, is_held) = oneshot::channel();
        let (release, is_released) = blocking::channel();
        let hold = store.writer.write(move |_| {
            begin.send(()).unwrap();
            is_released.recv().unwrap();
            Ok::<_, Undone>(())
        });
        let send_and_release = async {
            is_held.await.unwrap();
            let works = works.into_iter().map(|work| store.writer.write(work));
            // Polled in this order: when it comes to the release, all are sent.
            let release = async { release.send(()).unwrap() };
            futures_util::join!(futures_util::future::join_all(works), release).0
        };
        let (held_up, ends) = futures_util::join!(hold, send_and_release);
        held_up.unwrap();
        ends
    }

    fn boxed(work: impl FnOnce(&Connection) -> Result<(), Undone> + Send + 'static) -> Work {
        Box::new(work)
    }

    #[tokio::test]
    async fn what_waits_shares_one_commit() {
        let (folder, store) = store();
        let wal = folder.path().join("store-wal");
        let wal_bytes = || std::fs::metadata(&wal).unwrap().len();
        store.writer.write(add(999)).await.unwrap();
        let before = wal_bytes();
        in_one_batch(&store, (1..=50).map(add).collect()).await;
        let batched = wal_bytes() - before;
        for uin in 51..=100 {
            store.writer.write(add(uin)).await.unwrap();
        }
        let one_by_one = wal_bytes() - before - batched;
        assert!(batched * 10 < one_by_one, "{batched} and {one_by_one}");
    }

    #[tokio::test]
    async fn a_refusal_undoes_itself_and_spares_its_neighbours() {
        let (_folder, store) = store();
        let works = vec![
            boxed(add(1)),
            boxed(refuse(2)),
            boxed(add(1)),
            boxed(add(3)),
        ];
        let ends = in_one_batch(&store, works).await;
        let are_done: Vec<_> = ends.iter().map(Result::is_ok).collect();
        assert_eq!(are_done, [true, false, false, true]);
        assert_eq!(accounts(&store).await, [1, 3]);
    }

    #[tokio::test]
    async fn when_the_commit_fails_nobody_is_told_it_happened() {
        let (_folder, store) = store();
        // SQLite looks at a deferred foreign key at the commit, and then refuses that.
        let orphan = |connection: &Connection| {
            connection.execute_batch(
                "PRAGMA defer_foreign_keys = ON;
                 INSERT INTO users (account, uin, name, created_time) VALUES (404, 1, 'a', 0);",
            )?;
            Ok(())
        };
        let works = vec![boxed(add(1)), boxed(orphan), boxed(refuse(2))];
        for end in in_one_batch(&store, works).await {
            assert!(matches!(end, Err(StoreError::Failed(_))), "{end:?}");
        }
        assert_eq!(accounts(&store).await, Vec::<i64>::new());
        store.writer.write(add(1)).await.unwrap();
        assert_eq!(accounts(&store).await, [1]);
    }

    #[tokio::test]
    async fn when_the_transaction_is_lost_the_whole_batch_fails() {
        let (_folder, store) = store();
        let lose = |connection: &Connection| {
            connection.execute_batch("ROLLBACK")?;
            Ok(())
        };
        let works = vec![boxed(add(1)), boxed(lose), boxed(add(2))];
        for end in in_one_batch(&store, works).await {
            assert!(matches!(end, Err(StoreError::Failed(_))), "{end:?}");
        }
        assert_eq!(accounts(&store).await, Vec::<i64>::new());
        store.writer.write(add(1)).await.unwrap();
    }

    #[tokio::test]
    async fn a_full_disk_fails_the_request_and_is_got_over() {
        let (_folder, store) = store();
        let limit_pages = |pages: i64| {
            store.writer.write(move |connection| {
                let set = format!("PRAGMA max_page_count = {pages}");
                connection.query_row(&set, [], |row| row.get::<_, i64>(0))?;
                Ok::<_, Undone>(())
            })
        };
        let add_long = |uin: i64| {
            store.writer.write(move |connection| {
                add(uin)(connection)?;
                connection.execute(
                    "INSERT INTO users (account, uin, name, created_time) VALUES (?1, -?1, ?2, 0)",
                    rusqlite::params![uin, "x".repeat(100_000)],
                )?;
                Ok::<_, Undone>(())
            })
        };
        limit_pages(1).await.unwrap(); // what it has already is the least there can be
        let failed = add_long(1).await.unwrap_err();
        let StoreError::Failed(cause) = failed else {
            panic!("{failed:?}")
        };
        assert!(cause.to_string().contains("full"), "{cause}");
        assert_eq!(accounts(&store).await, Vec::<i64>::new());
        store.writer.write(add(2)).await.unwrap(); // small enough for the pages there are

        limit_pages(1_000_000).await.unwrap();
        add_long(1).await.unwrap();
        assert_eq!(accounts(&store).await, [1, 2]);
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_stops_nobody() {
        let (_folder, store) = store();
        let (release, is_released) = blocking::channel::<()>();
        let mut gone = Box::pin(store.writer.write(move |connection| {
            is_released.recv().unwrap();
            add(1)(connection)
        }));
        assert!(futures_util::poll!(&mut gone).is_pending());
        drop(gone);
        release.send(()).unwrap();
        store.writer.write(add(2)).await.unwrap();
        assert_eq!(accounts(&store).await, [1, 2]);
    }

    #[tokio::test]
    async fn dropping_the_store_does_what_waits() {
        let (folder, store) = store();
        let mut waiting: Vec<_> = (1..=100)
            .map(|uin| Box::pin(store.writer.write(add(uin))))
            .collect();
        for request in &mut waiting {
            let _ = futures_util::poll!(request);
        }
        drop(waiting);
        drop(store);
        let names = std::fs::read_dir(folder.path()).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["store"], "the WAL is moved into the file and gone");
        let store = SqliteStore::open(folder.path().join("store")).unwrap();
        assert_eq!(accounts(&store).await.len(), 100);
    }
}

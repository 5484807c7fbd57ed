//! Whether anything was committed since the last look.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pharos_store::AccessVersion;
use rusqlite::Connection;
use tracing::warn;

use crate::statement;

/// How long a look is good for. Commits of this process end it at once; those of another, an operator's
/// recovery tool, count after this much. A look takes two microseconds, so thousands of requests a second
/// pay for one each millisecond.
const LOOK_TIME_MAX: Duration = Duration::from_millis(1);

/// A connection that only looks whether others have committed: the writer, or another process that has
/// the file open. It reads the shared memory of the WAL and no page, so it does without a thread.
pub(crate) struct Commits {
    written: Written,
    look: Mutex<Look>,
}

/// How many commits the writer of this process has made.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<AtomicU64>);

impl Written {
    /// The writer has committed, and has told nobody yet.
    pub(crate) fn note(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    #[cfg(any(test, feature = "conformance"))]
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

struct Look {
    connection: Connection,
    /// What was seen, when, and after how many commits of our own.
    last: Option<(AccessVersion, Instant, u64)>,
}

impl Commits {
    pub(crate) fn watch(connection: Connection) -> rusqlite::Result<Self> {
        // Who asks can do without an answer; it must not wait for one.
        connection.busy_timeout(Duration::ZERO)?;
        Ok(Self {
            written: Written::default(),
            look: Mutex::new(Look {
                connection,
                last: None,
            }),
        })
    }

    /// What the writer counts in.
    pub(crate) fn written(&self) -> Written {
        self.written.clone()
    }

    /// The version that the newest commit made. Every commit counts, not only those that change who may
    /// do what: after each, everybody is looked up once more.
    pub(crate) fn version(&self) -> Option<AccessVersion> {
        let mut look = self.look.lock().unwrap_or_else(PoisonError::into_inner);
        let written = self.written.0.load(Ordering::Acquire);
        if let Some((version, at, seen)) = look.last
            && seen == written
            && at.elapsed() < LOOK_TIME_MAX
        {
            return Some(version);
        }
        let at = Instant::now();
        let version = look
            .connection
            .prepare_cached(statement::DATA_VERSION)
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .inspect_err(|error| warn!(%error, "cannot tell whether the store has changed"))
            .ok()
            .map(AccessVersion);
        look.last = version.map(|version| (version, at, written));
        version
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// Without syncs, so that a commit takes less time than a look is good for.
    fn connect(path: &std::path::Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS t (n)",
            )
            .unwrap();
        connection
    }

    fn commit(connection: &Connection) {
        connection.execute("INSERT INTO t VALUES (1)", []).unwrap();
    }

    #[test]
    fn a_commit_of_our_own_counts_at_once_and_one_of_another_process_soon() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let writer = connect(&path);
        let commits = Commits::watch(connect(&path)).unwrap();
        for _ in 0..100 {
            let before = commits.version().unwrap();
            commit(&writer);
            commits.written().note();
            assert_ne!(commits.version().unwrap(), before);
        }
        let before = commits.version().unwrap();
        commit(&writer);
        // Nobody noted it. A version that never changed would hang here.
        while commits.version().unwrap() == before {
            thread::sleep(LOOK_TIME_MAX);
        }
    }
}

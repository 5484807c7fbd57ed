//! Whether anything was committed since the last look.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pharos_store::AccessVersion;
use rusqlite::Connection;
use tracing::warn;

use crate::statement;

/// A connection that only looks whether others have committed: the writer, or another process that has
/// the file open. It reads the shared memory of the WAL and no page, so it does without a thread.
pub(crate) struct Commits(Mutex<Connection>);

impl Commits {
    pub(crate) fn watch(connection: Connection) -> rusqlite::Result<Self> {
        // Who asks can do without an answer; it must not wait for one.
        connection.busy_timeout(Duration::ZERO)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// The number of the newest commit. Every one counts, not only those that change who may do what:
    /// after each, everybody is looked up once more.
    pub(crate) fn version(&self) -> Option<AccessVersion> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let version = connection
            .prepare_cached(statement::DATA_VERSION)
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)));
        version
            .inspect_err(|error| warn!(%error, "cannot tell whether the store has changed"))
            .ok()
            .map(AccessVersion)
    }
}

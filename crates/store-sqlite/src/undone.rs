//! Why a piece of work is not to be kept.

use pharos_store::error::StoreError;
use rusqlite::Connection;

use crate::fault::Fault;
use crate::statement;

/// What a piece of work ends with instead of its result.
#[derive(Debug)]
pub(crate) enum Undone<E = StoreError> {
    /// It was decided so.
    Refused(E),
    /// SQLite failed.
    Failed(rusqlite::Error),
}

impl<E> From<rusqlite::Error> for Undone<E> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

impl<E> Undone<E> {
    /// After a failure, the pages that a connection holds in memory are read anew: one that was read
    /// wrong would be wrong until the store is opened again.
    pub(crate) fn forget_pages(&self, connection: &Connection) {
        if let Self::Failed(_) = self {
            // If this fails too, the next request will, and tries again.
            let emptied = connection.prepare_cached(statement::CACHE_EMPTY);
            let _ = emptied.and_then(|mut empty| empty.execute([]));
        }
    }
}

impl<E: From<StoreError>> Undone<E> {
    /// What the caller is told, when it is certain that nothing was changed.
    pub(crate) fn told(self) -> E {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Failed(error) => StoreError::Failed(Box::new(Fault::from(error))).into(),
        }
    }
}

//! Why a piece of work is not to be kept.

use pharos_store::error::StoreError;

use crate::fault::Fault;

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

impl<E: From<StoreError>> Undone<E> {
    /// What the caller is told, when it is certain that nothing was changed.
    pub(crate) fn told(self) -> E {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Failed(error) => StoreError::Failed(Box::new(Fault::from(error))).into(),
        }
    }
}

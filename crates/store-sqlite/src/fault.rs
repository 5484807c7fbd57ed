//! What went wrong, in words for the operator.

use rusqlite::ErrorCode;
use thiserror::Error;

use crate::BUSY_WAIT;

/// Why SQLite did not do something. Each sentence says what to do; the cause behind it is SQLite's.
///
/// None of them is remembered: the next request tries again, so that the server goes on by itself when
/// the cause is gone.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    #[error("the disk of the store is full; free some space")]
    Full(#[source] rusqlite::Error),
    #[error("the store may not be written; make its file, folder and file system writable")]
    ReadOnly(#[source] rusqlite::Error),
    #[error(
        "another process has locked the store for {} seconds; stop it, or wait until it is done",
        BUSY_WAIT.as_secs()
    )]
    Locked(#[source] rusqlite::Error),
    #[error(
        "the store is damaged; stop the server, run `pharos doctor`, and restore the newest backup"
    )]
    Damaged(#[source] rusqlite::Error),
    #[error("the disk of the store does not read or write as it should; check it and its cables")]
    Disk(#[source] rusqlite::Error),
    #[error(
        "a newer Pharos has brought the store to version {found}, and this one writes version \
         {supported}; stop this one and start the newer"
    )]
    NewerVersion { found: i64, supported: i64 },
    #[error("SQLite failed")]
    Other(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(error),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly(error)
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            Some(ErrorCode::SystemIoFailure) => Self::Disk(error),
            _ => Self::Other(error),
        }
    }
}

impl Fault {
    /// Whether a COMMIT that failed so, and ended the transaction, did not happen.
    ///
    /// On a full disk, the record that makes a transaction count could not be written into the WAL. On
    /// any other fault it may stand there, whole but perhaps not synced: this process treats it as
    /// undone and writes over it, but a crash before that would bring it back.
    pub(crate) fn undid_the_commit(&self) -> bool {
        matches!(self, Self::Full(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: i32) -> Fault {
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None).into()
    }

    #[test]
    fn the_operator_is_told_what_to_do() {
        for (code, advice) in [
            (rusqlite::ffi::SQLITE_FULL, "free some space"),
            (rusqlite::ffi::SQLITE_READONLY, "writable"),
            (rusqlite::ffi::SQLITE_CANTOPEN, "writable"),
            (rusqlite::ffi::SQLITE_BUSY, "for 5 seconds; stop it"),
            (rusqlite::ffi::SQLITE_CORRUPT, "pharos doctor"),
            (rusqlite::ffi::SQLITE_NOTADB, "pharos doctor"),
            (rusqlite::ffi::SQLITE_IOERR_READ, "check it"),
        ] {
            let told = fault(code).to_string();
            assert!(told.contains(advice), "{code}: {told}");
        }
    }

    #[test]
    fn only_a_full_disk_is_certain_to_have_undone_a_commit() {
        for (code, is_certain) in [
            (rusqlite::ffi::SQLITE_FULL, true),
            (rusqlite::ffi::SQLITE_IOERR_FSYNC, false),
            (rusqlite::ffi::SQLITE_IOERR_WRITE, false),
            (rusqlite::ffi::SQLITE_NOMEM, false),
        ] {
            assert_eq!(fault(code).undid_the_commit(), is_certain, "{code}");
        }
    }
}

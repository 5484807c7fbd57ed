//! Opening a store: the file, its mode, its identity, and how each connection is set up.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use thiserror::Error;

use crate::commits::Commits;
use crate::readers::{READERS, Readers};
use crate::schema::{self, MigrateError};
use crate::writer::Writer;
use crate::{BUSY_WAIT, SqliteStore, statement};

/// Only the owner may read the store; SQLite gives its companions `-wal` and `-shm` the same mode.
const FILE_MODE: u32 = 0o600;

/// What the file of the WAL is cut down to when it starts anew, in bytes: the pages that a
/// checkpoint is expected to find.
const WAL_BYTES_KEPT: i64 = 4 << 20;

/// Why a store could not be opened. Each sentence says what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder of the file does not exist.
    #[error("the folder of `{}` does not exist; create it or choose another path", path.display())]
    MissingFolder {
        /// The file.
        path: PathBuf,
    },
    /// The file, its folder or its file system cannot be written.
    #[error(
        "`{}` and its folder must be writable for the user that Pharos runs as; \
         change their owner or mode, or choose another path",
        path.display()
    )]
    NotWritable {
        /// The file.
        path: PathBuf,
        /// What the system or SQLite said.
        #[source]
        cause: Cause,
    },
    /// There is something else at this path.
    #[error("`{}` is not a Pharos store; move it away or choose another path", path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// A newer Pharos has written the store.
    #[error(
        "the store has version {found} and this Pharos supports {supported} at most; \
         start the newer Pharos that wrote it"
    )]
    NewerVersion {
        /// The version of the store.
        found: usize,
        /// The newest version that this program reads.
        supported: usize,
    },
    /// An older Pharos has written the store, and it is only read now.
    #[error(
        "the store has version {found} and this Pharos reads {supported}; \
         start `pharos serve` over it once, or use the Pharos that wrote it"
    )]
    OlderVersion {
        /// The version of the store.
        found: usize,
        /// The version that this program reads.
        supported: usize,
    },
    /// There is no store to read.
    #[error("there is no store in `{}`; name another path", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// Another process holds the write lock.
    #[error("another process has locked `{}`; stop it and start again", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// SQLite found the file damaged.
    #[error("`{}` is damaged; restore it from a backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        cause: Cause,
    },
    /// The file system cannot hold a write-ahead log: it has no shared memory, as over a network.
    #[error(
        "the file system of `{}` cannot hold a write-ahead log; choose a path on a local disk",
        path.display()
    )]
    NoWriteAheadLog {
        /// The file.
        path: PathBuf,
    },
    /// Anything else.
    #[error(
        "`{}` could not be opened; see the cause, and check the disk and its free space",
        path.display()
    )]
    Failed {
        /// The file.
        path: PathBuf,
        /// What the system or SQLite said.
        #[source]
        cause: Cause,
    },
}

/// What the system or SQLite said.
type Cause = Box<dyn std::error::Error + Send + Sync>;

impl SqliteStore {
    /// Opens the store at this path. Makes one if there is no file, brings an older one to the
    /// newest version, and starts its threads.
    ///
    /// Blocks while it does so: at most [`BUSY_WAIT`] if another process writes, and some
    /// milliseconds else.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = path.as_ref();
        create_file(path)?;
        let writing = open_for_writing(path)?;
        let reading = (0..READERS)
            .map(|_| open_for_reading(path))
            .collect::<Result<_, _>>()
            .map_err(|error| from_sqlite(path, error))?;
        let commits = open_for_reading(path)
            .and_then(Commits::watch)
            .map_err(|error| from_sqlite(path, error))?;
        let not_started = |cause: io::Error| OpenError::Failed {
            path: path.to_owned(),
            cause: Box::new(cause),
        };
        Ok(Self {
            path: path.to_owned(),
            readers: Readers::start(reading).map_err(not_started)?,
            writer: Writer::start(writing, commits.written()).map_err(not_started)?,
            commits,
        })
    }
}

/// Makes the file if there is none, so that it never has another mode than its own. SQLite would
/// leave that to the umask.
fn create_file(path: &Path) -> Result<(), OpenError> {
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(path);
    let Err(error) = opened else { return Ok(()) };
    let path = path.to_owned();
    Err(match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => OpenError::MissingFolder { path },
        io::ErrorKind::IsADirectory => OpenError::NotAStore { path },
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            OpenError::NotWritable {
                path,
                cause: Box::new(error),
            }
        }
        _ => OpenError::Failed {
            path,
            cause: Box::new(error),
        },
    })
}

fn open_for_writing(path: &Path) -> Result<Connection, OpenError> {
    let failed = |error| from_sqlite(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = connect(path, flags).map_err(failed)?;
    // Before anything is changed, WAL mode too: the file may be somebody else's.
    schema::migrate(&mut connection, schema::MIGRATIONS)
        .map_err(|error| from_migrate(path, error))?;
    if prepare_for_writing(&connection).map_err(failed)? {
        Ok(connection)
    } else {
        Err(OpenError::NoWriteAheadLog {
            path: path.to_owned(),
        })
    }
}

/// Returns whether there is a write-ahead log now.
fn prepare_for_writing(connection: &Connection) -> rusqlite::Result<bool> {
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    // A commit is synced before it returns; on macOS only `fullfsync` reaches the disk itself.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // The writer does it between batches, when the callers have their answers.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT)?;
    // A migration has changed the schema. Whichever statement comes first reads it anew, and a
    // checkpoint would find its own connection reading.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(mode == "wal")
}

/// Opens the store to read all of it as it is now, in a transaction that has begun.
pub(crate) fn open_snapshot(path: &Path) -> Result<Connection, OpenError> {
    let failed = |error| from_sqlite(path, error);
    let missing = || OpenError::Missing {
        path: path.to_owned(),
    };
    if path.try_exists().is_ok_and(|exists| !exists) {
        return Err(missing());
    }
    let connection = open_for_reading(path).map_err(failed)?;
    connection
        .execute_batch(statement::EXPORT_BEGIN)
        .map_err(failed)?;
    // The first statement that reads decides the moment.
    let found = schema::version(&connection).map_err(|error| from_migrate(path, error))?;
    let supported = schema::MIGRATIONS.len();
    match found {
        0 => Err(missing()),
        _ if found < supported => Err(OpenError::OlderVersion { found, supported }),
        _ if found > supported => Err(OpenError::NewerVersion { found, supported }),
        _ => Ok(connection),
    }
}

fn open_for_reading(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    connect(path, flags)
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(statement::ALL.len());
    Ok(connection)
}

fn from_migrate(path: &Path, error: MigrateError) -> OpenError {
    match error {
        MigrateError::NotAStore => OpenError::NotAStore {
            path: path.to_owned(),
        },
        MigrateError::NewerVersion { found, supported } => {
            OpenError::NewerVersion { found, supported }
        }
        MigrateError::Sqlite(error) => from_sqlite(path, error),
    }
}

fn from_sqlite(path: &Path, error: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotAStore { path },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Locked { path },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            OpenError::NotWritable {
                path,
                cause: Box::new(error),
            }
        }
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged {
            path,
            cause: Box::new(error),
        },
        _ => OpenError::Failed {
            path,
            cause: Box::new(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::account::{AppId, Uin};
    use pharos_api::time::Timestamp;
    use pharos_store::Store;
    use pharos_store::record::RootAccount;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use tempfile::TempDir;

    fn folder() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        (folder, path)
    }

    fn refusal(path: &Path) -> OpenError {
        let Err(error) = SqliteStore::open(path) else {
            panic!("it was opened")
        };
        error
    }

    #[tokio::test]
    async fn only_the_owner_may_read_the_store_and_its_companions() {
        let (folder, path) = folder();
        let store = SqliteStore::open(&path).unwrap();
        let root = RootAccount {
            account: Uin(1),
            app_id: AppId(1),
            start_key: None,
            created_time: Timestamp::from_unix_seconds(0).unwrap(),
        };
        store.ensure_root(root).await.unwrap(); // the first write makes the WAL
        let mut names = Vec::new();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, FILE_MODE, "{:?}", entry.file_name());
            names.push(entry.file_name().into_string().unwrap());
        }
        names.sort();
        assert_eq!(names, ["store", "store-shm", "store-wal"]);
    }

    #[test]
    fn an_empty_file_becomes_a_store() {
        let (_folder, path) = folder();
        fs::write(&path, "").unwrap();
        drop(SqliteStore::open(&path).unwrap());
        drop(SqliteStore::open(&path).unwrap());
    }

    #[test]
    fn a_new_store_can_be_closed_before_anything_is_written() {
        let (_folder, path) = folder();
        create_file(&path).unwrap();
        let connection = open_for_writing(&path).unwrap();
        crate::wal::empty(&connection).unwrap();
    }

    #[test]
    fn a_store_of_a_newer_version_is_left_alone() {
        let (_folder, path) = folder();
        drop(SqliteStore::open(&path).unwrap());
        let newer = Connection::open(&path).unwrap();
        newer.pragma_update(None, "user_version", 7).unwrap();
        drop(newer);
        let before = fs::read(&path).unwrap();
        assert_eq!(
            refusal(&path).to_string(),
            format!(
                "the store has version 7 and this Pharos supports {} at most; \
                 start the newer Pharos that wrote it",
                schema::MIGRATIONS.len()
            )
        );
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn what_is_not_a_store_is_left_alone() {
        let (folder, path) = folder();
        fs::write(&path, "shopping: rope, lamp oil").unwrap();
        let other = folder.path().join("other");
        let database = Connection::open(&other).unwrap();
        database
            .execute_batch("CREATE TABLE songs (name TEXT)")
            .unwrap();
        drop(database);
        for path in [&path, &other] {
            let before = fs::read(path).unwrap();
            assert_eq!(
                refusal(path).to_string(),
                format!(
                    "`{}` is not a Pharos store; move it away or choose another path",
                    path.display()
                )
            );
            assert_eq!(fs::read(path).unwrap(), before);
        }
        assert!(matches!(
            refusal(folder.path()),
            OpenError::NotAStore { .. }
        ));
    }

    #[test]
    fn a_missing_folder_is_named() {
        let (folder, _) = folder();
        let path = folder.path().join("missing/store");
        assert_eq!(
            refusal(&path).to_string(),
            format!(
                "the folder of `{}` does not exist; create it or choose another path",
                path.display()
            )
        );
    }

    #[test]
    fn a_store_that_another_process_writes_to_is_named() {
        let (_folder, path) = folder();
        drop(SqliteStore::open(&path).unwrap());
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert_eq!(
            refusal(&path).to_string(),
            format!(
                "another process has locked `{}`; stop it and start again",
                path.display()
            )
        );
    }

    #[test]
    fn a_damaged_store_is_named() {
        let (_folder, path) = folder();
        drop(SqliteStore::open(&path).unwrap());
        let mut bytes = fs::read(&path).unwrap();
        bytes[100..4096].fill(0x55); // the first page after the file's header: the schema
        fs::write(&path, bytes).unwrap();
        assert!(matches!(refusal(&path), OpenError::Damaged { .. }));
    }

    #[test]
    fn what_may_not_be_written_is_named() {
        let path = Path::new("/somewhere/store");
        for code in [
            rusqlite::ffi::SQLITE_CANTOPEN,
            rusqlite::ffi::SQLITE_READONLY,
            rusqlite::ffi::SQLITE_PERM,
        ] {
            let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            assert_eq!(
                from_sqlite(path, error).to_string(),
                "`/somewhere/store` and its folder must be writable for the user that Pharos \
                 runs as; change their owner or mode, or choose another path"
            );
        }
    }

    #[test]
    fn a_read_only_file_is_refused_as_one() {
        let (folder, path) = folder();
        drop(SqliteStore::open(&path).unwrap());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        let is_above_modes = OpenOptions::new().write(true).open(&path).is_ok();
        if is_above_modes {
            // Root may write what it likes: then the file opens, and that is right.
            drop(SqliteStore::open(&path).unwrap());
        } else {
            assert!(matches!(refusal(&path), OpenError::NotWritable { .. }));
            let inner = folder.path().join("inner");
            fs::create_dir(&inner).unwrap();
            fs::set_permissions(&inner, fs::Permissions::from_mode(0o500)).unwrap();
            let within = inner.join("store");
            assert!(matches!(refusal(&within), OpenError::NotWritable { .. }));
        }
    }
}

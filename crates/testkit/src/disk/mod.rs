//! A disk that fails when it is told to, and one that loses power: below SQLite, so that what is tested is
//! the store as it is shipped.
//!
//! [`Disk::watch`] puts itself between this process's SQLite and the files of one folder; nothing else in the
//! process is touched. A [`Fault`] makes calls of SQLite on these files fail. Changes of them are recorded, and
//! [`Disk::power_loss`] makes of the record what a disk may hold if the power fails at any moment; its
//! module says what that is.
//!
//! Not simulated: a sync that succeeds and makes nothing durable, sectors that rot, and memory-mapped
//! reads, which are not offered to SQLite here. Shared memory is not recorded; only its locks can fail.
//! The real disk is spared the syncs.

mod fault;
mod power_loss;
mod vfs;

use std::ffi::c_int;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::random::SeededRandom;
pub use fault::{Call, Effect, Fault};
use power_loss::{Change, Record};

/// The folders that are watched now.
static FOLDERS: Mutex<Vec<(PathBuf, Arc<Watched>)>> = Mutex::new(Vec::new());

/// The files of one folder, as SQLite sees them, until it is dropped.
pub struct Disk {
    watched: Arc<Watched>,
}

impl Disk {
    /// Watches the files in this folder that SQLite opens from now on. What is there already counts as
    /// durable.
    pub fn watch(folder: &Path) -> Self {
        vfs::install();
        let watched = Arc::<Watched>::default();
        watched.0.lock().unwrap().record = Record::of(folder);
        // SQLite resolves links too.
        let folder = folder.canonicalize().expect("a folder");
        FOLDERS.lock().unwrap().push((folder, Arc::clone(&watched)));
        Self { watched }
    }

    /// Has this go wrong, instead of what was to go wrong before.
    pub fn fail(&self, fault: Fault) {
        self.watched.0.lock().unwrap().fault = Some(fault);
    }

    /// Takes the cause away. Returns how many calls it had harmed.
    pub fn repair(&self) -> usize {
        let fault = self.watched.0.lock().unwrap().fault.take();
        fault.map_or(0, |fault| fault.harmed())
    }

    /// How many such calls there were, harmed or not.
    pub fn calls(&self, call: Call) -> usize {
        self.watched.0.lock().unwrap().calls[call as usize]
    }

    /// How many changes of files are recorded.
    pub fn changes(&self) -> usize {
        self.watched.0.lock().unwrap().record.len()
    }

    /// After which changes a sync had succeeded.
    pub fn syncs(&self) -> Vec<usize> {
        self.watched.0.lock().unwrap().record.syncs()
    }

    /// Makes a folder with what is left of the files when the power fails after so many changes.
    pub fn power_loss(&self, after: usize, random: &SeededRandom) -> TempDir {
        let state = self.watched.0.lock().unwrap();
        state.record.power_loss(after, random)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let mut folders = FOLDERS.lock().unwrap();
        folders.retain(|(_, watched)| !Arc::ptr_eq(watched, &self.watched));
    }
}

/// What the calls on the files of a folder meet, and leave.
#[derive(Default)]
struct Watched(Mutex<State>);

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    calls: [usize; Call::COUNT],
    record: Record,
}

impl Watched {
    /// Has a call done under what becomes of it, and notes what it changed. One call at a time, so that the
    /// record has the order in which they were done.
    fn call(
        &self,
        name: &str,
        call: Call,
        act: impl FnOnce(Effect) -> (c_int, Option<Change>),
    ) -> c_int {
        let mut state = self.0.lock().unwrap();
        state.calls[call as usize] += 1;
        let fault = state.fault.as_mut();
        let effect = fault.map_or(Effect::None, |fault| fault.meet(name, call));
        let (code, change) = act(effect);
        if let Some(change) = change {
            state.record.add(name, change);
        }
        code
    }
}

/// Who watches the file at this path, and the file's name.
fn watched(path: &Path) -> Option<(Arc<Watched>, String)> {
    let (parent, name) = (path.parent()?, path.file_name()?.to_str()?);
    let folders = FOLDERS.lock().unwrap();
    let (_, watched) = folders.iter().find(|(folder, _)| folder == parent)?;
    Some((Arc::clone(watched), name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::{Connection, ErrorCode, ffi};
    use std::fs;

    const FULL: Effect = Effect::Fails(ffi::SQLITE_FULL);

    struct Database {
        folder: TempDir,
        disk: Disk,
        connection: Connection,
    }

    fn database() -> Database {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::watch(folder.path());
        let connection = Connection::open(folder.path().join("database")).unwrap();
        let make = "PRAGMA journal_mode = WAL; CREATE TABLE t (n)";
        connection.execute_batch(make).unwrap();
        Database {
            folder,
            disk,
            connection,
        }
    }

    impl Database {
        fn insert(&self) -> rusqlite::Result<usize> {
            self.connection.execute("INSERT INTO t VALUES (1)", [])
        }
    }

    #[test]
    fn a_fault_lasts_until_it_is_repaired_and_harms_no_other_folder() {
        let (one, other) = (database(), database());
        one.disk.fail(Fault::every(Call::Write, FULL));
        for _ in 0..3 {
            let error = one.insert().unwrap_err();
            assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DiskFull));
            other.insert().unwrap();
        }
        assert_eq!(one.disk.repair(), 3);
        one.insert().unwrap();
    }

    #[test]
    fn the_nth_call_fails_and_no_other() {
        let database = database();
        for n in 0..3 {
            // A commit of one page writes two times.
            database.disk.fail(Fault::nth(2 * n, Call::Write, FULL));
            let ends: Vec<_> = (0..4).map(|_| database.insert().is_ok()).collect();
            let expected: Vec<_> = (0..4).map(|commit| commit != n).collect();
            assert_eq!(ends, expected);
            assert_eq!(database.disk.repair(), 1);
        }
    }

    #[test]
    fn a_fault_may_be_of_one_file() {
        let database = database();
        database
            .disk
            .fail(Fault::every(Call::Write, FULL).on("database"));
        database.insert().unwrap();
        assert_eq!(database.disk.repair(), 0);
        database
            .disk
            .fail(Fault::every(Call::Write, FULL).on("database-wal"));
        database.insert().unwrap_err();
    }

    #[test]
    fn a_read_may_be_garbled() {
        let Database {
            folder,
            disk,
            connection,
        } = database();
        drop(connection);
        disk.fail(Fault::every(Call::Read, Effect::Garbled));
        let connection = Connection::open(folder.path().join("database")).unwrap();
        let error = connection.execute("DELETE FROM t", []).unwrap_err();
        assert_eq!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase));
    }

    #[test]
    fn who_waits_for_a_lock_that_a_fault_refuses_waits_in_vain() {
        let database = database();
        let ages = std::time::Duration::from_secs(1_000_000);
        database.connection.busy_timeout(ages).unwrap();
        database
            .disk
            .fail(Fault::every(Call::Lock, Effect::Fails(ffi::SQLITE_BUSY)));
        database.insert().unwrap_err();
    }

    #[test]
    fn what_is_recorded_is_what_is_on_the_disk() {
        let database = database();
        for _ in 0..3 {
            database.insert().unwrap();
        }
        let random = SeededRandom::announced();
        // The last commit is synced, and with it all of the WAL.
        let after = database.disk.changes();
        assert_eq!(database.disk.syncs().last(), Some(&after));
        let left = database.disk.power_loss(after, &random);
        let read = |folder: &TempDir, name| fs::read(folder.path().join(name)).unwrap();
        for name in ["database", "database-wal"] {
            assert_eq!(read(&left, name), read(&database.folder, name), "{name}");
        }
        assert!(!left.path().join("database-shm").exists());
    }

    #[test]
    fn a_sync_that_fails_is_not_taken_for_one() {
        let database = database();
        let syncs = database.disk.syncs();
        let effect = Effect::Fails(ffi::SQLITE_IOERR_FSYNC);
        database.disk.fail(Fault::every(Call::Sync, effect));
        database.insert().unwrap_err();
        assert_eq!(database.disk.syncs(), syncs);
    }

    #[test]
    fn what_was_there_before_it_was_watched_is_durable() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("database"), "before").unwrap();
        let disk = Disk::watch(folder.path());
        let left = disk.power_loss(disk.changes(), &SeededRandom::announced());
        assert_eq!(fs::read(left.path().join("database")).unwrap(), b"before");
    }
}

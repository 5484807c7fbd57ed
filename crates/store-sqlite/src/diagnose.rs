//! Whether a store is sound, as far as SQLite and the schema can tell. Nothing is made or changed.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use pharos_store::archive::Entry;
use pharos_store::diagnosis::{Finding, Foreign, chain, size};
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};

use crate::archive::Stopped;
use crate::fault::Fault;
use crate::schema::{self, MigrateError};
use crate::undone::Undone;
use crate::{BUSY_WAIT, rows, statement};

/// How many problems SQLite looks for: each costs it time, and the first say enough.
const PROBLEMS_MAX: u32 = 100;

/// How long the WAL may be, in bytes, before somebody should know: four times what a server lets it become
/// when nobody reads for long.
const WAL_BYTES_MAX: u64 = 256 << 20;

/// Where the header of a file says that it has a WAL, and what it says then.
const HEADER_BYTES: usize = 20;
const WAL_VERSIONS: [u8; 2] = [2, 2];

/// What stays as it is in a path within a URI.
const IN_URI: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.');

/// What was found, or that a server began to write meanwhile: then nothing that was found counts.
pub enum Diagnosis {
    /// What was found.
    Findings(Vec<Finding>),
    /// It has to be done again.
    Disturbed,
}

/// Checks the store at this path, which has to exist, and shows everything in it to `look`, in the order of
/// a stream. Servers go on beside it. Blocks for as long as it takes to read the file twice.
pub fn diagnose(path: &Path, look: &mut dyn FnMut(Result<Entry, Foreign>)) -> Diagnosis {
    let file = StoreFile::at(path);
    let Some(still) = file.still() else {
        return Diagnosis::Findings(file.diagnose(false, look));
    };
    let findings = file.diagnose(true, look);
    if file.still() == Some(still) {
        Diagnosis::Findings(findings)
    } else {
        Diagnosis::Disturbed
    }
}

const TIES: &str = "attached policies and groups";
const TAKEN: &str = "names and public keys";

/// The file and its companions.
struct StoreFile {
    path: PathBuf,
    has_wal: bool,
}

impl StoreFile {
    fn at(path: &Path) -> Self {
        let mut header = [0; HEADER_BYTES];
        let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
        Self {
            path: path.to_owned(),
            has_wal: read.is_ok() && header.ends_with(&WAL_VERSIONS),
        }
    }

    /// How the file stands while nothing is in a WAL. Who opens it then in the usual way makes a WAL, even to
    /// read only; so it is read as a file that nobody writes, and looked at again afterwards.
    fn still(&self) -> Option<(u64, Option<SystemTime>)> {
        let wal = self.companion_bytes("-wal");
        let is_still = match wal {
            None => true,
            Some(bytes) => bytes == 0 && self.companion_bytes("-shm").is_none(),
        };
        if !self.has_wal || !is_still {
            return None;
        }
        let metadata = fs::metadata(&self.path).ok()?;
        Some((metadata.len(), metadata.modified().ok()))
    }

    fn companion_bytes(&self, suffix: &str) -> Option<u64> {
        let mut name = self.path.as_os_str().to_owned();
        name.push(suffix);
        Some(fs::metadata(PathBuf::from(name)).ok()?.len())
    }

    fn open(&self, is_still: bool) -> rusqlite::Result<Connection> {
        use std::os::unix::ffi::OsStrExt;

        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = if is_still {
            let path = percent_encode(self.path.as_os_str().as_bytes(), IN_URI);
            let uri = format!("file:{path}?immutable=1");
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?
        } else {
            Connection::open_with_flags(&self.path, flags)?
        };
        connection.busy_timeout(BUSY_WAIT)?;
        // Everything that is read is of one moment.
        connection.execute_batch(statement::EXPORT_BEGIN)?;
        Ok(connection)
    }

    fn diagnose(
        &self,
        is_still: bool,
        look: &mut dyn FnMut(Result<Entry, Foreign>),
    ) -> Vec<Finding> {
        let version = "store version";
        let opened = self
            .open(is_still)
            .map_err(MigrateError::Sqlite)
            .and_then(|store| Ok((schema::version(&store)?, store)));
        let (found, store) = match opened {
            Ok(opened) => opened,
            Err(MigrateError::NotAStore) => return vec![Finding::problem(version, NOT_A_STORE)],
            Err(MigrateError::Sqlite(error)) => return vec![failed(version, error)],
            Err(other) => return vec![Finding::problem(version, chain(&other))],
        };
        let supported = schema::MIGRATIONS.len();
        if found == 0 {
            let text = "the file is empty; the next start makes a store of it";
            return vec![Finding::warning(version, text)];
        }
        let mut findings = vec![match found {
            _ if found > supported => Finding::problem(
                version,
                format!(
                    "{found} is newer than the {supported} of this Pharos; use the Pharos that wrote it"
                ),
            ),
            _ if found < supported => Finding::sound(
                version,
                format!(
                    "{found}; the next start brings it to {supported}, and then what it holds can be \
                     examined"
                ),
            ),
            _ => Finding::sound(version, found.to_string()),
        }];
        findings.push(told("integrity", integrity(&store)));
        findings.push(told("references", references(&store)));
        findings.push(self.journal());
        if found == supported {
            findings.push(told(TIES, ties(&store)));
            findings.push(told("counts", counts(&store)));
            findings.push(told(TAKEN, taken(&store)));
            findings.extend(walk(&store, look));
        }
        findings
    }

    fn journal(&self) -> Finding {
        let check = "journal";
        if !self.has_wal {
            let text = "there is no write-ahead log; the next start of the server makes one";
            return Finding::warning(check, text);
        }
        let bytes = self.companion_bytes("-wal").unwrap_or_default();
        let length = size(bytes);
        if bytes > WAL_BYTES_MAX {
            return Finding::warning(
                check,
                format!(
                    "the write-ahead log has {length}; end whoever else reads the store for long"
                ),
            );
        }
        Finding::sound(check, format!("write-ahead log, {length}"))
    }
}

fn told(check: &'static str, finding: rusqlite::Result<Finding>) -> Finding {
    finding.unwrap_or_else(|error| failed(check, error))
}

/// It could not be found out.
fn failed(check: &'static str, error: rusqlite::Error) -> Finding {
    let said = error.to_string();
    let text = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => NOT_A_STORE.to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => damaged(&said),
        _ => format!("{}: {said}", Fault::from(error)),
    };
    Finding::problem(check, text)
}

fn damaged(said: &str) -> String {
    format!("the file is damaged ({said}); stop the server, and restore the newest backup")
}

const NOT_A_STORE: &str = "it is not a Pharos store; name another path";

fn integrity(store: &Connection) -> rusqlite::Result<Finding> {
    let check = "integrity";
    let mut statement = store.prepare(&format!("PRAGMA integrity_check({PROBLEMS_MAX})"))?;
    let problems = statement.query_map([], |row| row.get(0))?;
    let problems: Vec<String> = problems.collect::<Result<_, _>>()?;
    Ok(match problems.as_slice() {
        [ok] if ok == "ok" => Finding::sound(check, "every page and every index is sound"),
        problems => Finding::problem(check, damaged(&first_of(problems))),
    })
}

fn references(store: &Connection) -> rusqlite::Result<Finding> {
    let check = "references";
    let mut statement = store.prepare("PRAGMA foreign_key_check")?;
    let lost = statement.query_map([], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!(
            "a row of `{table}` belongs to one of `{parent}` that is not there"
        ))
    })?;
    let lost: Vec<String> = lost.take(PROBLEMS_MAX as usize).collect::<Result<_, _>>()?;
    Ok(if lost.is_empty() {
        Finding::sound(check, "every row's owner is there")
    } else {
        Finding::problem(
            check,
            format!("{}; restore the newest backup", first_of(&lost)),
        )
    })
}

fn ties(store: &Connection) -> rusqlite::Result<Finding> {
    let wrong = wrong(store, statement::EXPORT_LOOSE, |row| {
        let (account, what): (i64, String) = (row.get(0)?, row.get(1)?);
        let account = account.cast_unsigned();
        Ok(format!(
            "{what} of the account {account}: one of both is not there"
        ))
    })?;
    Ok(if wrong.is_empty() {
        Finding::sound(TIES, "each ties what is there")
    } else {
        let first = first_of(&wrong);
        Finding::problem(TIES, format!("{first}; restore the newest backup"))
    })
}

fn counts(store: &Connection) -> rusqlite::Result<Finding> {
    let wrong = wrong(store, statement::EXPORT_WRONG_COUNTS, |row| {
        let (account, region): (i64, String) = (row.get(0)?, row.get(1)?);
        let (counted, rows): (i64, i64) = (row.get(2)?, row.get(3)?);
        Ok(format!(
            "the account {} has {rows} key pairs in {region}, and {counted} are counted",
            account.cast_unsigned()
        ))
    })?;
    let help = "count anew";
    Ok(made_anew("counts", "equal to the key pairs", &wrong, help))
}

fn taken(store: &Connection) -> rusqlite::Result<Finding> {
    let wrong = wrong(store, statement::EXPORT_WRONG_TAKEN, |row| {
        let (account, region): (i64, String) = (row.get(0)?, row.get(1)?);
        let key_id: String = row.get(2)?;
        Ok(format!(
            "the key pair `{key_id}` of the account {} in {region} does not have its name and its \
             public key to itself",
            account.cast_unsigned()
        ))
    })?;
    Ok(made_anew(
        TAKEN,
        "each taken once",
        &wrong,
        "list them anew",
    ))
}

/// The first rows of a query for what is wrong, told.
fn wrong(
    store: &Connection,
    sql: &str,
    tell: impl FnMut(&Row<'_>) -> rusqlite::Result<String>,
) -> rusqlite::Result<Vec<String>> {
    let mut statement = store.prepare(sql)?;
    let told = statement.query_map([], tell)?;
    told.take(PROBLEMS_MAX as usize).collect()
}

/// What a restored store would have right.
fn made_anew(check: &'static str, sound: &str, wrong: &[String], help: &str) -> Finding {
    if wrong.is_empty() {
        return Finding::sound(check, sound);
    }
    let first = first_of(wrong);
    Finding::problem(
        check,
        format!("{first}; `pharos backup` and `pharos restore` into an empty store {help}"),
    )
}

/// Shows everything in the store; answers why that could not be done to the end.
fn walk(store: &Connection, look: &mut dyn FnMut(Result<Entry, Foreign>)) -> Option<Finding> {
    let walked = rows::walk(store, &mut |entry| {
        look(entry);
        Ok(())
    });
    let check = "contents";
    match walked {
        Ok(()) | Err(Stopped::Gone) => None,
        Err(Stopped::Failed(Undone::Failed(error))) => Some(failed(check, error)),
        Err(Stopped::Failed(Undone::Refused(error))) => {
            Some(Finding::problem(check, chain(&error)))
        }
    }
}

/// The first in one line, and how many more there are. SQLite has headings among its own.
fn first_of(problems: &[String]) -> String {
    let mut lines = problems.iter().flat_map(|problem| problem.lines());
    let first = lines.find(|line| !line.starts_with("***"));
    let first = first.unwrap_or_default();
    match problems.len() {
        0 | 1 => first.to_owned(),
        count => format!("{first}, and {} more", count - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqliteStore;
    use pharos_api::account::{AppId, Uin};
    use pharos_api::time::Timestamp;
    use pharos_store::Store;
    use pharos_store::diagnosis::Verdict;
    use pharos_store::record::RootAccount;

    async fn write(path: &Path) {
        let root = RootAccount {
            account: Uin(1),
            app_id: AppId(1),
            start_key: None,
            created_time: Timestamp::epoch(),
        };
        let store = SqliteStore::open(path).unwrap();
        store.ensure_root(root).await.unwrap();
    }

    fn is_sound(diagnosis: Diagnosis) -> bool {
        let Diagnosis::Findings(findings) = diagnosis else {
            panic!("it was disturbed")
        };
        findings
            .iter()
            .all(|finding| finding.verdict == Verdict::Sound)
    }

    #[test]
    fn a_server_that_starts_meanwhile_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        // Every byte that means something in a URI.
        let path = folder.path().join("a b?c#d%25&e=\u{e9}.db");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        drop(SqliteStore::open(&path).unwrap());
        let mut has_started = false;
        let diagnosis = diagnose(&path, &mut |_| {
            if !std::mem::replace(&mut has_started, true) {
                runtime.block_on(write(&path));
            }
        });
        assert!(matches!(diagnosis, Diagnosis::Disturbed));
        let mut entries = 0;
        assert!(is_sound(diagnose(&path, &mut |_| entries += 1)));
        assert_eq!(entries, 2, "the store and its root account");
    }

    #[test]
    fn a_server_that_runs_is_not_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let running = SqliteStore::open(&path).unwrap();
        let mut entries = 0;
        let diagnosis = diagnose(&path, &mut |_| {
            entries += 1;
            runtime.block_on(write(&path));
        });
        assert!(is_sound(diagnosis));
        assert_eq!(entries, 1, "what came later is not seen");
        drop(running);
    }
}

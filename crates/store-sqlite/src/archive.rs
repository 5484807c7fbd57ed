//! The whole store, out of the file and into it.

use std::path::Path;

use async_trait::async_trait;
use pharos_api::resource::{Instances, KeyPairs};
use pharos_api::time::Timestamp;
use pharos_store::archive::{
    AccessKeyEntry, AccountEntry, Archive, AttachmentEntry, Entry, Gone, ImportError, Incoming,
    InstanceEntry, ItemEntry, KeyPairEntry, MembershipEntry, Outgoing, Part, StoreEntry, UserEntry,
};
use pharos_store::diagnosis::Foreign;
use pharos_store::error::StoreError;
use pharos_store::record::MasterKeyId;
use rusqlite::{Connection, ErrorCode, params};
use tokio::sync::mpsc;

use crate::column::number;
use crate::open::{OpenError, open_snapshot};
use crate::undone::Undone;
use crate::{SqliteStore, audit, binding, directory, instance, key_pair, rows, statement};

/// A store at one moment, for who reads it as a whole. It changes and locks nothing: servers, of an
/// older version too, go on beside it. Where none does, SQLite leaves an empty `-wal` and a `-shm` beside
/// the file, as after a server that was killed.
pub struct Snapshot(Connection);

impl Snapshot {
    /// Opens the store at this path, which must have the version of this program. What is committed
    /// later is not in it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        open_snapshot(path.as_ref()).map(Self)
    }

    /// Sends all of it, and ends early when nobody receives any more. Blocks.
    pub fn send(&self, parts: mpsc::Sender<Part>) -> Result<(), StoreError> {
        match export(&self.0, parts) {
            Ok(()) | Err(Stopped::Gone) => Ok(()),
            Err(Stopped::Failed(undone)) => Err(undone.told()),
        }
    }
}

#[async_trait]
impl Archive for SqliteStore {
    async fn export(&self, parts: mpsc::Sender<Part>) -> Result<(), StoreError> {
        let failed = |cause| StoreError::Failed(cause);
        let path = self.path.clone();
        // A thread of its own: it takes too long for one of the readers'.
        let export = tokio::task::spawn_blocking(move || {
            let snapshot = Snapshot::open(path).map_err(|error| failed(error.into()))?;
            snapshot.send(parts)
        });
        export.await.map_err(|error| failed(error.into()))?
    }

    async fn import(&self, parts: mpsc::Receiver<Part>) -> Result<(), ImportError> {
        let work = move |store: &_| import(store, Incoming::new(parts));
        self.writer.write(work).await
    }
}

/// Why an export ends early.
pub(crate) enum Stopped {
    Gone,
    Failed(Undone),
}

impl From<Gone> for Stopped {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<rusqlite::Error> for Stopped {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Foreign> for Stopped {
    fn from(foreign: Foreign) -> Self {
        Self::Failed(Undone::Refused(StoreError::Failed(Box::new(foreign))))
    }
}

fn export(store: &Connection, parts: mpsc::Sender<Part>) -> Result<(), Stopped> {
    let mut out = Outgoing::blocking_begin(parts, rows::counts(store)?)?;
    rows::walk(store, &mut |entry| Ok(out.blocking_send(entry?)?))?;
    Ok(out.blocking_end()?)
}

/// Everything up to the end of the stream in the writer's one transaction; on any error it is undone.
fn import(store: &Connection, mut incoming: Incoming) -> Result<(), Undone<ImportError>> {
    let is_empty: bool = store.query_row(statement::IMPORT_IS_EMPTY, [], |row| row.get(0))?;
    if !is_empty {
        return Err(Undone::Refused(ImportError::NotEmpty));
    }
    while let Some(entries) = incoming.blocking_next().map_err(Undone::Refused)? {
        for entry in &entries {
            keep(store, entry).map_err(|error| match error.sqlite_error_code() {
                Some(ErrorCode::ConstraintViolation) => {
                    let (entry, cause) = (entry.to_string(), error.into());
                    Undone::Refused(ImportError::Contradiction { entry, cause })
                }
                _ => Undone::Failed(error),
            })?;
        }
    }
    Ok(())
}

fn keep(store: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    match entry {
        Entry::Store(StoreEntry { master_key }) => keep_master_key(store, *master_key),
        Entry::Account(account) => keep_account(store, account),
        Entry::User(user) => keep_user(store, user),
        Entry::Item(ItemEntry { account, item }) => {
            directory::put_item(store, *account, item).map(|_| ())
        }
        Entry::Attachment(AttachmentEntry {
            account,
            attachment,
        }) => directory::add_attachment(store, *account, attachment).map(|_| ()),
        Entry::Membership(MembershipEntry {
            account,
            membership,
        }) => directory::add_membership(store, *account, membership).map(|_| ()),
        Entry::AccessKey(access_key) => keep_access_key(store, access_key),
        Entry::KeyPair(KeyPairEntry {
            account,
            region,
            record,
        }) => {
            let place = KeyPairs {
                account: *account,
                region: *region,
            };
            // Two of one KeyId are out of order, and never come here.
            key_pair::keep(store, place, record).map(|_| ())
        }
        Entry::Instance(entry) => keep_instance(store, entry),
        Entry::AuditRow(row) => audit::insert(store, row),
    }
}

fn keep_master_key(store: &Connection, id: Option<MasterKeyId>) -> rusqlite::Result<()> {
    store
        .prepare_cached(statement::MASTER_KEY_SET)?
        .execute([id.map(|id| id.0)])?;
    Ok(())
}

fn keep_account(store: &Connection, entry: &AccountEntry) -> rusqlite::Result<()> {
    store
        .prepare_cached(statement::IMPORT_ACCOUNT)?
        .execute(params![
            number(entry.account),
            entry.app_id.0.cast_signed(),
            entry.is_root,
            entry.key_pair_quota,
            entry.instance_quota,
            entry.is_disabled,
            entry.created_time.unix_seconds(),
        ])?;
    Ok(())
}

fn keep_user(store: &Connection, entry: &UserEntry) -> rusqlite::Result<()> {
    let UserEntry { account, record } = entry;
    store
        .prepare_cached(statement::IMPORT_USER)?
        .execute(params![
            number(*account),
            number(record.user),
            record.name,
            record.profile.to_document(),
            record.created_time.unix_seconds(),
        ])?;
    Ok(())
}

fn keep_access_key(store: &Connection, entry: &AccessKeyEntry) -> rusqlite::Result<()> {
    store
        .prepare_cached(statement::IMPORT_ACCESS_KEY)?
        .execute(params![
            entry.access_key.secret_id.as_str(),
            number(entry.account),
            entry.user.map(number),
            entry.access_key.sealed_secret_key.to_bytes(),
            entry.is_start_key,
            entry.is_active,
            entry.description,
            entry.created_time.unix_seconds(),
            entry.last_used_time.map(Timestamp::unix_seconds),
        ])?;
    Ok(())
}

fn keep_instance(store: &Connection, entry: &InstanceEntry) -> rusqlite::Result<()> {
    let place = Instances {
        account: entry.account,
        region: entry.region,
    };
    // Two of one InstanceId are out of order, and never come here.
    instance::keep(store, place, &entry.record)?;
    let mut bindings = entry.bindings.iter();
    bindings.try_for_each(|one| binding::keep(store, place, one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret;
    use std::fs;

    fn refusal(path: &Path) -> OpenError {
        let Err(error) = Snapshot::open(path) else {
            panic!("it was opened")
        };
        error
    }

    #[test]
    fn what_cannot_be_read_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        assert!(matches!(refusal(&path), OpenError::Missing { .. }));
        assert!(!path.exists());
        fs::write(&path, "").unwrap();
        assert!(matches!(refusal(&path), OpenError::Missing { .. }));
        fs::write(&path, "shopping: rope, lamp oil").unwrap();
        assert!(matches!(refusal(&path), OpenError::NotAStore { .. }));
        fs::remove_file(&path).unwrap();

        drop(SqliteStore::open(&path).unwrap());
        let set_version = |version: i64| {
            let other = Connection::open(&path).unwrap();
            other.pragma_update(None, "user_version", version).unwrap();
        };
        for version in [1, 7] {
            set_version(version);
            let before = fs::read(&path).unwrap();
            let told = refusal(&path);
            let is_told = match version {
                1 => matches!(told, OpenError::OlderVersion { found: 1, .. }),
                _ => matches!(told, OpenError::NewerVersion { found: 7, .. }),
            };
            assert!(is_told, "{told}");
            assert_eq!(fs::read(&path).unwrap(), before);
        }
    }

    #[tokio::test]
    async fn a_snapshot_keeps_nobody_from_writing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let store = SqliteStore::open(&path).unwrap();
        let snapshot = Snapshot::open(&path).unwrap();
        let write = |store: &Connection| {
            store.execute("UPDATE store SET master_key = zeroblob(8)", [])?;
            Ok::<_, Undone>(())
        };
        store.writer.write(write).await.unwrap();
        let master_key = secret::master_key(&snapshot.0).unwrap();
        assert_eq!(master_key, None, "it is of its moment");
        let now = Snapshot::open(&path).unwrap();
        let master_key = secret::master_key(&now.0).unwrap();
        assert_eq!(master_key, Some(MasterKeyId([0; 8])));
    }
}

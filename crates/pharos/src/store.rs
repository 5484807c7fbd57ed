//! Opening, reading out and filling the store that a URL names.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use pharos_store::Store;
use pharos_store::archive::{Archive, Part};
use pharos_store::calls::SharedCalls;
use pharos_store::record::MasterKeyId;
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_store_sqlite::{Snapshot, SqliteStore};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::configuration::StoreLocation;

/// A store that is open.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    /// Only who shares a store with other nodes can count calls with them.
    pub(crate) shared_calls: Option<Arc<dyn SharedCalls>>,
}

impl Opened {
    fn alone(store: SqliteStore) -> Self {
        Self {
            store: Arc::new(store),
            shared_calls: None,
        }
    }
}

/// Opens it; makes one where there is none.
pub(crate) async fn open(location: &StoreLocation) -> Result<Opened> {
    Ok(match location {
        StoreLocation::Default(path) => {
            make_folder(path)?;
            Opened::alone(SqliteStore::open(path)?)
        }
        StoreLocation::Sqlite(path) => Opened::alone(SqliteStore::open(path)?),
        StoreLocation::Postgres(settings) => {
            let store = Arc::new(open_postgres(settings, location).await?);
            Opened {
                shared_calls: Some(Arc::clone(&store) as _),
                store,
            }
        }
    })
}

async fn open_postgres(settings: &Settings, location: &StoreLocation) -> Result<PostgresStore> {
    let store = PostgresStore::open(settings.clone()).await;
    store.with_context(|| format!("cannot use the store {location}"))
}

/// Sends all that a store holds, and changes nothing: there must be one.
pub(crate) async fn export(location: &StoreLocation, parts: mpsc::Sender<Part>) -> Result<()> {
    match location {
        StoreLocation::Default(path) | StoreLocation::Sqlite(path) => {
            let snapshot = Snapshot::open(path)?;
            spawn_blocking(move || snapshot.send(parts)).await??;
            Ok(())
        }
        StoreLocation::Postgres(settings) => {
            let snapshot = pharos_store_postgres::Snapshot::open(settings.as_ref().clone()).await;
            let snapshot = snapshot.with_context(|| format!("cannot use the store {location}"))?;
            Ok(snapshot.send(parts).await?)
        }
    }
}

/// Fills a store, which is made where there is none, and answers which master key opens its secrets. When
/// it fails it leaves none behind.
pub(crate) async fn import(
    location: &StoreLocation,
    parts: mpsc::Receiver<Part>,
) -> Result<Option<MasterKeyId>> {
    let path = match location {
        StoreLocation::Default(path) => {
            make_folder(path)?;
            path
        }
        StoreLocation::Sqlite(path) => path,
        StoreLocation::Postgres(settings) => {
            return fill(&open_postgres(settings, location).await?, parts).await;
        }
    };
    let is_new = path.try_exists().is_ok_and(|exists| !exists);
    let store = SqliteStore::open(path)?;
    let filled = fill(&store, parts).await;
    drop(store);
    if filled.is_err() && is_new {
        let removed = fs::remove_file(path);
        removed.with_context(|| format!("{} is an empty store now; remove it", path.display()))?;
    }
    filled
}

async fn fill(
    store: &(impl Archive + Store),
    parts: mpsc::Receiver<Part>,
) -> Result<Option<MasterKeyId>> {
    store.import(parts).await?;
    Ok(store.master_key().await?)
}

/// Makes the folder that Pharos keeps its data in, for its owner only. A folder that the operator named
/// has to be there.
pub(crate) fn make_folder(of: &Path) -> Result<()> {
    let Some(folder) = of.parent() else {
        return Ok(());
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| {
            format!(
                "cannot make the folder {}; name other places with --store sqlite:/path/pharos.db and \
                 --master-key-file",
                folder.display()
            )
        })
}

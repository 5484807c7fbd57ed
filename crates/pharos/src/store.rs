//! Opening the store that a URL names.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use pharos_store::Store;
use pharos_store::calls::SharedCalls;
use pharos_store_postgres::PostgresStore;
use pharos_store_sqlite::SqliteStore;

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
            let store = PostgresStore::open(settings.as_ref().clone()).await;
            let store = store.with_context(|| format!("cannot use the store {location}"))?;
            let store = Arc::new(store);
            Opened {
                shared_calls: Some(Arc::clone(&store) as _),
                store,
            }
        }
    })
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

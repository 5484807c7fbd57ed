//! Opening the store that a URL names.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use pharos_store::Store;
use pharos_store_postgres::PostgresStore;
use pharos_store_sqlite::SqliteStore;

use crate::configuration::StoreLocation;

/// Opens it; makes one where there is none.
pub(crate) async fn open(location: &StoreLocation) -> Result<Arc<dyn Store>> {
    Ok(match location {
        StoreLocation::Default(path) => {
            make_folder(path)?;
            Arc::new(SqliteStore::open(path)?)
        }
        StoreLocation::Sqlite(path) => Arc::new(SqliteStore::open(path)?),
        StoreLocation::Postgres(settings) => {
            let store = PostgresStore::open(settings.as_ref().clone()).await;
            Arc::new(store.with_context(|| format!("cannot use the store {location}"))?)
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

//! `pharos restore`.

use std::sync::Arc;

use anyhow::{Context, Result};
use pharos_backup::{LoadError, load};
use pharos_store::archive::CHUNKS_WAITING;
use pharos_store::record::MasterKeyId;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use crate::command_line::Restore;
use crate::configuration::{MasterKeyLocation, Place};
use crate::progress::Progress;
use crate::{store, verify};

/// Fills an empty store with all that a backup holds, or leaves it as it was.
pub(crate) fn run(arguments: Restore) -> Result<()> {
    let place = Place::load(arguments.store)?;
    let location = Arc::new(place.store);
    let file = arguments.file;
    let reader = verify::open(&file)?;
    let counts = reader.header().counts;
    let progress = Progress::start("Restoring");
    let runtime = Runtime::new().context("cannot start the runtime")?;
    let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
    let into = Arc::clone(&location);
    let import = runtime.spawn(async move { store::import(&into, parts).await });
    let loaded = load(reader, sender, |read| progress.show(read, counts.total()));
    let imported = runtime.block_on(import)?;
    // One end of the stream breaks off when the other does; the one that knows why tells it.
    if let Err(LoadError::Read(error)) = loaded {
        return Err(verify::refused(&file, error).context("nothing was restored"));
    }
    let master_key = imported.with_context(|| format!("nothing was restored into {location}"))?;
    progress.finish(format_args!("Filled {location}"), counts);
    if let Some(id) = master_key {
        tell_of_master_key(id, &place.master_keys);
    }
    Ok(())
}

/// The one thing that no backup holds.
#[expect(clippy::print_stderr, reason = "what is left to do, beside the data")]
fn tell_of_master_key(id: MasterKeyId, location: &MasterKeyLocation) {
    let place = match location {
        MasterKeyLocation::Default(path) | MasterKeyLocation::File(path) => {
            format!(
                "copy the master key file of the old store to {}",
                path.display()
            )
        }
        MasterKeyLocation::Command(_) => "see that `master_key_command` prints it".to_owned(),
    };
    eprintln!("Its secrets are sealed under the master key {id}: {place}.");
}

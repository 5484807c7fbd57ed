//! `pharos backup`.

mod target;

use std::{fs, process};

use anyhow::{Context, Result};
use pharos_backup::{SaveError, save};
use pharos_service::clock::Clock;
use pharos_store::archive::CHUNKS_WAITING;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use crate::command_line::Backup;
use crate::configuration::Place;
use crate::progress::Progress;
use crate::signal::stop_signal;
use crate::store;
use crate::system::SystemClock;
use target::Target;

/// The exit status of who was asked to stop, as shells have it for Ctrl-C.
const STOPPED: i32 = 130;

/// Copies all that a store holds into a file.
pub(crate) fn run(arguments: Backup) -> Result<()> {
    let location = Place::load(arguments.store)?.store;
    let path = arguments.file.or(arguments.output);
    let path = path.context("there is no file to write; name one")?;
    let runtime = Runtime::new().context("cannot start the runtime")?;
    let stop = runtime.block_on(async { stop_signal() })?;
    let target = Target::open(path, arguments.force)?;
    let partial = target.partial();
    runtime.spawn(async move {
        stop.await;
        // Nothing else is left behind: a store is only read.
        let removed = partial.map_or(Ok(()), fs::remove_file);
        process::exit(if removed.is_ok() { STOPPED } else { 1 });
    });
    let progress = Progress::start("Backing up");
    let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
    let export = runtime.spawn(async move { store::export(&location, sender).await });
    let version = env!("CARGO_PKG_VERSION");
    let now = SystemClock::new().now();
    let saved = save(parts, target, version, now, |header, written| {
        progress.show(written, header.counts.total());
    });
    // Why a store broke off is for it to say.
    runtime.block_on(export)??;
    let (header, saved) = saved.map_err(|error| match error {
        SaveError::Write(error) => anyhow::Error::from(error).context("cannot write the backup"),
        SaveError::BrokenOff => error.into(),
    })?;
    let name = saved.to.keep()?;
    let (counts, bytes) = (header.counts, saved.bytes);
    progress.finish(
        format_args!("Wrote {name}"),
        format_args!("{counts}; {bytes} bytes"),
    );
    Ok(())
}

//! Being asked to stop.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};

/// Ready at the first SIGINT (Ctrl-C) or SIGTERM. Needs a runtime.
pub(crate) fn stop_signal() -> Result<impl Future<Output = ()>> {
    let listen = |kind| signal(kind).context("cannot wait for signals");
    let (mut interrupt, mut terminate) = (
        listen(SignalKind::interrupt())?,
        listen(SignalKind::terminate())?,
    );
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

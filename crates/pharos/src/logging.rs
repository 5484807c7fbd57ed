//! Where log lines go: to standard error, as text on a terminal and as JSON otherwise.

use std::io::{self, IsTerminal};

use tracing::Level;
use tracing_subscriber::fmt;

/// Starts logging.
pub(crate) fn start() {
    let builder = fmt()
        .with_max_level(Level::INFO)
        .with_writer(io::stderr)
        .with_target(false);
    if io::stderr().is_terminal() {
        builder.compact().init();
    } else {
        builder.json().flatten_event(true).init();
    }
}

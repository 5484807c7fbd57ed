//! Where log lines go: to standard error, as text on a terminal and as JSON otherwise.

mod json;
mod terminal;

use std::io::{self, IsTerminal};

use json::JsonLine;
use terminal::TerminalLine;
use tracing::Level;

/// Starts logging.
pub(crate) fn start() {
    let builder = tracing_subscriber::fmt()
        .with_max_level(Level::INFO)
        .with_writer(io::stderr);
    if io::stderr().is_terminal() {
        builder.event_format(TerminalLine).init();
    } else {
        builder.event_format(JsonLine).init();
    }
}

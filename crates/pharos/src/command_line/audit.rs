//! What can be typed behind `pharos audit`.

use clap::{Args, Subcommand};

use super::{Output, StoreArguments};

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Show the last rows of the log.
    List(ListAudit),
    /// Check that no row was changed, removed or moved after it was written.
    Verify(OfAccount),
    /// Print every row as a line of JSON, the oldest first.
    Export(OfAccount),
}

#[derive(Debug, Args)]
pub(crate) struct ListAudit {
    /// How many rows
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) last: u64,

    /// How to show them
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) of: OfAccount,
}

/// Whose log.
#[derive(Debug, Args)]
pub(crate) struct OfAccount {
    /// The account [default: the store's root account]
    #[arg(long, value_name = "UIN")]
    pub(crate) account: Option<u64>,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

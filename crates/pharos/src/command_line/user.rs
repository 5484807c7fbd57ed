//! What can be typed behind `pharos user`.

use clap::{Args, Subcommand};

use super::{Output, StoreArguments};

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// List who can sign, the root user first, and with which access keys.
    List(ListUsers),
    /// Make an access key, for instance when the root user's is lost; the SecretKey is shown once.
    CreateKey(CreateAccessKey),
    /// Disable an access key: it signs nothing from the next request on.
    DisableKey(OneAccessKey),
    /// Enable an access key again.
    EnableKey(OneAccessKey),
    /// Delete an access key, which cannot be undone.
    DeleteKey(OneAccessKey),
}

#[derive(Debug, Args)]
pub(crate) struct ListUsers {
    /// The account that they are in [default: the store's root account]
    #[arg(long, value_name = "UIN")]
    pub(crate) account: Option<u64>,

    /// How to show them
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CreateAccessKey {
    /// Name of the user that signs with it [default: the root user]
    pub(crate) name: Option<String>,

    /// The account that the user is in [default: the store's root account]
    #[arg(long, value_name = "UIN")]
    pub(crate) account: Option<u64>,

    /// How to show it
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct OneAccessKey {
    /// The access key, whoever has it
    #[arg(value_name = "SECRET_ID")]
    pub(crate) secret_id: String,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

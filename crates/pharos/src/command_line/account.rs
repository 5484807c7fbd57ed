//! What can be typed behind `pharos account`.

use std::str::FromStr;

use clap::{Args, Subcommand};

use super::{Output, StoreArguments};

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Make an account, and an access key of its root user; the SecretKey is shown once.
    Create(CreateAccount),
    /// List the accounts.
    List(ListAccounts),
    /// Disable an account: none of its access keys signs from the next request on; what it has stays.
    Disable(OneAccount),
    /// Enable an account again.
    Enable(OneAccount),
    /// Say how much there may be in each region.
    #[command(subcommand)]
    Quota(QuotaCommand),
}

#[derive(Debug, Args)]
pub(crate) struct CreateAccount {
    /// How to show it
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ListAccounts {
    /// How to show them
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct OneAccount {
    /// The account, as `pharos account list` shows it
    #[arg(value_name = "UIN")]
    pub(crate) account: u64,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum QuotaCommand {
    /// Give an account quotas of its own; servers go by them at once.
    Set(SetQuota),
    /// Show how much there is, and may be.
    Show(ShowQuota),
}

#[derive(Debug, Args)]
pub(crate) struct SetQuota {
    #[command(flatten)]
    pub(crate) quotas: NewQuotas,

    /// The account [default: the store's root account]
    #[arg(long, value_name = "UIN")]
    pub(crate) account: Option<u64>,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// At least one of them; the other stays as it is.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct NewQuotas {
    /// How many key pairs there may be in each region; `default`: as many as servers have it
    #[arg(long, value_name = "N")]
    pub(crate) key_pairs: Option<QuotaArgument>,

    /// How many instances there may be in each region; `default`: as many as servers have it
    #[arg(long, value_name = "N")]
    pub(crate) instances: Option<QuotaArgument>,
}

#[derive(Debug, Args)]
pub(crate) struct ShowQuota {
    /// The region [default: all in which there is something]
    #[arg(long)]
    pub(crate) region: Option<String>,

    /// The account [default: the store's root account]
    #[arg(long, value_name = "UIN")]
    pub(crate) account: Option<u64>,

    /// How to show it
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// How many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuotaArgument {
    /// As many as the server says.
    Default,
    /// This many.
    Own(u32),
}

impl QuotaArgument {
    /// The account's own quota.
    pub(crate) fn own(self) -> Option<u32> {
        match self {
            Self::Default => None,
            Self::Own(quota) => Some(quota),
        }
    }
}

impl FromStr for QuotaArgument {
    /// What to do.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        if text == "default" {
            return Ok(Self::Default);
        }
        let number = text.parse().map(Self::Own);
        number.map_err(|_| "write a whole number, or `default`")
    }
}

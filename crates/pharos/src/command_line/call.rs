//! What can be typed behind `pharos call`.

use clap::{Args, Parser};

use super::Remote;

#[derive(Debug, Args)]
pub(crate) struct Call {
    /// The product: `lighthouse`, `cam` or `sts`
    pub(crate) product: String,

    /// The action: `CreateKeyPair`
    pub(crate) action: String,

    /// Its parameters: `--KeyName demo`, `--Tags '[…]'`, `--Tags.0.Key env`; and `--endpoint`,
    /// `--region`, `--version`, `--profile` and `--tls-ca`, in lower case, as for other commands
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "--Param value"
    )]
    pub(crate) parameters: Vec<String>,
}

/// What stands among the parameters of [`Call`] in lower case.
#[derive(Debug, Parser)]
#[command(disable_help_flag = true)]
pub(crate) struct CallSettings {
    /// The version of the product
    #[arg(long)]
    pub(crate) version: Option<String>,

    #[command(flatten)]
    pub(crate) remote: Remote,
}

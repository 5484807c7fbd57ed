//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pharos_server::Strictness;
use serde::Deserialize;

/// A self-hosted SSH key pair service that speaks the Tencent Cloud Lighthouse API.
#[derive(Debug, Parser)]
#[command(name = "pharos", version)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server.
    Serve(Serve),
    /// Check a store and its master keys, also while servers run, and say what to do. Changes nothing.
    Doctor(Doctor),
    /// Manage the master keys that secrets are sealed under, also while servers run.
    #[command(subcommand)]
    MasterKey(MasterKey),
    /// Copy all that a store holds into a file, while servers go on.
    Backup(Backup),
    /// Fill an empty store with all that a backup holds.
    Restore(Restore),
    /// Check a backup, without a store.
    Verify(Verify),
    /// Manage key pairs through the API.
    Key(Key),
    /// Call any action: `pharos call lighthouse CreateKeyPair --KeyName demo`.
    Call(Call),
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes any free port [default: 127.0.0.1:8324]
    #[arg(long, env = "PHAROS_LISTEN", value_name = "HOST:PORT")]
    pub(crate) listen: Option<String>,

    #[command(flatten)]
    pub(crate) store: StoreArguments,

    /// A certificate chain in PEM, to speak TLS; read again on SIGHUP and when a file changes
    #[arg(long, env = "PHAROS_TLS_CERT", value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// The certificate's private key in PEM
    #[arg(long, env = "PHAROS_TLS_KEY", value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Tell why a signature does not match [default: true on loopback, else false]
    #[arg(
        long,
        env = "PHAROS_EXPLAIN_SIGNATURES",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub(crate) explain_signatures: Option<bool>,

    /// Which service a credential scope may name beside the product: the endpoint's first label on
    /// hosts that cannot name a product, nowhere, or on any host [default: by-host]
    #[arg(long, env = "PHAROS_SERVICE_STRICTNESS", value_name = "HOW")]
    pub(crate) service_strictness: Option<ServiceStrictness>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) store: StoreArguments,

    /// Print one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which store, and where its master keys are.
#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// Where key pairs are kept: sqlite:/path/pharos.db or postgres://user@host:5432/database
    /// [default: sqlite: under the XDG data folder]
    #[arg(long, env = "PHAROS_STORE", value_name = "URL", hide_env_values = true)]
    pub(crate) store: Option<String>,

    /// The file of the master keys that secrets are sealed under [default: beside the store]
    #[arg(long, env = "PHAROS_MASTER_KEY_FILE", value_name = "FILE")]
    pub(crate) master_key_file: Option<PathBuf>,

    /// A TOML file with the same settings
    #[arg(long, env = "PHAROS_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// [`Strictness`], as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ServiceStrictness {
    ByHost,
    Strict,
    Lenient,
}

impl From<ServiceStrictness> for Strictness {
    fn from(typed: ServiceStrictness) -> Self {
        match typed {
            ServiceStrictness::ByHost => Self::ByHost,
            ServiceStrictness::Strict => Self::Strict,
            ServiceStrictness::Lenient => Self::Lenient,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum MasterKey {
    /// Show which master keys there are, and how many secrets are not sealed under the newest.
    Show(StoreArguments),
    /// Add a new master key to the file, which opens nothing yet: so that every node has it before
    /// `rotate`.
    Add(StoreArguments),
    /// Seal every secret anew under the newest master key; adds one if the newest is in use already.
    /// Can be stopped and run again.
    Rotate(Rotate),
    /// Remove the master keys from the file that open nothing any more.
    Forget(StoreArguments),
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write, with mode 0600, never over an existing one; `-` is standard output
    #[arg(value_name = "FILE", required_unless_present = "output")]
    pub(crate) file: Option<PathBuf>,

    /// Another way to name the file
    #[arg(long, short, value_name = "FILE", conflicts_with = "file")]
    pub(crate) output: Option<PathBuf>,

    /// Write over an existing file, once the new one is whole
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup; `-` is standard input
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The backup; `-` is standard input
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// Add a key to a store that nodes may share, without giving it to others first: this is the only one
    #[arg(long)]
    pub(crate) only_node: bool,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct Key {
    #[command(subcommand)]
    pub(crate) command: KeyCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Create a key pair and save its private key.
    Create(CreateKey),
}

#[derive(Debug, Args)]
pub(crate) struct CreateKey {
    /// Name of the key pair: 1 to 25 digits, ASCII letters or underscores
    pub(crate) name: String,

    /// Where to save the private key, with mode 0600; never over an existing file [default: NAME.pem]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Which server, and who calls it.
#[derive(Debug, Args)]
pub(crate) struct Remote {
    /// Where the server is
    #[arg(long, env = "PHAROS_ENDPOINT", default_value = "http://127.0.0.1:8324")]
    pub(crate) endpoint: String,

    /// The region
    #[arg(long, env = "TENCENTCLOUD_REGION", default_value = "ap-guangzhou")]
    pub(crate) region: String,

    /// Take the credentials from ~/.tccli/PROFILE.credential [default: the environment, then
    /// ~/.tccli, then ~/.tencentcloud/credentials]
    #[arg(long)]
    pub(crate) profile: Option<String>,

    /// The certificate authority in PEM that alone may vouch for the server [default: the system's]
    #[arg(long, env = "PHAROS_TLS_CA", value_name = "FILE")]
    pub(crate) tls_ca: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Call {
    /// The product: `lighthouse`
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
        CallSettings::command().debug_assert();
    }
}

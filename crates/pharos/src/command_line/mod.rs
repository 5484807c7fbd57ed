//! What can be typed: a file for each noun of clients and operators, and here what keeps a server.

mod account;
mod audit;
mod call;
mod instance;
mod key;
mod remote;
mod user;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pharos_server::Strictness;
use serde::Deserialize;

pub(crate) use account::{
    Account, CreateAccount, ListAccounts, OneAccount, QuotaArgument, QuotaCommand, SetQuota,
    ShowQuota,
};
pub(crate) use audit::{Audit, ListAudit, OfAccount};
pub(crate) use call::{Call, CallSettings};
pub(crate) use instance::{Instance, ListInstances, RegisterInstance, RemoveInstances};
pub(crate) use key::{BindKeys, CreateKey, DeleteKeys, ImportKey, Key, ListKeys, ShowKey};
pub(crate) use remote::Remote;
pub(crate) use user::{CreateAccessKey, ListUsers, OneAccessKey, User};

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
    /// Keep records of machines in a store, also while servers run.
    #[command(subcommand)]
    Instance(Instance),
    /// Make and disable accounts, and say what each may have, also while servers run.
    #[command(subcommand)]
    Account(Account),
    /// See who can sign, and make and disable access keys when one is lost, also while servers run.
    #[command(subcommand)]
    User(User),
    /// Read and check the log of what was done and denied in an account, also while servers run.
    #[command(subcommand)]
    Audit(Audit),
    /// Manage key pairs through the API.
    #[command(subcommand)]
    Key(Key),
    /// Call any action: `pharos call lighthouse CreateKeyPair --KeyName demo`.
    Call(Call),
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes any free port [default: 127.0.0.1:8324]
    #[arg(long, env = "PHAROS_LISTEN", value_name = "HOST:PORT")]
    pub(crate) listen: Option<String>,

    /// Where to serve metrics, at /metrics in the clear; port 0 takes any free port [default: nowhere]
    #[arg(long, env = "PHAROS_METRICS_LISTEN", value_name = "HOST:PORT")]
    pub(crate) metrics_listen: Option<String>,

    #[command(flatten)]
    pub(crate) store: StoreArguments,

    #[command(flatten)]
    pub(crate) generator: GeneratorArgument,

    /// What kind of key pairs CreateKeyPair makes: rsa-2048, rsa-3072, rsa-4096, ed25519, ecdsa-nistp256,
    /// ecdsa-nistp384 or ecdsa-nistp521 [default: rsa-2048]
    #[arg(long, env = "PHAROS_KEY_TYPE", value_name = "TYPE")]
    pub(crate) key_type: Option<String>,

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

    /// Serve the API Explorer, pages for people below /explorer [default: true]
    #[arg(
        long,
        env = "PHAROS_EXPLORER",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub(crate) explorer: Option<bool>,

    /// Do not serve it
    #[arg(long)]
    pub(crate) no_explorer: bool,

    /// Which service a credential scope may name beside the product: the endpoint's first label on
    /// hosts that cannot name a product, nowhere, or on any host [default: by-host]
    #[arg(long, env = "PHAROS_SERVICE_STRICTNESS", value_name = "HOW")]
    pub(crate) service_strictness: Option<ServiceStrictness>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) store: StoreArguments,

    #[command(flatten)]
    pub(crate) generator: GeneratorArgument,

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

/// How RSA primes are found.
#[derive(Debug, Args)]
pub(crate) struct GeneratorArgument {
    /// How RSA primes are found: filtered (with the CPU's vector instructions), portable (without them), or
    /// library (by aws-lc alone) [default: filtered]
    #[arg(long = "generator", env = "PHAROS_GENERATOR", value_name = "METHOD")]
    pub(crate) method: Option<String>,
}

/// How something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Table,
    /// For programs: one document.
    Json,
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

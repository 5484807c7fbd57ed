//! What can be typed behind `pharos key`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Output, Remote};

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Create a key pair and save its private key.
    Create(CreateKey),
    /// Keep the public key of a key pair that you have already.
    Import(ImportKey),
    /// List key pairs, the newest first.
    List(ListKeys),
    /// Show a key pair: its fingerprints, its tags, the instances it opens, and its public key.
    Show(ShowKey),
    /// Delete key pairs, all of them or none.
    Delete(DeleteKeys),
    /// Bind each of the key pairs to each of the instances, or nothing.
    Bind(BindKeys),
    /// Unbind each of the key pairs from each of the instances, or nothing.
    Unbind(BindKeys),
}

#[derive(Debug, Args)]
pub(crate) struct CreateKey {
    /// Name of the key pair: 1 to 25 digits, ASCII letters or underscores
    pub(crate) name: String,

    /// Where to save the private key, with mode 0600; never over an existing file [default: NAME.pem]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// A tag to put on it; may be given several times
    #[arg(long = "tag", value_name = "KEY=VALUE")]
    pub(crate) tags: Vec<String>,

    /// How to show it; the private key is in the file only
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct ImportKey {
    /// Name of the key pair: 1 to 25 digits, ASCII letters or underscores
    pub(crate) name: String,

    /// The public key, such as ~/.ssh/id_ed25519.pub; `-` is standard input
    pub(crate) file: PathBuf,

    /// A tag to put on it; may be given several times
    #[arg(long = "tag", value_name = "KEY=VALUE")]
    pub(crate) tags: Vec<String>,

    /// How to show it
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct ListKeys {
    /// Those of every region, one after the other
    #[arg(long)]
    pub(crate) all_regions: bool,

    /// The one of this fingerprint, `SHA256:…` or `MD5:…`, as `ssh-keygen -l` shows it
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) fingerprint: Option<String>,

    /// Those that have this in their name, whatever the case of letters
    #[arg(long, value_name = "PART")]
    pub(crate) name: Option<String>,

    /// Those that have this tag; may be given several times, and then they have all of them
    #[arg(long = "tag", value_name = "KEY=VALUE")]
    pub(crate) tags: Vec<String>,

    /// How to show them
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct ShowKey {
    /// Its KeyId or its name
    pub(crate) key: String,

    /// How to show it
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteKeys {
    /// Their KeyIds or names
    #[arg(required = true, value_name = "KEY")]
    pub(crate) keys: Vec<String>,

    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct BindKeys {
    /// Their KeyIds or names
    #[arg(required = true, value_name = "KEY")]
    pub(crate) keys: Vec<String>,

    /// The instances
    #[arg(long = "instance", required = true, num_args = 1.., value_name = "INSTANCE_ID")]
    pub(crate) instances: Vec<String>,

    /// The user that the key pairs open [default: each instance's own]
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,

    #[command(flatten)]
    pub(crate) remote: Remote,
}

//! What can be typed behind `pharos instance`.

use std::net::IpAddr;

use clap::{Args, Subcommand};

use super::{Output, StoreArguments};

#[derive(Debug, Subcommand)]
pub(crate) enum Instance {
    /// Make a record of a machine, so that key pairs can be bound to it; prints its InstanceId.
    Register(RegisterInstance),
    /// List instances, the newest first.
    List(ListInstances),
    /// Remove records of machines, whatever they are doing, and the bindings of key pairs with them.
    Remove(RemoveInstances),
}

#[derive(Debug, Args)]
pub(crate) struct RegisterInstance {
    /// Name of the instance: 1 to 60 characters
    pub(crate) name: String,

    /// The region
    #[arg(long, env = "TENCENTCLOUD_REGION", default_value = "ap-guangzhou")]
    pub(crate) region: String,

    /// The user that key pairs open when nothing is said
    #[arg(long, value_name = "NAME", default_value = "root")]
    pub(crate) user: String,

    /// Where it can be reached, privately or publicly as the address is; may be given several times
    #[arg(long = "address", value_name = "IP")]
    pub(crate) addresses: Vec<IpAddr>,

    /// What kind of system it runs: `LINUX_UNIX` or `WINDOWS`, which key pairs do not open
    #[arg(long, default_value = "LINUX_UNIX")]
    pub(crate) platform: String,

    /// The account that owns it [default: the store's root account]
    #[arg(long, value_name = "UIN")]
    pub(crate) account: Option<u64>,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ListInstances {
    /// The region
    #[arg(long, env = "TENCENTCLOUD_REGION", default_value = "ap-guangzhou")]
    pub(crate) region: String,

    /// Those of every region, one after the other
    #[arg(long)]
    pub(crate) all_regions: bool,

    /// The account that owns them [default: the store's root account]
    #[arg(long, value_name = "UIN")]
    pub(crate) account: Option<u64>,

    /// How to show them
    #[arg(long, value_name = "HOW", default_value = "table")]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveInstances {
    /// Their InstanceIds; those of one region go all or none
    #[arg(required = true, value_name = "INSTANCE_ID")]
    pub(crate) instances: Vec<String>,

    /// The region [default: whichever they are in]
    #[arg(long)]
    pub(crate) region: Option<String>,

    /// The account that owns them [default: the store's root account]
    #[arg(long, value_name = "UIN")]
    pub(crate) account: Option<u64>,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

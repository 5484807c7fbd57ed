//! What can be typed of a server to call.

use std::path::PathBuf;

use clap::Args;

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

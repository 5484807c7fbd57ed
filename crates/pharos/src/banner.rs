//! What a server says when it is ready.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Context, Result};
use pharos_service::root::RootAccess;

use crate::configuration::StoreLocation;

/// Prints the endpoint, where the explorer is if there is one, the root account's access key, and a line to
/// paste.
pub(crate) fn print(
    endpoint: &str,
    has_explorer: bool,
    store: &StoreLocation,
    access: &RootAccess,
) -> Result<()> {
    write(
        &mut io::stdout().lock(),
        endpoint,
        has_explorer,
        store,
        access,
    )
    .context("cannot print the endpoint")
}

fn write(
    out: &mut impl Write,
    endpoint: &str,
    has_explorer: bool,
    store: &StoreLocation,
    access: &RootAccess,
) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    writeln!(out, "Pharos {version} is ready at {endpoint}")?;
    if has_explorer {
        writeln!(out, "In a browser: {endpoint}/explorer")?;
    }
    writeln!(out, "Key pairs are kept in {store}")?;
    writeln!(out)?;
    let (id, key) = match access {
        RootAccess::Made(secret_id, secret_key) => {
            writeln!(out, "SecretId   {secret_id}")?;
            writeln!(out, "SecretKey  {}", secret_key.expose())?;
            writeln!(out, "The SecretKey is shown this once: keep it now.")?;
            (secret_id.as_str(), secret_key.expose())
        }
        RootAccess::Set(secret_id) => {
            writeln!(out, "SecretId   {secret_id}")?;
            writeln!(out, "SecretKey  as PHAROS_ROOT_SECRET_KEY sets it")?;
            (secret_id.as_str(), "\"$PHAROS_ROOT_SECRET_KEY\"")
        }
        RootAccess::Known(secret_ids) => {
            for secret_id in secret_ids {
                writeln!(out, "SecretId   {secret_id}")?;
            }
            writeln!(out, "SecretKey  as it was shown when it was made")?;
            writeln!(
                out,
                "Lost it? `pharos user create-key` makes another, also while this runs; give it the same settings."
            )?;
            (
                secret_ids.first().map_or("SECRET_ID", |id| id.as_str()),
                "SECRET_KEY",
            )
        }
    };
    writeln!(out)?;
    writeln!(out, "Create a key pair:")?;
    writeln!(
        out,
        "  tccli lighthouse CreateKeyPair --endpoint {endpoint} --region ap-guangzhou \
         --secretId {id} --secretKey {key} --KeyName my_first_key"
    )?;
    out.flush()
}

/// How clients on this machine reach the server.
pub(crate) fn endpoint(address: SocketAddr, is_tls: bool) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let scheme = if is_tls { "https" } else { "http" };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

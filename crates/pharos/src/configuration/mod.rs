//! Settings: flags win over the environment, which wins over the file, which wins over defaults.

mod file;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use pharos_api::credential::{SECRET_KEY_CHARS_MIN, SecretId, SecretKey};
use pharos_server::Strictness;
use pharos_store::KeyPairQuota;

use crate::command_line::Serve;
use file::File;

/// Where the server listens unless told otherwise: this machine only.
const DEFAULT_LISTEN: &str = "127.0.0.1:8324";

/// The vendor's quota (protocol.md section 8).
const DEFAULT_KEY_PAIR_QUOTA: u32 = 10;

/// What `pharos serve` works with.
#[derive(Debug)]
pub(crate) struct Configuration {
    pub(crate) listen: String,
    pub(crate) store: StoreLocation,
    pub(crate) key_pair_quota: KeyPairQuota,
    pub(crate) tls: Option<TlsFiles>,
    /// `None`: as the address has it.
    pub(crate) explain_signatures: Option<bool>,
    pub(crate) service_strictness: Strictness,
    pub(crate) enforce_rate_limits: bool,
    pub(crate) allowed_origins: Vec<String>,
}

/// Where the certificate is, and its private key.
#[derive(Clone, Debug)]
pub(crate) struct TlsFiles {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

/// Where key pairs are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreLocation {
    /// The file that is used when nothing is said; its folder is made if it is not there.
    Default(PathBuf),
    /// A SQLite file that the operator named.
    Sqlite(PathBuf),
}

impl StoreLocation {
    /// The SQLite file.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Default(path) | Self::Sqlite(path) => path,
        }
    }
}

impl Configuration {
    /// Puts the settings together.
    pub(crate) fn load(arguments: Serve) -> Result<Self> {
        let file = match &arguments.config {
            Some(path) => File::read(path)?,
            None => File::default(),
        };
        let store = match arguments.store.or(file.store) {
            Some(url) => parse_store(&url)?,
            None => StoreLocation::Default(default_store(|name| env::var_os(name))?),
        };
        Ok(Self {
            listen: arguments
                .listen
                .or(file.listen)
                .unwrap_or_else(|| DEFAULT_LISTEN.to_owned()),
            store,
            explain_signatures: arguments.explain_signatures.or(file.explain_signatures),
            service_strictness: arguments
                .service_strictness
                .or(file.service_strictness)
                .map_or(Strictness::default(), Strictness::from),
            enforce_rate_limits: file.rate_limit.enforce.unwrap_or(true),
            allowed_origins: parse_origins(file.cors.allowed_origins)?,
            key_pair_quota: KeyPairQuota(
                file.key_pair_quota
                    .map_or(DEFAULT_KEY_PAIR_QUOTA, |number| number.0),
            ),
            tls: parse_tls(
                arguments.tls_cert.or(file.tls_cert),
                arguments.tls_key.or(file.tls_key),
            )?,
        })
    }
}

fn parse_store(url: &str) -> Result<StoreLocation> {
    match url.split_once(':') {
        Some(("sqlite", path)) if !path.is_empty() => Ok(StoreLocation::Sqlite(PathBuf::from(
            path.strip_prefix("//").unwrap_or(path),
        ))),
        Some(("sqlite", _)) => {
            bail!("the store `{url}` names no file; write `sqlite:/path/pharos.db`")
        }
        _ => bail!("the store `{url}` is of no known kind; write `sqlite:/path/pharos.db`"),
    }
}

fn parse_tls(cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<TlsFiles>> {
    match (cert, key) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
        (Some(_), None) => bail!("there is a TLS certificate without its key; set --tls-key too"),
        (None, Some(_)) => bail!("there is a TLS key without its certificate; set --tls-cert too"),
    }
}

/// Origins as browsers write them: anything else would never match, in silence.
fn parse_origins(origins: Vec<String>) -> Result<Vec<String>> {
    let is_origin = |text: &str| {
        let host = text
            .strip_prefix("https://")
            .or(text.strip_prefix("http://"));
        host.is_some_and(|host| {
            let fits =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]".contains(c);
            !host.is_empty() && host.chars().all(fits)
        })
    };
    match origins.iter().find(|text| !is_origin(text)) {
        None => Ok(origins),
        Some(other) => bail!(
            "`{other}` is not an origin; write one like `https://console.example.com`: in lower case, \
             without a path, with the port only where it is not the usual one"
        ),
    }
}

/// `$XDG_DATA_HOME/pharos/pharos.db`, with the default that the XDG specification gives.
fn default_store(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Result<PathBuf> {
    // The specification says that relative paths are to be ignored.
    let absolute = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let data = absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .context("there is no HOME to keep key pairs in; name a file with --store sqlite:/path/pharos.db")?;
    Ok(data.join("pharos").join("pharos.db"))
}

/// The root account's access key, if the operator sets it: `PHAROS_ROOT_SECRET_ID` and
/// `PHAROS_ROOT_SECRET_KEY`. In no file and no flag, which others can read.
pub(crate) fn root_access_key() -> Result<Option<(SecretId, SecretKey)>> {
    let read = |name| match env::var(name) {
        Ok(value) if !value.is_empty() => Ok(Some(value)),
        Ok(_) | Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => bail!("{name} is not text"),
    };
    parse_root_access_key(
        read("PHAROS_ROOT_SECRET_ID")?,
        read("PHAROS_ROOT_SECRET_KEY")?,
    )
}

fn parse_root_access_key(
    secret_id: Option<String>,
    secret_key: Option<String>,
) -> Result<Option<(SecretId, SecretKey)>> {
    match (secret_id, secret_key.map(SecretKey::new)) {
        (None, None) => Ok(None),
        (Some(_), None) => {
            bail!("PHAROS_ROOT_SECRET_ID is set without PHAROS_ROOT_SECRET_KEY; set both")
        }
        (None, Some(_)) => {
            bail!("PHAROS_ROOT_SECRET_KEY is set without PHAROS_ROOT_SECRET_ID; set both")
        }
        (Some(secret_id), Some(secret_key)) => {
            let secret_id = SecretId::parse(&secret_id)
                .context("PHAROS_ROOT_SECRET_ID may have letters, digits, `_` and `-` only")?;
            let chars = secret_key.expose().chars().count();
            if chars < SECRET_KEY_CHARS_MIN {
                bail!(
                    "PHAROS_ROOT_SECRET_KEY has {chars} characters; give it at least {SECRET_KEY_CHARS_MIN}"
                );
            }
            Ok(Some((secret_id, secret_key)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_browser_would_write_is_not_an_origin() {
        let parse = |text: &str| parse_origins(vec![text.to_owned()]);
        for text in [
            "https://a.example",
            "http://127.0.0.1:8080",
            "http://[::1]:80",
        ] {
            assert_eq!(parse(text).unwrap(), [text]);
        }
        for text in [
            "*",
            "",
            "a.example",
            "https://",
            "https://a/",
            "https://A",
            "null",
        ] {
            assert!(
                parse(text).unwrap_err().to_string().contains("`https://"),
                "{text}"
            );
        }
    }

    #[test]
    fn stores_are_named_by_url() {
        let sqlite = |path: &str| StoreLocation::Sqlite(PathBuf::from(path));
        assert_eq!(parse_store("sqlite:/a/b.db").unwrap(), sqlite("/a/b.db"));
        assert_eq!(parse_store("sqlite:///a/b.db").unwrap(), sqlite("/a/b.db"));
        assert_eq!(parse_store("sqlite:b.db").unwrap(), sqlite("b.db"));
        for url in ["", "sqlite:", "/a/b.db", "mysql://a"] {
            assert!(parse_store(url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_default_store_follows_the_xdg_specification() {
        let at = |data: Option<&str>, home: Option<&str>| {
            default_store(|name| match name {
                "XDG_DATA_HOME" => data.map(Into::into),
                _ => home.map(Into::into),
            })
        };
        let path = |text: &str| PathBuf::from(text);
        assert_eq!(
            at(Some("/d"), Some("/h")).unwrap(),
            path("/d/pharos/pharos.db")
        );
        assert_eq!(
            at(Some("d"), Some("/h")).unwrap(),
            path("/h/.local/share/pharos/pharos.db")
        );
        assert_eq!(
            at(None, Some("/h")).unwrap(),
            path("/h/.local/share/pharos/pharos.db")
        );
        assert!(at(None, None).is_err());
    }

    #[test]
    fn half_an_access_key_is_refused() {
        let text = |text: &str| Some(text.to_owned());
        let long = "0123456789abcdef";
        assert!(parse_root_access_key(None, None).unwrap().is_none());
        assert!(
            parse_root_access_key(text("AKIDa"), text(long))
                .unwrap()
                .is_some()
        );
        for (id, key) in [
            (text("AKIDa"), None),
            (None, text(long)),
            (text("AKID a"), text(long)),
            (text("AKIDa"), text("short")),
        ] {
            assert!(parse_root_access_key(id, key).is_err());
        }
    }
}

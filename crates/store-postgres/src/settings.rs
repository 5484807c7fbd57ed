//! Where PostgreSQL is and how it is spoken to: the store's URL.

use std::fmt;
use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use thiserror::Error;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use zeroize::Zeroizing;

use crate::patience::Patience;

/// How long a host may stay silent on an open connection before the system gives it up: a host that lost
/// its power says nothing.
const SILENCE_MAX: Duration = Duration::from_secs(5);

/// How often it is then asked whether it is there.
const PROBE_INTERVAL: Duration = Duration::from_secs(1);

/// Where the store is and what is asked of it.
#[derive(Clone)]
pub struct Settings {
    pub(crate) config: Config,
    pub(crate) root_certificate: Option<PathBuf>,
    pub(crate) allow_asynchronous_commit: bool,
    pub(crate) patience: Patience,
}

/// Why a URL is not a store's. Each sentence says what to write; none repeats the URL, which may hold a
/// password.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// It does not parse.
    #[error("the store's URL is not valid ({0}); write `postgres://user@host:5432/database`")]
    NotAUrl(String),
    /// It asks for encryption and takes none as well.
    #[error(
        "the store's URL says `sslmode={0}`, which may end without encryption; write `verify-full`, or \
         `disable` if you mean that"
    )]
    HalfHearted(String),
    /// It has a password that others may read.
    #[error(
        "the password file {path} can be read by others (mode {mode:04o}); run `chmod 600 {path}`",
        path = path.display()
    )]
    OpenPassword {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The password file cannot be read.
    #[error("cannot read the password file {}", path.display())]
    NoPassword {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
}

impl Settings {
    /// Reads a URL: `postgres://user:password@host:port,host:port/database?parameter=value`, with the
    /// parameters of PostgreSQL's own clients. Of several hosts, the one that may be written is used.
    ///
    /// Without `sslmode` a host elsewhere is spoken to over TLS only, and its certificate verified;
    /// `sslrootcert` names the authority that alone may vouch for it, else the system's do.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn parse(url: &str) -> Result<Self, SettingsError> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut kept, mut ssl_mode, mut root_certificate) = (Vec::new(), None, None);
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", mode)) => ssl_mode = Some(mode.to_owned()),
                Some(("sslrootcert", path)) => {
                    let path = percent_decode_str(path).decode_utf8_lossy();
                    root_certificate = Some(PathBuf::from(path.as_ref()));
                }
                _ => kept.push(parameter),
            }
        }
        let rest = format!("{base}?{}", kept.join("&"));
        let mut config =
            Config::from_str(&rest).map_err(|error| SettingsError::NotAUrl(with_cause(&error)))?;
        let needs_tls = match ssl_mode.as_deref() {
            None => !config.get_hosts().iter().all(is_local),
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(other) => return Err(SettingsError::HalfHearted(other.to_owned())),
        };
        config
            .ssl_mode(if needs_tls {
                SslMode::Require
            } else {
                SslMode::Disable
            })
            // That is looked at by ourselves, so that it can be told apart.
            .target_session_attrs(TargetSessionAttrs::Any)
            .tcp_user_timeout(SILENCE_MAX)
            .keepalives_idle(SILENCE_MAX)
            .keepalives_interval(PROBE_INTERVAL);
        if config.get_application_name().is_none() {
            config.application_name("pharos");
        }
        Ok(Self {
            config,
            root_certificate,
            allow_asynchronous_commit: false,
            patience: Patience::default(),
        })
    }

    /// How each host is reached, in the order of the URL.
    pub(crate) fn hosts(&self) -> Vec<Config> {
        let all = &self.config;
        let count = all.get_hosts().len().max(all.get_hostaddrs().len());
        let host = |number| {
            let mut host = Config::new();
            host.ssl_mode(all.get_ssl_mode())
                .ssl_negotiation(all.get_ssl_negotiation())
                .channel_binding(all.get_channel_binding())
                .keepalives(all.get_keepalives())
                .keepalives_idle(all.get_keepalives_idle());
            if let Some(Host::Tcp(name)) = all.get_hosts().get(number) {
                host.host(name);
            }
            if let Some(Host::Unix(path)) = all.get_hosts().get(number) {
                host.host_path(path);
            }
            if let Some(address) = all.get_hostaddrs().get(number) {
                host.hostaddr(*address);
            }
            let ports = all.get_ports();
            if let Some(port) = ports.get(number).or(ports.first()) {
                host.port(*port);
            }
            if let Some(user) = all.get_user() {
                host.user(user);
            }
            if let Some(password) = all.get_password() {
                host.password(password);
            }
            if let Some(database) = all.get_dbname() {
                host.dbname(database);
            }
            if let Some(options) = all.get_options() {
                host.options(options);
            }
            if let Some(name) = all.get_application_name() {
                host.application_name(name);
            }
            if let Some(time) = all.get_connect_timeout() {
                host.connect_timeout(*time);
            }
            if let Some(time) = all.get_tcp_user_timeout() {
                host.tcp_user_timeout(*time);
            }
            if let Some(interval) = all.get_keepalives_interval() {
                host.keepalives_interval(interval);
            }
            if let Some(retries) = all.get_keepalives_retries() {
                host.keepalives_retries(retries);
            }
            host
        };
        (0..count).map(host).collect()
    }

    /// Takes the password from a file of one line, which only its owner may read: a URL shows in the
    /// list of processes.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn password_file(mut self, path: PathBuf) -> Result<Self, SettingsError> {
        use std::os::unix::fs::PermissionsExt;

        let no_password = |cause| SettingsError::NoPassword {
            path: path.clone(),
            cause,
        };
        let mode = fs::metadata(&path).map_err(no_password)?.permissions();
        let mode = mode.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(SettingsError::OpenPassword { path, mode });
        }
        let password = Zeroizing::new(fs::read_to_string(&path).map_err(no_password)?);
        self.config
            .password(password.trim_end_matches(['\r', '\n']));
        Ok(self)
    }

    /// Gives up after a second what else takes several, for tests.
    #[cfg(any(test, feature = "conformance"))]
    #[must_use]
    pub fn impatient(self) -> Self {
        let patience = Patience::impatient();
        Self { patience, ..self }
    }

    /// Whether nobody but this machine hears what is said to it.
    pub(crate) fn is_local(&self) -> bool {
        self.config.get_hosts().iter().all(is_local)
    }

    /// Lets PostgreSQL acknowledge what it may lose (`synchronous_commit = off`, `fsync = off`).
    #[must_use]
    pub fn allow_asynchronous_commit(self, allow: bool) -> Self {
        Self {
            allow_asynchronous_commit: allow,
            ..self
        }
    }
}

impl fmt::Display for Settings {
    /// Where it is, without a password: for logs and banners.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("postgres://")?;
        let ports = self.config.get_ports();
        for (number, host) in self.config.get_hosts().iter().enumerate() {
            if number > 0 {
                formatter.write_str(",")?;
            }
            match host {
                Host::Tcp(name) if name.contains(':') => write!(formatter, "[{name}]")?,
                Host::Tcp(name) => formatter.write_str(name)?,
                Host::Unix(path) => write!(formatter, "{}", path.display())?,
            }
            if let Some(port) = ports.get(number).or(ports.first()) {
                write!(formatter, ":{port}")?;
            }
        }
        write!(
            formatter,
            "/{}",
            self.config.get_dbname().unwrap_or_default()
        )
    }
}

/// Whether nobody but this machine hears what is said to it.
fn is_local(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
    }
}

fn with_cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    fn mode(url: &str) -> SslMode {
        Settings::parse(url).unwrap().config.get_ssl_mode()
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted_unless_it_is_said_otherwise() {
        for local in [
            "postgres://a@localhost/b",
            "postgres://a@127.0.0.1:5433/b",
            "postgres://a@%2Frun%2Fpostgresql/b",
            "postgres://a@localhost,127.0.0.1/b",
        ] {
            assert_eq!(mode(local), SslMode::Disable, "{local}");
        }
        for far in [
            "postgres://a@db.example/b",
            "postgres://a@localhost,db.example/b",
            "postgres://a@10.0.0.7/b",
        ] {
            assert_eq!(mode(far), SslMode::Require, "{far}");
            assert_eq!(mode(&format!("{far}?sslmode=disable")), SslMode::Disable);
        }
        for strict in ["require", "verify-ca", "verify-full"] {
            let url = format!("postgres://a@localhost/b?sslmode={strict}");
            assert_eq!(mode(&url), SslMode::Require);
        }
    }

    fn refusal(url: &str) -> String {
        Settings::parse(url).err().unwrap().to_string()
    }

    #[test]
    fn what_may_end_without_encryption_is_refused() {
        for half in ["prefer", "allow", "on"] {
            let told = refusal(&format!("postgres://a@db.example/b?sslmode={half}"));
            assert!(told.contains("verify-full"), "{told}");
        }
    }

    #[test]
    fn a_refusal_never_repeats_the_password() {
        for url in [
            "postgres://a:secret@host:port/b",
            "postgres://a:secret@host/b?colour=red",
            "postgres://a:secret@host/b?sslmode=prefer",
        ] {
            let told = refusal(url);
            assert!(!told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn it_is_shown_without_its_password() {
        let url = "postgres://a:secret@one.example:5433,two.example:5434/b?sslrootcert=%2Fca.pem";
        let settings = Settings::parse(url).unwrap();
        let shown = settings.to_string();
        assert_eq!(shown, "postgres://one.example:5433,two.example:5434/b");
        assert_eq!(settings.root_certificate, Some(PathBuf::from("/ca.pem")));
    }

    #[test]
    fn each_host_is_reached_as_if_it_were_alone() {
        let url = |hosts: &str| {
            format!(
                "postgres://a:secret@{hosts}/b?application_name=c&channel_binding=require\
                 &connect_timeout=3&keepalives_idle=4&keepalives_interval=5&keepalives_retries=6\
                 &options=-c%20geqo%3Doff&sslmode=require"
            )
        };
        let both = Settings::parse(&url("one.example:1,%2Frun:2")).unwrap();
        let alone =
            ["one.example:1", "%2Frun:2"].map(|host| Settings::parse(&url(host)).unwrap().config);
        assert_eq!(both.hosts(), alone);
    }

    #[test]
    fn a_password_file_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        for (mode, is_taken) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            let path = folder.path().join(format!("{mode:o}"));
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(mode)
                .open(&path)
                .unwrap();
            file.write_all(b"secret\n").unwrap();
            let settings = Settings::parse("postgres://a@localhost/b").unwrap();
            match settings.password_file(path) {
                Ok(settings) => {
                    assert!(is_taken);
                    assert_eq!(settings.config.get_password(), Some(b"secret".as_slice()));
                }
                Err(error) => {
                    assert!(!is_taken, "{error}");
                    assert!(error.to_string().contains("chmod 600"), "{error}");
                }
            }
        }
    }
}

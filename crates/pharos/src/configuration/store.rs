//! Where a store is, and its master keys: what `serve` and the commands that work on the store itself
//! have in common.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use pharos_store_postgres::Settings;

use super::file::File;
use crate::command_line::StoreArguments;

/// A store and its master keys.
pub(crate) struct Place {
    pub(crate) store: StoreLocation,
    pub(crate) master_keys: MasterKeyLocation,
}

/// Where key pairs are kept.
pub(crate) enum StoreLocation {
    /// The file that is used when nothing is said; its folder is made if it is not there.
    Default(PathBuf),
    /// A SQLite file that the operator named.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(Box<Settings>),
}

/// Where master keys come from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MasterKeyLocation {
    /// The file that is used when nothing is said; made at the first start.
    Default(PathBuf),
    /// A file that the operator named, and made.
    File(PathBuf),
    /// A command that prints them, and its arguments.
    Command(Vec<String>),
}

impl fmt::Display for StoreLocation {
    /// For people; without a password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default(path) | Self::Sqlite(path) => path.display().fmt(formatter),
            Self::Postgres(settings) => settings.fmt(formatter),
        }
    }
}

impl Place {
    /// Puts the settings together.
    pub(crate) fn load(arguments: StoreArguments) -> Result<Self> {
        let file = File::read_or_default(arguments.config.as_deref())?;
        Self::of(arguments.store.as_deref(), arguments.master_key_file, &file)
    }

    pub(super) fn of(
        store: Option<&str>,
        master_key_file: Option<PathBuf>,
        file: &File,
    ) -> Result<Self> {
        let data = || data_folder(|name| env::var_os(name));
        let store = match store.or(file.store.as_deref()) {
            Some(url) => parse(url, file)?,
            None => StoreLocation::Default(data()?.join("pharos.db")),
        };
        let named = master_key_file.map(MasterKeyLocation::File);
        let in_file = match (&file.master_key_file, &file.master_key_command) {
            (Some(_), Some(_)) => {
                bail!("both `master_key_file` and `master_key_command` are set; set one of them")
            }
            (Some(path), None) => Some(MasterKeyLocation::File(path.clone())),
            (None, Some(command)) => Some(MasterKeyLocation::Command(command.clone())),
            (None, None) => None,
        };
        let master_keys = match named.or(in_file) {
            Some(location) => location,
            None => MasterKeyLocation::Default(match &store {
                StoreLocation::Default(path) | StoreLocation::Sqlite(path) => beside(path),
                StoreLocation::Postgres(_) => data()?.join("postgres.master-key"),
            }),
        };
        Ok(Self { store, master_keys })
    }
}

/// `pharos.db` has `pharos.db.master-key`.
fn beside(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".master-key");
    PathBuf::from(name)
}

fn parse(url: &str, file: &File) -> Result<StoreLocation> {
    match url.split_once(':') {
        Some(("sqlite", path)) if !path.is_empty() => Ok(StoreLocation::Sqlite(PathBuf::from(
            path.strip_prefix("//").unwrap_or(path),
        ))),
        Some(("sqlite", _)) => {
            bail!("the store `{url}` names no file; write `sqlite:/path/pharos.db`")
        }
        Some(("postgres" | "postgresql", _)) => {
            let mut settings = Settings::parse(url)?
                .allow_asynchronous_commit(file.postgres.allow_asynchronous_commit);
            if let Some(path) = &file.postgres.password_file {
                settings = settings.password_file(path.clone())?;
            }
            Ok(StoreLocation::Postgres(Box::new(settings)))
        }
        _ => bail!(
            "the store `{url}` is of no known kind; write `sqlite:/path/pharos.db` or \
             `postgres://user@host:5432/database`"
        ),
    }
}

/// `$XDG_DATA_HOME/pharos`, with the default that the XDG specification gives.
fn data_folder(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    // The specification says that relative paths are to be ignored.
    let absolute = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let data = absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .context(
            "there is no HOME to keep key pairs and master keys in; name a file with \
             --store sqlite:/path/pharos.db, and with --master-key-file",
        )?;
    Ok(data.join("pharos"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(store: &str, file: &str) -> Result<Place> {
        Place::of(Some(store), None, &File::parse(file)?)
    }

    fn sqlite(url: &str) -> Option<PathBuf> {
        match place(url, "").unwrap().store {
            StoreLocation::Sqlite(path) => Some(path),
            _ => None,
        }
    }

    #[test]
    fn stores_are_named_by_url() {
        for (url, path) in [
            ("sqlite:/a/b.db", "/a/b.db"),
            ("sqlite:///a/b.db", "/a/b.db"),
            ("sqlite:b.db", "b.db"),
        ] {
            assert_eq!(sqlite(url), Some(PathBuf::from(path)));
        }
        for url in ["postgres://a@localhost/b", "postgresql://a@localhost/b"] {
            let shown = place(url, "").unwrap().store.to_string();
            assert_eq!(shown, "postgres://localhost:5432/b");
        }
        for url in [
            "",
            "sqlite:",
            "/a/b.db",
            "mysql://a",
            "postgres://a:x@h:p/b",
        ] {
            assert!(place(url, "").is_err(), "{url}");
        }
    }

    #[test]
    fn the_master_key_is_beside_the_store_unless_it_is_said_otherwise() {
        let location = |file: &str| place("sqlite:/a/b.db", file).unwrap().master_keys;
        let path = |text: &str| PathBuf::from(text);
        let beside = MasterKeyLocation::Default(path("/a/b.db.master-key"));
        assert_eq!(location(""), beside);
        let file = MasterKeyLocation::File(path("/k"));
        assert_eq!(location("master_key_file = '/k'"), file);
        let command = MasterKeyLocation::Command(vec!["vault".to_owned(), "read".to_owned()]);
        assert_eq!(location("master_key_command = ['vault', 'read']"), command);
        let both = "master_key_file = '/k'\nmaster_key_command = ['vault']";
        assert!(place("sqlite:/a/b.db", both).is_err());
    }

    #[test]
    fn the_data_folder_follows_the_xdg_specification() {
        let at = |data: Option<&str>, home: Option<&str>| {
            data_folder(|name| match name {
                "XDG_DATA_HOME" => data.map(Into::into),
                _ => home.map(Into::into),
            })
        };
        let path = |text: &str| PathBuf::from(text);
        assert_eq!(at(Some("/d"), Some("/h")).unwrap(), path("/d/pharos"));
        let in_home = path("/h/.local/share/pharos");
        assert_eq!(at(Some("d"), Some("/h")).unwrap(), in_home);
        assert_eq!(at(None, Some("/h")).unwrap(), in_home);
        assert!(at(None, None).is_err());
    }
}

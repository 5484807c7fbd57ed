//! Where a backup goes.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use tempfile::NamedTempFile;

/// A new file, or standard output.
pub(super) enum Target {
    /// Under another name, for its owner only, until it is whole.
    File {
        file: NamedTempFile,
        path: PathBuf,
        replaces: bool,
    },
    Stdout(Stdout),
}

impl Target {
    /// Opens it. `-` is standard output; a file that exists is replaced only by force.
    pub(super) fn open(path: PathBuf, replaces: bool) -> Result<Self> {
        if path == Path::new("-") {
            let stdout = io::stdout();
            if stdout.is_terminal() {
                bail!("a backup is nothing for a terminal; name a file, or pipe it somewhere");
            }
            return Ok(Self::Stdout(stdout));
        }
        if !replaces && path.symlink_metadata().is_ok() {
            return Err(exists(&path));
        }
        let name = path
            .file_name()
            .with_context(|| format!("{} names no file", path.display()))?;
        let prefix = format!(".{}.", name.to_string_lossy());
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".partial")
            .tempfile_in(folder(&path))
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self::File {
            file,
            path,
            replaces,
        })
    }

    /// What is left over if this program ends in the middle.
    pub(super) fn partial(&self) -> Option<PathBuf> {
        match self {
            Self::File { file, .. } => Some(file.path().to_owned()),
            Self::Stdout(_) => None,
        }
    }

    /// Gives what is whole now its name, durably, and answers what it is called.
    pub(super) fn keep(self) -> Result<String> {
        let Self::File {
            file,
            path,
            replaces,
        } = self
        else {
            return Ok("the backup".to_owned());
        };
        let failed = || format!("cannot write {}", path.display());
        file.as_file().sync_all().with_context(failed)?;
        let kept = if replaces {
            file.persist(&path)
        } else {
            file.persist_noclobber(&path)
        };
        kept.map_err(|error| match error.error.kind() {
            ErrorKind::AlreadyExists => exists(&path),
            _ => anyhow!(error.error).context(failed()),
        })?;
        let synced = File::open(folder(&path)).and_then(|folder| folder.sync_all());
        synced.with_context(failed)?;
        Ok(path.display().to_string())
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File { file, .. } => file.write(bytes),
            Self::Stdout(stdout) => stdout.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File { file, .. } => file.flush(),
            Self::Stdout(stdout) => stdout.flush(),
        }
    }
}

fn exists(path: &Path) -> anyhow::Error {
    anyhow!(
        "{} exists already; name another file, or replace it with --force",
        path.display()
    )
}

fn folder(path: &Path) -> &Path {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

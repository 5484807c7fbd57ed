//! Master keys in a file.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use pharos_api::random::Random;
use pharos_service::master_key::{MASTER_KEY_BYTES, MasterKey};
use pharos_service::master_keys::{Cause, MasterKeySource};
use pharos_store::record::MasterKeyId;
use zeroize::Zeroizing;

use super::text;

/// Bits of a file's mode that let others than its owner at it.
const OTHERS: u32 = 0o077;

/// A file of master keys.
pub(crate) struct MasterKeyFile {
    path: PathBuf,
}

impl fmt::Display for MasterKeyFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(formatter)
    }
}

impl MasterKeySource for MasterKeyFile {
    fn load(&self) -> Result<Vec<MasterKey>, Cause> {
        Ok(text::parse(&self.read()?)?)
    }
}

impl MasterKeyFile {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// Adds a new key as the newest; makes the file if there is none.
    pub(crate) fn add(&self, random: &dyn Random) -> Result<MasterKeyId> {
        let mut text = match File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Zeroizing::new(Vec::with_capacity(text::DIGITS + 1))
            }
            _ => self.read()?,
        };
        if !text.is_empty() && !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        let mut bytes = Zeroizing::new([0; MASTER_KEY_BYTES]);
        random.fill(bytes.as_mut());
        text::encode(&bytes, &mut text);
        self.write(&text)?;
        Ok(MasterKey::new(&bytes).id())
    }

    /// Removes every key but this one; answers which.
    pub(crate) fn keep_only(&self, id: MasterKeyId) -> Result<Vec<MasterKeyId>> {
        let text = self.read()?;
        let keys = text::parse(&text).map_err(|bad| anyhow::anyhow!("{self}: {bad}"))?;
        let mut kept = Zeroizing::new(Vec::with_capacity(text::DIGITS + 1));
        for ((_, line), key) in text::lines(&text).zip(&keys) {
            if key.id() == id && kept.is_empty() {
                kept.extend_from_slice(line);
                kept.push(b'\n');
            }
        }
        if kept.is_empty() {
            bail!("{self} has no master key {id}");
        }
        self.write(&kept)?;
        let removed = keys.iter().map(MasterKey::id).filter(|key| *key != id);
        Ok(removed.collect())
    }

    fn read(&self) -> Result<Zeroizing<Vec<u8>>> {
        let file =
            File::open(&self.path).with_context(|| format!("cannot open the master key {self}"))?;
        let metadata = file.metadata();
        let metadata = metadata.with_context(|| format!("cannot look at {self}"))?;
        let mode = metadata.permissions().mode();
        if mode & OTHERS != 0 {
            bail!(
                "the master key {self} can be read by others (mode {:04o}); run `chmod 600 {self}`",
                mode & 0o7777
            );
        }
        let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        if length > text::BYTES_MAX {
            bail!("{self} is too long to be a file of master keys");
        }
        // With room for a key more: moving it elsewhere would leave a copy behind.
        let mut text = Zeroizing::new(Vec::with_capacity(length + text::DIGITS + 2));
        file.take(metadata.len())
            .read_to_end(&mut text)
            .with_context(|| format!("cannot read the master key {self}"))?;
        Ok(text)
    }

    /// Puts another text in the file's place, whole or not at all, and on the disk before anything is
    /// sealed under it.
    fn write(&self, text: &[u8]) -> Result<()> {
        let mut next = self.path.as_os_str().to_owned();
        next.push(".new");
        let next = PathBuf::from(next);
        let write = || {
            // What an interrupted run left behind.
            match fs::remove_file(&next) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&next)?;
            file.write_all(text)?;
            file.sync_all()?;
            fs::rename(&next, &self.path)?;
            sync_folder(&self.path)
        };
        write().with_context(|| format!("cannot write the master key {self}"))
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

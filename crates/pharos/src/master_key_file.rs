//! The master key's file: 64 hexadecimal digits beside the store, for its owner only.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use pharos_api::random::Random;
use pharos_service::master_key::{MASTER_KEY_BYTES, MasterKey};
use zeroize::Zeroizing;

/// Bits of a file's mode that let others than its owner at it.
const OTHERS: u32 = 0o077;

/// Where the master key of a store is: `pharos.db` has `pharos.db.master-key`.
pub(crate) fn path_for(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".master-key");
    PathBuf::from(name)
}

/// Reads the master key; makes one if there is none and `may_make` says that nothing is sealed yet.
pub(crate) fn open(path: &Path, may_make: bool, random: &dyn Random) -> Result<MasterKey> {
    match File::open(path) {
        Ok(file) => read(&file, path),
        Err(error) if error.kind() == ErrorKind::NotFound && may_make => make(path, random),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "the master key {} is gone, and the secrets in the store cannot be opened without it; \
             put it back",
            path.display()
        ),
        Err(error) => {
            Err(error).with_context(|| format!("cannot open the master key {}", path.display()))
        }
    }
}

fn read(file: &File, path: &Path) -> Result<MasterKey> {
    let shown = path.display();
    let mode = file
        .metadata()
        .with_context(|| format!("cannot look at {shown}"))?
        .permissions()
        .mode();
    if mode & OTHERS != 0 {
        bail!(
            "the master key {shown} can be read by others (mode {:04o}); run `chmod 600 {shown}`",
            mode & 0o7777
        );
    }
    // One digit more than there may be, so that a longer file is noticed.
    let mut text = Zeroizing::new(Vec::with_capacity(2 * MASTER_KEY_BYTES + 2));
    file.take(2 * MASTER_KEY_BYTES as u64 + 2)
        .read_to_end(&mut text)
        .with_context(|| format!("cannot read the master key {shown}"))?;
    let digits = text.strip_suffix(b"\n").unwrap_or(&text);
    match decode(digits) {
        Some(bytes) => Ok(MasterKey::new(&bytes)),
        None => bail!(
            "the master key {shown} should be {} hexadecimal digits",
            2 * MASTER_KEY_BYTES
        ),
    }
}

fn make(path: &Path, random: &dyn Random) -> Result<MasterKey> {
    let mut bytes = Zeroizing::new([0; MASTER_KEY_BYTES]);
    random.fill(bytes.as_mut());
    let mut text = Zeroizing::new(String::with_capacity(2 * MASTER_KEY_BYTES + 1));
    for byte in bytes.iter() {
        for nibble in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(nibble), 16));
        }
    }
    text.push('\n');
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot make the master key {}", path.display()))?;
    // On disk before anything is sealed under it.
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| sync_folder(path))
        .with_context(|| format!("cannot write the master key {}", path.display()))?;
    Ok(MasterKey::new(&bytes))
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn decode(digits: &[u8]) -> Option<Zeroizing<[u8; MASTER_KEY_BYTES]>> {
    if digits.len() != 2 * MASTER_KEY_BYTES {
        return None;
    }
    let value = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|v| u8::try_from(v).ok())
    };
    let mut bytes = Zeroizing::new([0; MASTER_KEY_BYTES]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some(bytes)
}

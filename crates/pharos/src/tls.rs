//! The TLS certificate's files: read at the start, on SIGHUP, and when they change.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use pharos_server::Tls;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;
use zeroize::Zeroizing;

use crate::configuration::TlsFiles;

/// How often the files are looked at: two calls of `stat`, which every system and file system has,
/// and which see a link that was turned to another file.
const LOOK_PERIOD: Duration = Duration::from_secs(3);

/// The largest file that is read, in bytes: a chain has a few certificates of 2 KB.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Bits of a key file's mode that let everybody at it. A group may read it, as `ssl-cert` does.
const EVERYBODY: u32 = 0o007;

/// The certificate in use, and where it came from.
pub(crate) struct Certificate {
    files: TlsFiles,
    tls: Arc<Tls>,
    /// What the files looked like before they were read the last time.
    seen: [Option<Looks>; 2],
}

/// What tells one version of a file from another.
#[derive(PartialEq, Eq)]
struct Looks {
    inode: (u64, u64),
    size: u64,
    modified: (i64, i64),
}

impl Certificate {
    /// Reads the files.
    pub(crate) fn open(files: TlsFiles) -> Result<Self> {
        let seen = look(&files);
        let (chain, key) = read(&files)?;
        let tls = Tls::new(&chain, &key).with_context(|| unusable(&files))?;
        Ok(Self {
            files,
            tls: Arc::new(tls),
            seen,
        })
    }

    /// What the server speaks with.
    pub(crate) fn tls(&self) -> Arc<Tls> {
        Arc::clone(&self.tls)
    }

    /// Reads the files again whenever there is reason to, for as long as the server runs. Files that
    /// cannot be used change nothing; they are one line of the log.
    pub(crate) fn keep_fresh(mut self) -> Result<impl Future<Output = ()>> {
        let mut hang_up = signal(SignalKind::hangup()).context("cannot wait for signals")?;
        Ok(async move {
            loop {
                let is_told = tokio::select! {
                    told = hang_up.recv() => told.is_some(),
                    () = sleep(LOOK_PERIOD) => false,
                };
                // Before they are read: what changes in between is seen the next time.
                let seen = look(&self.files);
                if !is_told && seen == self.seen {
                    continue;
                }
                self.seen = seen;
                match self.reload() {
                    Ok(()) => tracing::info!("the TLS certificate was read again"),
                    Err(error) => tracing::error!(
                        error = format!("{error:#}"),
                        "the TLS certificate could not be read again; the one before stays in use"
                    ),
                }
            }
        })
    }

    fn reload(&self) -> Result<()> {
        let (chain, key) = read(&self.files)?;
        let replaced = self.tls.replace(&chain, &key);
        replaced.with_context(|| unusable(&self.files))
    }
}

/// What stands in a file; wiped, for one holds a key.
type Contents = Zeroizing<Vec<u8>>;

fn look(files: &TlsFiles) -> [Option<Looks>; 2] {
    [&files.cert, &files.key].map(|path| {
        let metadata = fs::metadata(path).ok()?;
        Some(Looks {
            inode: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        })
    })
}

fn read(files: &TlsFiles) -> Result<(Contents, Contents)> {
    let (cert, key) = (&files.cert, &files.key);
    let cannot = |what, path: &Path| format!("cannot read the TLS {what} {}", path.display());
    let chain = File::open(cert).and_then(|file| contents(&file));
    let chain = chain.with_context(|| cannot("certificate", cert))?;
    let file = File::open(key).with_context(|| cannot("key", key))?;
    let metadata = file.metadata().with_context(|| cannot("key", key))?;
    let (mode, shown) = (metadata.permissions().mode(), key.display());
    if mode & EVERYBODY != 0 {
        bail!(
            "the TLS key {shown} can be read by everybody (mode {:04o}); run `chmod 600 {shown}`",
            mode & 0o7777
        );
    }
    let key = contents(&file).with_context(|| cannot("key", key))?;
    Ok((chain, key))
}

fn contents(file: &File) -> std::io::Result<Contents> {
    // As large as the file: a buffer that grows would leave copies behind.
    let size = file.metadata()?.len().min(FILE_BYTES_MAX);
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size + 1).unwrap_or(0)));
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unusable(files: &TlsFiles) -> String {
    let (cert, key) = (files.cert.display(), files.key.display());
    format!("the TLS certificate {cert} and its key {key} cannot be used")
}

//! From a store's stream into a file, and back. Both block: each wants a thread of its own.

use std::io::{Read, Write};

use pharos_api::time::Timestamp;
use pharos_store::archive::{Gone, Outgoing, Part};
use thiserror::Error;
use tokio::sync::mpsc;

use crate::header::Header;
use crate::read::{ReadError, Reader};
use crate::write::{Saved, WriteError, Writer};

/// Bytes of lines that are gathered into one part: small entries come in chunks, and large ones do not
/// fill the memory.
const PART_BYTES_MAX: usize = 1 << 20;

/// Why a stream did not become a backup.
#[derive(Debug, Error)]
pub enum SaveError {
    /// The stream has no end: the store failed, and knows why.
    #[error("the store broke off")]
    BrokenOff,
    /// The file.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Why a backup did not become a stream.
#[derive(Debug, Error)]
pub enum LoadError {
    /// Nobody receives any more: the store failed, and knows why.
    #[error("the store broke off")]
    Gone,
    /// The file.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<Gone> for LoadError {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

/// Writes a store's stream as a backup by this version of Pharos, and tells after each part the header
/// and how many entries there are so far.
pub fn save<W: Write>(
    mut parts: mpsc::Receiver<Part>,
    to: W,
    pharos: &str,
    created_time: Timestamp,
    mut progress: impl FnMut(&Header, u64),
) -> Result<(Header, Saved<W>), SaveError> {
    let Some(Part::Counts(counts)) = parts.blocking_recv() else {
        return Err(SaveError::BrokenOff);
    };
    let header = Header {
        pharos: pharos.to_owned(),
        created_time,
        counts,
    };
    let mut writer = Writer::new(to, &header)?;
    let mut written = 0;
    loop {
        match parts.blocking_recv() {
            Some(Part::Entries(entries)) => {
                for entry in entries {
                    writer.write(entry)?;
                    written += 1;
                }
                progress(&header, written);
            }
            Some(Part::End) => return Ok((header, writer.finish()?)),
            Some(Part::Counts(_)) | None => return Err(SaveError::BrokenOff),
        }
    }
}

/// Sends a backup as a store's stream, which ends only if the whole file was right, and tells after
/// each entry how many there are so far.
pub fn load<R: Read>(
    mut reader: Reader<R>,
    parts: mpsc::Sender<Part>,
    mut progress: impl FnMut(u64),
) -> Result<(), LoadError> {
    let mut out = Outgoing::blocking_begin(parts, reader.header().counts)?;
    let (mut read, mut gathered_bytes) = (0, 0);
    while let Some(entry) = reader.read()? {
        out.blocking_send(entry)?;
        read += 1;
        progress(read);
        gathered_bytes += reader.line_bytes();
        if gathered_bytes > PART_BYTES_MAX {
            out.blocking_flush()?;
            gathered_bytes = 0;
        }
    }
    Ok(out.blocking_end()?)
}

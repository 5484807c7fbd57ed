//! Writing a file.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use pharos_store::archive::{Check, Entry, Unsound};
use thiserror::Error;

use crate::checksum::Checksum;
use crate::header::Header;
use crate::line::Line;
use crate::{LINE_BYTES_MAX, end};

/// Makes a backup out of entries. One that was not finished has no end, and nobody reads it.
pub struct Writer<W: Write> {
    gzip: GzEncoder<Checksum<W>>,
    check: Check,
    entries: u64,
}

/// A backup that is whole.
pub struct Saved<W> {
    /// Where it was written to.
    pub to: W,
    /// How long it is, in bytes.
    pub bytes: u64,
}

/// Why a backup cannot be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// It cannot be written there.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The entries are not what a store sends, so that nobody would read them.
    #[error(transparent)]
    Unsound(#[from] Unsound),
    /// An entry is longer than [`LINE_BYTES_MAX`].
    #[error("line {line} would have {bytes} bytes, and a line may have {LINE_BYTES_MAX}")]
    TooLong {
        /// The line, from 1.
        line: u64,
        /// How long it would be.
        bytes: usize,
    },
}

impl<W: Write> Writer<W> {
    /// Begins a backup.
    pub fn new(to: W, header: &Header) -> Result<Self, WriteError> {
        let mut line = header.to_line().map_err(io::Error::from)?;
        line.push(b'\n');
        let mut gzip = GzEncoder::new(Checksum::new(to), Compression::default());
        gzip.write_all(&line)?;
        let check = Check::new(header.counts);
        let entries = 0;
        Ok(Self {
            gzip,
            check,
            entries,
        })
    }

    /// Writes the next entry, in the order of a store's stream.
    pub fn write(&mut self, entry: Entry) -> Result<(), WriteError> {
        self.check.entry(&entry)?;
        let mut line = serde_json::to_vec(&Line::from(entry)).map_err(io::Error::from)?;
        line.push(b'\n');
        if line.len() > LINE_BYTES_MAX {
            return Err(WriteError::TooLong {
                line: self.entries + 2,
                bytes: line.len(),
            });
        }
        self.gzip.write_all(&line)?;
        self.entries += 1;
        Ok(())
    }

    /// Ends the backup.
    pub fn finish(self) -> Result<Saved<W>, WriteError> {
        self.check.end()?;
        let mut to = self.gzip.finish()?;
        let end = end::member(self.entries, &to.digits());
        to.write_all(&end)?;
        to.flush()?;
        let bytes = to.bytes();
        let to = to.into_inner();
        Ok(Saved { to, bytes })
    }
}

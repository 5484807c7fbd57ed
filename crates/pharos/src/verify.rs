//! `pharos verify`, and how commands open a backup.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use pharos_backup::{Header, ReadError, Reader};

use crate::command_line::Verify;
use crate::progress::Progress;

/// Checks a backup from its first byte to its last, and says what it is.
pub(crate) fn run(arguments: &Verify) -> Result<()> {
    let mut reader = open(&arguments.file)?;
    let total = reader.header().counts.total();
    let progress = Progress::start("Verifying");
    let mut read = 0;
    while let Some(_entry) = reader
        .read()
        .map_err(|error| refused(&arguments.file, error))?
    {
        read += 1;
        progress.show(read, total);
    }
    drop(progress);
    report(reader.version(), reader.header());
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn report(version: u32, header: &Header) {
    let Header {
        pharos,
        created_time,
        counts,
    } = header;
    println!(
        "a backup of version {version}, written by Pharos {pharos} at {}",
        created_time.rfc3339()
    );
    println!("{counts}");
    println!("sound");
}

/// Opens a backup; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<Reader<Box<dyn Read>>> {
    let from: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        let file = File::open(path);
        Box::new(file.with_context(|| format!("cannot open {}", path.display()))?)
    };
    Reader::new(from).map_err(|error| refused(path, error))
}

/// Why a backup is not taken.
pub(crate) fn refused(path: &Path, error: ReadError) -> anyhow::Error {
    anyhow!(error).context(format!("{} cannot be used", path.display()))
}

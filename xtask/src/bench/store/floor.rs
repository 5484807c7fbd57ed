//! What the disk can do: as many bytes as a create has, appended and synced, again and again.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Bytes of a key pair and its audit row.
const RECORD: [u8; 600] = [0x5a; 600];

pub(super) fn appends(folder: &Path, time: Duration) -> Result<Vec<Duration>> {
    let mut file = File::create(folder.join("floor"))?;
    let end = Instant::now() + time;
    let mut durations = Vec::new();
    while Instant::now() < end {
        let begin = Instant::now();
        file.write_all(&RECORD)?;
        file.sync_all()?;
        durations.push(begin.elapsed());
    }
    Ok(durations)
}

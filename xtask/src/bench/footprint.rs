//! What Pharos costs before it is used: disk, time to start, memory.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use pharos_api::region::Region;

use super::report::Figure;
use super::sample::Sample;
use crate::server::{Binary, Server, Store};

/// Enough for a median that holds still and a worst case worth a look, within two seconds.
const STARTS: usize = 15;

/// How long a server rests before its memory is read: all that belongs to its start is over.
const REST: Duration = Duration::from_secs(1);

/// The aims (the project's first issue of features states them).
const BINARY_MEGABYTES_MAX: f64 = 20.0;
const START_MILLISECONDS_MAX: f64 = 100.0;
const IDLE_MEGABYTES_MAX: f64 = 30.0;

const NAME: &str = "bench";

pub(super) fn measure(binary: &Binary) -> Result<Vec<Figure>> {
    let store = Store::beside(binary)?;
    let (ready, asked) = idle_memory(binary, &store)?;
    let starts = starts(binary, &store)?;
    let first_answer = |part| format!("start to first answer, existing store, {part} of {STARTS}");
    Ok(vec![
        Figure::new("binary", "release binary", megabytes(binary.bytes()?), "MB")
            .at_most(BINARY_MEGABYTES_MAX),
        Figure::new(
            "start_median",
            first_answer("median"),
            starts.median(),
            "ms",
        )
        .at_most(START_MILLISECONDS_MAX),
        Figure::new("start_worst", first_answer("worst"), starts.worst(), "ms")
            .at_most(START_MILLISECONDS_MAX),
        Figure::new("memory_ready", "memory, never asked", ready, "MB").at_most(IDLE_MEGABYTES_MAX),
        Figure::new(
            "memory_asked",
            "memory, after CreateKeyPair in each region",
            asked,
            "MB",
        )
        .at_most(IDLE_MEGABYTES_MAX),
    ])
}

/// The memory of a server that was never asked, and after it made the first key pairs of the store.
fn idle_memory(binary: &Binary, store: &Store) -> Result<(f64, f64)> {
    let server = Server::start(binary, store)?;
    thread::sleep(REST);
    let ready = server.resident_bytes()?;
    for region in Region::ALL {
        server.create(*region, NAME)?;
    }
    thread::sleep(REST);
    Ok((megabytes(ready), megabytes(server.resident_bytes()?)))
}

/// How long it takes from nothing to the first answer of a server whose store is there already.
fn starts(binary: &Binary, store: &Store) -> Result<Sample> {
    let mut durations = Vec::with_capacity(STARTS);
    for region in Region::ALL.iter().cycle().take(STARTS) {
        let begin = Instant::now();
        let server = Server::start(binary, store)?;
        server.ask_for_taken(*region, NAME)?;
        durations.push(begin.elapsed());
    }
    Ok(Sample::new(&durations))
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52 bytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

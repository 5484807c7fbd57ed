//! CreateKeyPair at a steady 10 requests a second, with the library's own key generation as the
//! yardstick: both in one run and in turns, so that whatever else the machine does meets both.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use pharos_api::region::Region;
use pharos_keys::KeyType;

use super::processors::Others;
use super::report::Figure;
use super::sample::{Sample, count};
use crate::server::{Binary, Server, Store};

/// How often both take turns; with the size below a run of a little over two minutes.
const ROUNDS: usize = 6;

/// Requests, or keys, in one turn: ten seconds of them.
const TURN: usize = 100;

/// From one request to the next: 10 a second, half of what one account and region may.
const INTERVAL: Duration = Duration::from_millis(100);

/// Threads that send, or make keys. At 10 a second, 16 are busy only when each takes 1.6 seconds; what
/// then waits for a thread is late, and counted so.
const CALLERS: usize = 16;

/// Requests that make no key: they show what a request costs without one.
const REFUSALS: usize = 100;

/// What CreateKeyPair may cost beside its key, at the median (the aim that the issue states).
const OVERHEAD_MILLISECONDS_MAX: f64 = 5.0;

pub(super) fn measure(binary: &Binary) -> Result<Vec<Figure>> {
    let store = Store::beside(binary)?;
    let server = Server::start(binary, &store)?;
    let others = Others::beside(server.process())?;
    let (mut created, mut generated) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        created.extend(create_steadily(&server, round * TURN)?);
        generated.extend(generate_steadily()?);
    }
    let others = others.processors()?;
    let in_generator = server.generator_time()?.as_secs_f64() * 1000.0;
    let refused = Sample::new(&ask_for_taken(&server)?);
    let mut figures = figures(
        &Sample::new(&created),
        in_generator,
        &Sample::new(&generated),
        &refused,
    );
    figures.push(Figure::new(
        "others",
        "processors that other work kept busy meanwhile",
        others,
        "",
    ));
    Ok(figures)
}

/// How long a key takes is chance, and by far the most of a request: the difference of two medians is
/// known to some milliseconds only. What the same requests took beside the processor time of their own
/// keys is free of that chance.
fn figures(
    created: &Sample,
    in_generator: f64,
    generated: &Sample,
    refused: &Sample,
) -> Vec<Figure> {
    let uncertainty = created
        .median_uncertainty()
        .hypot(generated.median_uncertainty());
    vec![
        Figure::new(
            "create_ratio",
            "CreateKeyPair / library, median",
            created.median() / generated.median(),
            "x",
        ),
        Figure::new(
            "create_over_library",
            "CreateKeyPair - library, median",
            created.median() - generated.median(),
            "ms",
        )
        .at_most(OVERHEAD_MILLISECONDS_MAX),
        Figure::new(
            "create_over_library_uncertainty",
            "  known to ± (19 times of 20)",
            uncertainty,
            "ms",
        ),
        Figure::new(
            "create_beside_key_mean",
            "CreateKeyPair beside its key's processor time, mean",
            created.mean() - in_generator / count(created.count()),
            "ms",
        ),
        Figure::new(
            "refused_median",
            "a request that is refused before a key is made, median",
            refused.median(),
            "ms",
        ),
        Figure::new(
            "create_p50",
            "CreateKeyPair, 10 requests a second, p50",
            created.median(),
            "ms",
        ),
        Figure::new("create_p90", "  p90", created.quantile(0.9), "ms"),
        Figure::new("create_p99", "  p99", created.quantile(0.99), "ms"),
        Figure::new("create_mean", "  mean", created.mean(), "ms"),
        Figure::new("create_count", "  requests", count(created.count()), ""),
        Figure::new(
            "library_p50",
            "library, 10 keys a second, p50",
            generated.median(),
            "ms",
        ),
        Figure::new("library_p90", "  p90", generated.quantile(0.9), "ms"),
        Figure::new("library_p99", "  p99", generated.quantile(0.99), "ms"),
        Figure::new("library_mean", "  mean", generated.mean(), "ms"),
        Figure::new("library_count", "  keys", count(generated.count()), ""),
    ]
}

/// One turn of the server.
fn create_steadily(server: &Server, first: usize) -> Result<Vec<Duration>> {
    steadily(|index| server.create(region(first + index)?, &name(first + index)))
}

/// One turn of the library, at the same pace: a processor that pauses between keys is slower at each
/// than one that makes them back to back, and that is not the server's doing.
fn generate_steadily() -> Result<Vec<Duration>> {
    steadily(|_| {
        let key_pair = pharos_keys::Generator::library().generate(KeyType::Rsa2048, &|| true)?;
        drop(key_pair);
        Ok(())
    })
}

/// Does the work at fixed times, whatever became of the work before; each time is from when it was
/// due, so that what falls behind cannot hide it by being asked less.
fn steadily(work: impl Fn(usize) -> Result<()> + Sync) -> Result<Vec<Duration>> {
    let begin = Instant::now();
    let next = AtomicUsize::new(0);
    let call = || -> Result<Vec<Duration>> {
        let mut durations = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= TURN {
                return Ok(durations);
            }
            let due = begin + INTERVAL.mul_f64(count(index));
            thread::sleep(due.saturating_duration_since(Instant::now()));
            work(index)?;
            durations.push(due.elapsed());
        }
    };
    thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(call)).collect();
        let mut durations = Vec::with_capacity(TURN);
        for caller in callers {
            durations.extend(caller.join().map_err(|_| anyhow!("a caller panicked"))??);
        }
        Ok(durations)
    })
}

/// Asks for names that [`create_steadily`] took, at the same rate.
fn ask_for_taken(server: &Server) -> Result<Vec<Duration>> {
    (0..REFUSALS)
        .map(|index| {
            thread::sleep(INTERVAL / 2);
            let begin = Instant::now();
            server.ask_for_taken(region(index)?, &name(index))?;
            Ok(begin.elapsed())
        })
        .collect()
}

/// Every region in turn: none gets near its rate limit.
fn region(index: usize) -> Result<Region> {
    Region::ALL
        .get(index % Region::ALL.len())
        .copied()
        .ok_or_else(|| anyhow!("there are no regions"))
}

fn name(index: usize) -> String {
    format!("bench_{index}")
}

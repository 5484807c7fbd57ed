//! The paths of our generator.

use std::time::Duration;

use anyhow::{Context, Result};
use pharos_keys::measure::{DECISION_ROUNDS, Decisions, FilterTests};
use pharos_keys::{Generator, KeyType, Method, Path};

use super::super::processor_time;
use super::candidate::{Candidate, FEW, LeftOut, MANY, Make, in_process, on_demand};

/// What the parts of a key cost on a path, measured alone.
pub(super) struct Costs {
    /// Telling of one candidate that it is composite.
    pub(super) filter_test: Duration,
    /// One round of the library's decision, on one prime.
    pub(super) decision_round: Duration,
    /// Candidates with a prime factor up to this never reach the filter's test.
    pub(super) largest_divisor: f64,
}

/// How often a part is done in a row for one measurement, and how many measurements there are: the median
/// is what it costs.
const IN_A_ROW: u32 = 20;
const MEASUREMENTS: usize = 25;

/// The generator with this path, if the machine has it.
fn generator(path: Path) -> Option<Result<Generator>> {
    Some(Generator::with_path(path)?.map_err(Into::into))
}

/// What the parts of a key cost on this path; `None` where they are not ours.
pub(super) fn costs(path: Path) -> Result<Option<Costs>> {
    let Some(tests) = FilterTests::new(path) else {
        return Ok(None);
    };
    let decisions = Decisions::default();
    let width = u32::try_from(tests.width())?;
    let rounds = u32::try_from(2 * DECISION_ROUNDS)?;
    Ok(Some(Costs {
        filter_test: median(|| Ok(tests.run()?))? / width,
        decision_round: median(|| Ok(decisions.run()?))? / rounds,
        largest_divisor: f64::from(tests.trial_division_end()),
    }))
}

fn median(part: impl Fn() -> Result<()>) -> Result<Duration> {
    let mut measurements = Vec::new();
    for _ in 0..MEASUREMENTS {
        let before = processor_time::of_this_process()?;
        for _ in 0..IN_A_ROW {
            part()?;
        }
        let after = processor_time::of_this_process()?;
        measurements.push(after.saturating_sub(before) / IN_A_ROW);
    }
    measurements.sort_unstable();
    let median = measurements.get(MEASUREMENTS / 2).copied();
    median.context("nothing was measured")
}

/// What a server takes unless it is told otherwise.
pub(super) fn default_path() -> Result<Path> {
    Ok(Generator::new(Method::default())?.path())
}

/// That, back to back.
pub(super) fn in_a_stream() -> Result<Candidate> {
    let generator = Generator::new(Method::default())?;
    let title = format!("Pharos, {}, back to back", generator.path().name());
    let keys_per_turn = keys_per_turn(generator.path());
    let make = making(generator);
    Ok(Candidate::ours(
        "pharos".to_owned(),
        title,
        keys_per_turn,
        make,
    ))
}

/// Every path, back to back and on demand. This machine's own has no name but ours.
pub(super) fn candidates() -> Vec<Result<Candidate, LeftOut>> {
    let default = default_path().ok();
    let of_path = |path: &Path| {
        let is_default = default == Some(*path);
        let name = if is_default {
            "pharos".to_owned()
        } else {
            format!("pharos-{}", path.name())
        };
        [false, true].map(|is_on_demand| candidate(&name, *path, is_on_demand))
    };
    let mut all: Vec<_> = Path::ALL.iter().flat_map(of_path).collect();
    if let Some(default) = default {
        let reason = "it is the path of this machine, `pharos`";
        let name = format!("pharos-{}", default.name());
        all.push(Err(LeftOut::new(name, reason)));
    }
    all
}

fn candidate(name: &str, path: Path, is_on_demand: bool) -> Result<Candidate, LeftOut> {
    let (name, pace) = if is_on_demand {
        (format!("{name}-on-demand"), "on demand")
    } else {
        (name.to_owned(), "back to back")
    };
    let generator = match generator(path) {
        Some(Ok(generator)) => generator,
        Some(Err(error)) => return Err(LeftOut::new(name, error.to_string())),
        None => {
            return Err(LeftOut::new(
                name,
                "the generator has no such path on this machine",
            ));
        }
    };
    let title = format!("Pharos, {}, {pace}", path.name());
    let make = making(generator);
    let make = if is_on_demand { on_demand(make) } else { make };
    Ok(Candidate::ours(name, title, keys_per_turn(path), make))
}

fn keys_per_turn(path: Path) -> u32 {
    match path {
        Path::Avx512Ifma | Path::Avx2 | Path::Portable => MANY,
        Path::Library => FEW,
    }
}

fn making(generator: Generator) -> Make {
    in_process(move || {
        drop(generator.generate(KeyType::Rsa2048, &|| true)?);
        Ok(())
    })
}

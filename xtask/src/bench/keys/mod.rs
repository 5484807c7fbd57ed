//! What an RSA key pair of 2048 bits costs, beside what users would otherwise pick: processor time, on one
//! processor, in rounds of one run, so that whatever else the machine does meets all.

mod aims;
mod candidate;
mod document;
mod libraries;
mod limit;
mod ours;
mod programs;
mod python;
mod results;

use std::time::Duration;

use anyhow::{Context, Result};

use super::pinned::{self, SERVER};
use super::sample::Sample;
use candidate::{Candidate, LeftOut};
pub(super) use results::Keys;
use results::Measured;

/// How often every candidate takes its turn: a run of some eight minutes, after which the mean of the
/// slowest is known to 5 %.
pub(super) const ROUNDS: u32 = 20;

pub(super) fn measure(rounds: u32) -> Result<Keys> {
    // A program and an interpreter may use the processors that whoever starts them may.
    pinned::to(SERVER, || measure_here(rounds))
}

fn measure_here(rounds: u32) -> Result<Keys> {
    let (mut candidates, mut left_out) = (Vec::new(), Vec::new());
    for candidate in candidates_of_this_machine() {
        match candidate {
            Ok(candidate) => candidates.push(candidate),
            Err(reason) => left_out.push(reason),
        }
    }
    let path = ours::default_path()?;
    let costs = ours::costs(path)?;
    if costs.is_none() {
        let reason = "the generator does not tell what its parts cost";
        left_out.push(LeftOut::new("limit", reason));
    }
    for reason in &left_out {
        eprintln!("keys: {reason}");
    }
    let measured = take_turns(&mut candidates, rounds)?;
    Ok(Keys::new(path, costs.as_ref(), measured, left_out))
}

/// Keys a second that one core makes on this machine's path, back to back, known from so many.
pub(super) fn per_second(keys: usize) -> Result<f64> {
    let mut ours = ours::in_a_stream()?;
    let times = pinned::to(SERVER, || {
        (0..keys).map(|_| ours.make()).collect::<Result<Vec<_>>>()
    })?;
    Ok(1000.0 / Sample::new(&times).mean())
}

fn candidates_of_this_machine() -> Vec<Result<Candidate, LeftOut>> {
    let mut all = ours::candidates();
    all.extend(programs::candidates());
    all.extend(libraries::candidates());
    all.push(python::candidate());
    all
}

/// One behind the other, again and again. The first key of each is not counted: it is what loads code.
fn take_turns(candidates: &mut [Candidate], rounds: u32) -> Result<Vec<Measured>> {
    let mut times = vec![Vec::<Duration>::new(); candidates.len()];
    for candidate in &mut *candidates {
        candidate.make()?;
    }
    for _ in 0..rounds {
        for (candidate, times) in candidates.iter_mut().zip(&mut times) {
            for _ in 0..candidate.keys_per_turn {
                let made = candidate.make();
                times.push(made.with_context(|| format!("{} makes no key", candidate.name))?);
            }
        }
    }
    let measured = candidates.iter().zip(times);
    Ok(measured
        .map(|(candidate, times)| Measured::new(candidate, &times))
        .collect())
}

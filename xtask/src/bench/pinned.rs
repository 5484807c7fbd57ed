//! Which processor a process may use: the servers one, the generator another, so that neither takes from
//! the other and each server has exactly one.

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The processor of the servers, by its place among those that this process may use.
pub(super) const SERVER: usize = 0;

/// The processor of the load generator; the servers' own where there is no other.
pub(super) const GENERATOR: usize = 1;

/// Has `start` start a process that may use this processor only: a child inherits what its parent may
/// use.
pub(super) fn to<T>(place: usize, start: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = sched_getaffinity(None).context("cannot tell the processors")?;
    let usable: Vec<_> = (0..CpuSet::MAX_CPU)
        .filter(|cpu| before.is_set(*cpu))
        .collect();
    let one = usable.get(place).or(usable.first());
    let mut wanted = CpuSet::new();
    wanted.set(*one.context("there are no processors")?);
    sched_setaffinity(None, &wanted).context("cannot choose a processor")?;
    let started = start();
    sched_setaffinity(None, &before).context("cannot take the other processors back")?;
    started
}

//! How much of the machine somebody else used during a measurement.

use std::fs;
use std::process;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// What Linux counts processor time in, towards programs: 100 a second on every architecture we build for.
const TICK_MILLISECONDS: u64 = 10;

/// `/proc/stat` counts user, nice, system, idle, waiting for disks, and five more kinds.
const IDLE_KINDS: [usize; 2] = [3, 4];

/// `/proc/PID/stat` has 11 fields between the command's name and the two that are processor time.
const FIELDS_BEFORE_TIME: usize = 11;

/// The processors since some moment, this process and one other aside.
pub(super) struct Others {
    process: u32,
    begin: Instant,
    before: Duration,
}

impl Others {
    pub(super) fn beside(process: u32) -> Result<Self> {
        Ok(Self {
            process,
            begin: Instant::now(),
            before: used_by_others(process)?,
        })
    }

    /// How long it is since that moment.
    pub(super) fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    /// How many processors others kept busy, on average.
    pub(super) fn processors(&self) -> Result<f64> {
        let used = used_by_others(self.process)?.saturating_sub(self.before);
        Ok(used.as_secs_f64() / self.begin.elapsed().as_secs_f64())
    }
}

fn used_by_others(process: u32) -> Result<Duration> {
    let all = busy(&fs::read_to_string("/proc/stat")?).context("/proc/stat is not as expected")?;
    Ok(all.saturating_sub(used_by(process)? + used_by(process::id())?))
}

/// The processor time that a process has used so far.
pub(super) fn used_by(process: u32) -> Result<Duration> {
    let path = format!("/proc/{process}/stat");
    time_of_process(&fs::read_to_string(&path)?)
        .with_context(|| format!("{path} is not as expected"))
}

fn busy(stat: &str) -> Option<Duration> {
    let kinds = stat
        .lines()
        .next()?
        .strip_prefix("cpu ")?
        .split_whitespace();
    // Guests are counted as user time already.
    ticks(
        kinds
            .take(8)
            .enumerate()
            .filter_map(|(index, ticks)| (!IDLE_KINDS.contains(&index)).then_some(ticks)),
    )
}

fn time_of_process(stat: &str) -> Option<Duration> {
    // The name is in brackets, and may hold brackets and spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    ticks(fields.split_whitespace().skip(FIELDS_BEFORE_TIME).take(2))
}

fn ticks<'a>(fields: impl Iterator<Item = &'a str>) -> Option<Duration> {
    let numbers: Option<Vec<u64>> = fields.map(|field| field.parse().ok()).collect();
    let ticks: u64 = numbers?.iter().sum();
    Some(Duration::from_millis(ticks * TICK_MILLISECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_linux_writes_them() {
        let stat = "cpu  1 2 4 1000 1000 8 16 32 64 128\ncpu0 1\n";
        assert_eq!(busy(stat), Some(Duration::from_millis(630)));
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194304 84 0 0 0 5 6 100 100 20 0";
        assert_eq!(time_of_process(stat), Some(Duration::from_millis(110)));
        assert_eq!((busy(""), time_of_process("")), (None, None));
    }
}

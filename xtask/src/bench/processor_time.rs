//! Processor time as exactly as Linux tells it: what others do meanwhile does not count.

use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use rustix::time::{ClockId, clock_gettime};

/// What this process has used so far, all its threads together.
pub(super) fn of_this_process() -> Result<Duration> {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).context("the clock of this process went wrong")
}

/// What the children that ended and were waited for have used, for themselves and in the system.
pub(super) fn of_ended_children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}

fn duration(time: TimeVal) -> Result<Duration> {
    let seconds = Duration::from_secs(time.tv_sec().try_into()?);
    Ok(seconds + Duration::from_micros(time.tv_usec().try_into()?))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_child_counts_with_all_it_used_once_it_was_waited_for() {
        let before = of_ended_children().unwrap();
        let script = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; times";
        let output = Command::new("sh").args(["-c", script]).output().unwrap();
        // `0m0.25s 0m0.00s`: the shell's own user time first.
        let told = String::from_utf8(output.stdout).unwrap();
        let (_, seconds) = told.split_once("0m").unwrap();
        let (seconds, _) = seconds.split_once('s').unwrap();
        let told = Duration::from_secs_f64(seconds.parse().unwrap());
        // It is told in ticks of the clock.
        let tick = Duration::from_millis(10);
        assert!(of_ended_children().unwrap() + tick >= before + told);
    }

    #[test]
    fn work_counts_as_this_process_time() {
        let before = of_this_process().unwrap();
        std::hint::black_box((0..10_000).map(std::hint::black_box).sum::<u64>());
        assert!(of_this_process().unwrap() > before);
    }
}

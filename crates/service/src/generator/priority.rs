//! The scheduling priority of a generator thread.

use std::io;

/// How much is added to the niceness that the process has: a thread of the server that wants the same core
/// gets three quarters of it. More would leave keys to wait for whatever else runs on the machine: beside
/// one busy process, 10 made a key of 5 ms take 100. The system makes 19 of what would be more.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// Lowers the priority of the thread that calls it: whoever waits for a key waits, and nobody else with them.
#[cfg(target_os = "linux")]
pub(super) fn lower() -> io::Result<()> {
    use rustix::process::{getpriority_process, setpriority_process};

    // POSIX has a priority for each process; Linux has one for each thread, under the thread's id.
    let thread = rustix::thread::gettid();
    let niceness = getpriority_process(Some(thread))?;
    setpriority_process(Some(thread), niceness + NICENESS)?;
    Ok(())
}

/// Elsewhere a thread cannot have another priority than its process.
#[cfg(not(target_os = "linux"))]
pub(super) fn lower() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::thread;

    /// The niceness of the thread that calls it.
    pub(crate) fn niceness() -> i32 {
        rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap()
    }

    /// What a lowered thread has beside one of this niceness.
    pub(crate) fn lowered(niceness: i32) -> i32 {
        (niceness + NICENESS).min(19)
    }

    #[test]
    fn only_the_thread_that_asks_for_it_has_a_lower_priority() {
        let before = niceness();
        let other = thread::spawn(|| {
            lower().unwrap();
            niceness()
        });
        assert_eq!(other.join().unwrap(), lowered(before));
        assert_eq!(niceness(), before);
    }
}

//! Something that makes key pairs, or why it is not at hand.

use std::fmt;
use std::hint::black_box;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::super::processor_time;

/// Keys in one turn of what takes some milliseconds for each.
pub(super) const MANY: u32 = 150;

/// Keys in one turn of what takes some ten or a hundred.
pub(super) const FEW: u32 = 15;

/// How long nothing happens before a key on demand: a processor sleeps then.
const PAUSE: Duration = Duration::from_millis(5);

/// What is written over before a key on demand: more than the caches that belong to one core.
const CACHED_BYTES: usize = 8 * 1024 * 1024;

/// What a cache moves at once.
const CACHE_LINE_BYTES: usize = 64;

/// Makes a key pair of RSA with 2048 bits, its private key written, and answers the processor time of it.
pub(super) type Make = Box<dyn FnMut() -> Result<Duration>>;

pub(super) struct Candidate {
    /// How programs know it.
    pub(super) name: String,
    /// What exactly it is, for people.
    pub(super) title: String,
    /// Whether it is a path of our generator.
    pub(super) is_ours: bool,
    pub(super) keys_per_turn: u32,
    make: Make,
}

impl Candidate {
    /// What users would otherwise pick.
    pub(super) fn other(name: &str, title: impl Into<String>, make: Make) -> Self {
        Self {
            name: name.to_owned(),
            title: title.into(),
            is_ours: false,
            keys_per_turn: FEW,
            make,
        }
    }

    /// A path of our generator.
    pub(super) fn ours(name: String, title: String, keys_per_turn: u32, make: Make) -> Self {
        Self {
            name,
            title,
            is_ours: true,
            keys_per_turn,
            make,
        }
    }

    pub(super) fn make(&mut self) -> Result<Duration> {
        (self.make)()
    }
}

/// What is not measured.
pub(super) struct LeftOut {
    pub(super) name: String,
    pub(super) reason: String,
}

impl LeftOut {
    pub(super) fn new(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is left out: {}", self.name, self.reason)
    }
}

/// Work of this process, timed.
pub(super) fn in_process(mut work: impl FnMut() -> Result<()> + 'static) -> Make {
    Box::new(move || {
        let before = processor_time::of_this_process()?;
        work()?;
        Ok(processor_time::of_this_process()?.saturating_sub(before))
    })
}

/// The same, each time as a request finds it that comes after a while: the processor slept, and its caches
/// hold something else.
pub(super) fn on_demand(mut make: Make) -> Make {
    let mut something_else = vec![0_u8; CACHED_BYTES];
    Box::new(move || {
        thread::sleep(PAUSE);
        for byte in something_else.iter_mut().step_by(CACHE_LINE_BYTES) {
            *byte = byte.wrapping_add(1);
        }
        black_box(&mut something_else);
        make()
    })
}

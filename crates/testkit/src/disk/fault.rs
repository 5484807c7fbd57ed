//! What a disk does wrong, and when.

use std::ffi::c_int;

/// What SQLite asks of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Opens it, or makes it.
    Open,
    /// Reads some bytes.
    Read,
    /// Writes some bytes.
    Write,
    /// Cuts it.
    Truncate,
    /// Makes durable what was written.
    Sync,
    /// Removes it.
    Delete,
    /// Takes a lock on it, or one in the shared memory of its WAL.
    Lock,
}

impl Call {
    /// How many there are: the last, and those before it.
    pub(super) const COUNT: usize = Self::Lock as usize + 1;
}

/// What becomes of a call. The codes are SQLite's: `SQLITE_FULL`, `SQLITE_IOERR_FSYNC`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is not done, and answers with this code.
    Fails(c_int),
    /// The same; but of a write, the first half is done.
    FailsHalfDone(c_int),
    /// The same; but a write is done.
    FailsDone(c_int),
    /// A read gets every bit flipped.
    Garbled,
    /// Nothing is wrong.
    None,
}

impl Effect {
    /// What the call answers instead of its own code.
    pub(super) fn failure(self) -> Option<c_int> {
        match self {
            Self::Fails(code) | Self::FailsHalfDone(code) | Self::FailsDone(code) => Some(code),
            Self::Garbled | Self::None => None,
        }
    }
}

/// What goes wrong, from when until when.
#[derive(Clone, Debug)]
pub struct Fault {
    call: Call,
    effect: Effect,
    file: Option<&'static str>,
    /// How many such calls are let through first.
    spared: usize,
    lasts: bool,
    harmed: usize,
}

impl Fault {
    /// Every such call from now on.
    pub fn every(call: Call, effect: Effect) -> Self {
        Self {
            call,
            effect,
            file: None,
            spared: 0,
            lasts: true,
            harmed: 0,
        }
    }

    /// The `n`-th such call from now, counted from 0, and no other.
    pub fn nth(n: usize, call: Call, effect: Effect) -> Self {
        Self {
            spared: n,
            lasts: false,
            ..Self::every(call, effect)
        }
    }

    /// Only calls on the file of this name.
    #[must_use]
    pub fn on(self, file: &'static str) -> Self {
        Self {
            file: Some(file),
            ..self
        }
    }

    /// What becomes of this call.
    pub(super) fn meet(&mut self, file: &str, call: Call) -> Effect {
        if self.call != call || self.file.is_some_and(|only| only != file) {
            return Effect::None;
        }
        if self.spared > 0 {
            self.spared -= 1;
            return Effect::None;
        }
        if self.harmed > 0 && !self.lasts {
            return Effect::None;
        }
        self.harmed += 1;
        self.effect
    }

    /// How many calls it has harmed.
    pub(super) fn harmed(&self) -> usize {
        self.harmed
    }
}

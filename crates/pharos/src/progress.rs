//! How far a long command is, and what it has done.

use std::fmt::Display;
use std::io::{self, IsTerminal};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error, where a person can see it. It is gone when it is dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    since: Instant,
}

impl Progress {
    /// Starts one of so many steps.
    pub(crate) fn start(what: &'static str) -> Self {
        let target = if io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template(
            "{msg} {wide_bar} {human_pos} of {human_len} entries, {eta} left",
        );
        let bar = ProgressBar::with_draw_target(None, target)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(what);
        Self {
            bar,
            since: Instant::now(),
        }
    }

    /// So many of so many are done.
    pub(crate) fn show(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    /// Says in one line on standard error what was done, how long it took, and how much it was.
    pub(crate) fn finish(self, done: impl Display, much: impl Display) {
        let seconds = self.since.elapsed().as_secs_f64();
        drop(self);
        #[expect(clippy::print_stderr, reason = "what was done, beside the data")]
        {
            eprintln!("{done} in {seconds:.1} s: {much}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

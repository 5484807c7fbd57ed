//! Plots, drawn as SVG: two kinds, as much of each as docs/performance.md needs.

mod bars;
mod lines;
mod scale;
mod svg;

pub(super) use bars::{Bar, bars};
pub(super) use lines::{Line, lines};

/// What a plot says in words.
pub(super) struct Words<'a> {
    /// Over the plot.
    pub(super) title: &'a str,
    /// For who cannot see it.
    pub(super) description: &'a str,
}

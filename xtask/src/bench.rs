//! Measurements.

use anyhow::Result;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments) -> Result<()> {
    anyhow::bail!("nothing to measure")
}

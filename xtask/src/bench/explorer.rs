//! The first load of the API Explorer, in a browser.

use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::report::Figure;
use super::sample::{Sample, count};
use crate::conformance;
use crate::repository;
use crate::server::{Binary, Server, Store};
use crate::tools::{self, Tool};

/// Opens pages in a browser, and says when each could be used.
const PROGRAM: &str = include_str!("explorer.py");

/// How often each page is opened.
const LOADS: usize = 20;

/// The way in, and the page of an action with a long reply, each with the name of its figures.
const PAGES: [(&str, &str); 2] = [
    ("explorer_home", "/explorer"),
    (
        "explorer_action",
        "/explorer/lighthouse/2020-03-24/DescribeInstances",
    ),
];

/// The aims (the issue on the explorer states them).
const MILLISECONDS_MAX: f64 = 500.0;
const KILOBYTES_MAX: f64 = 250.0;

/// What one page took.
#[derive(Deserialize)]
struct Loads {
    /// Each load, from the address to a page that can be used.
    milliseconds: Vec<f64>,
    /// Compressed, with the modules that are fetched when there is time.
    bytes: usize,
}

/// Figures; none where there is no browser, and it says why.
pub(super) fn measure(binary: &Binary) -> Result<Vec<Figure>> {
    let python = conformance::PYTHON.provide();
    let (python, chromium) = match (python, tools::provide(Tool::CHROMIUM)) {
        (Ok(python), Ok(chromium)) => (python, chromium),
        (Err(reason), _) | (_, Err(reason)) => {
            eprintln!("explorer: left out: {reason}");
            return Ok(Vec::new());
        }
    };
    let server = Server::start(binary, &Store::beside(binary)?)?;
    let mut command = Command::new(python);
    command.args(["-c", PROGRAM]).arg(chromium);
    command.arg(format!("http://{}", server.address()?));
    command
        .arg(LOADS.to_string())
        .args(PAGES.map(|(_, path)| path));
    let pages: Vec<Loads> = serde_json::from_str(&repository::output(&mut command)?)
        .context("the browser's figures")?;
    let mut figures = Vec::new();
    for ((name, path), loads) in PAGES.into_iter().zip(pages) {
        let sample = Sample::of_milliseconds(&loads.milliseconds);
        let title = |part| format!("{path}, first load to usable, {part} of {LOADS}");
        figures.extend([
            Figure::new(
                format!("{name}_median"),
                title("median"),
                sample.median(),
                "ms",
            )
            .at_most(MILLISECONDS_MAX),
            Figure::new(
                format!("{name}_worst"),
                title("worst"),
                sample.worst(),
                "ms",
            )
            .at_most(MILLISECONDS_MAX),
            Figure::new(
                format!("{name}_size"),
                format!("{path}, all that is fetched, compressed"),
                count(loads.bytes) / 1000.0,
                "KB",
            )
            .at_most(KILOBYTES_MAX),
        ]);
    }
    Ok(figures)
}

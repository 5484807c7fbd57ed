//! `cargo xtask bench`: figures, each with its aim beside it. Nothing here is a test: a figure over its
//! aim is printed as that, and the run still succeeds.

mod create;
mod describe;
mod footprint;
pub(crate) mod http;
mod machine;
mod pinned;
mod processors;
mod protocol;
mod report;
mod sample;
mod store;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::repository;
use crate::server::Binary;
use machine::Machine;
use report::Report;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What is measured; everything unless it is said
    what: Option<What>,

    /// Print one line of JSON and nothing else
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// The binary's size, the time to the first answer, the memory at rest
    Footprint,
    /// CreateKeyPair at 10 requests a second, beside the library's own key generation
    Create,
    /// One signature verified, beside bare hashing
    Protocol,
    /// Signed requests over HTTP, beside a bare hyper server
    Http,
    /// Durable CreateKeyPair transactions on each store, beside synced appends and pgbench
    Store,
    /// DescribeKeyPairs of one account, the more key pairs others have
    Describe,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if cfg!(debug_assertions) {
        return run_in_release(arguments);
    }
    let machine = Machine::describe()?;
    let wanted = |what| arguments.what.is_none_or(|wanted| wanted == what);
    let mut report = Report::new(machine);
    if wanted(What::Protocol) {
        eprintln!("protocol: a few seconds");
        report.add(protocol::measure()?);
    }
    if wanted(What::Http) {
        eprintln!("http: a little over half a minute");
        report.add(http::measure(&Binary::build()?)?);
    }
    if wanted(What::Store) {
        eprintln!("store: about five minutes");
        report.add(store::measure(&Binary::build()?)?);
    }
    if wanted(What::Describe) {
        eprintln!("describe: some four minutes");
        report.add(describe::measure(&Binary::build()?)?);
    }
    if wanted(What::Footprint) {
        eprintln!("footprint: a few seconds");
        report.add(footprint::measure(&Binary::build()?)?);
    }
    if wanted(What::Create) {
        eprintln!("create: a little over two minutes");
        report.add(create::measure(&Binary::build()?)?);
    }
    if arguments.json {
        println!("{}", report.json());
    } else {
        print!("{report}");
    }
    Ok(())
}

/// Runs this command again, built as the server is: the yardstick and the client that is timed live in
/// this process, and the development profile leaves the workspace's own crates unoptimised.
fn run_in_release(arguments: &Arguments) -> Result<()> {
    let mut command = repository::cargo();
    command.args(["run", "--quiet", "--release", "--package", "xtask", "--"]);
    command.arg("bench");
    if let Some(what) = arguments.what.and_then(|what| what.to_possible_value()) {
        command.arg(what.get_name());
    }
    if arguments.json {
        command.arg("--json");
    }
    repository::run(&mut command)
}

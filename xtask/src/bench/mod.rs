//! `cargo xtask bench`: figures, each with its aim beside it. Nothing here is a test: a figure over its
//! aim is printed as that, and the run still succeeds.

mod chart;
mod create;
mod describe;
mod document;
mod explorer;
mod footprint;
pub(crate) mod http;
mod keys;
mod machine;
mod peers;
mod pinned;
mod processor_time;
mod processors;
mod protocol;
mod report;
mod sample;
mod store;

use std::env;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::repository;
use crate::server::Binary;
use report::{Report, Run};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What is measured; everything unless it is said
    what: Option<What>,

    /// Print one line of JSON and nothing else
    #[arg(long)]
    json: bool,

    /// Write what was measured, and its plot, into docs/performance.md; for `keys` and `create`
    #[arg(long)]
    write: bool,

    /// How often every maker of keys takes its turn; for `keys`
    #[arg(long, default_value_t = keys::ROUNDS, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Measure the crate `openssl` too, which takes minutes to build; for `keys`
    #[arg(long)]
    openssl_crate: bool,

    /// How long each rate of requests is kept up, in seconds; for `create`
    #[arg(
        long,
        default_value_t = create::TURN_SECONDS,
        value_parser = clap::value_parser!(u32).range(1..=create::TURN_SECONDS_MAX.into())
    )]
    seconds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// The binary's size, the time to the first answer, the memory at rest
    Footprint,
    /// An RSA key pair, beside what users would otherwise pick
    Keys,
    /// CreateKeyPair over HTTP at rising rates, beside the same on `moto`
    Create,
    /// One signature verified, beside bare hashing
    Protocol,
    /// Signed requests over HTTP, beside a bare hyper server
    Http,
    /// Durable CreateKeyPair transactions on each store, beside synced appends and pgbench
    Store,
    /// DescribeKeyPairs of one account, the more key pairs others have
    Describe,
    /// The first load of the API Explorer, in a browser
    Explorer,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if cfg!(debug_assertions) {
        return run_in_release(arguments);
    }
    let wanted = |what| arguments.what.is_none_or(|wanted| wanted == what);
    let mut report = Report::new(Run::describe()?);
    if wanted(What::Protocol) {
        eprintln!("protocol: a few seconds");
        report.add(protocol::measure()?);
    }
    if wanted(What::Http) {
        eprintln!("http: a little over half a minute");
        report.add(http::measure(&server()?)?);
    }
    if wanted(What::Store) {
        eprintln!("store: about five minutes");
        report.add(store::measure(&server()?)?);
    }
    if wanted(What::Describe) {
        eprintln!("describe: some four minutes");
        report.add(describe::measure(&server()?)?);
    }
    if wanted(What::Footprint) {
        eprintln!("footprint: a few seconds");
        report.add(footprint::measure(&server()?)?);
    }
    if wanted(What::Explorer) {
        eprintln!("explorer: some twenty seconds; needs a browser");
        report.add(explorer::measure(&server()?)?);
    }
    if wanted(What::Keys) {
        eprintln!("keys: some eight minutes, unless `--rounds` says otherwise");
        report.add(keys::measure(arguments.rounds)?);
    }
    if wanted(What::Create) {
        eprintln!("create: some fifteen minutes, unless `--seconds` says otherwise");
        report.add(create::measure(&server()?, arguments.seconds)?);
    }
    if arguments.write {
        report.write()?;
    }
    if arguments.json {
        println!("{}", report.json());
    } else {
        print!("{report}");
    }
    Ok(())
}

/// The server, built. What building wrote is on the disk, so that the first to write durably does not wait for it.
fn server() -> Result<Binary> {
    let binary = Binary::build()?;
    rustix::fs::sync();
    Ok(binary)
}

/// Runs this command again, built as the server is: the yardstick and the client that is timed live in
/// this process, and the development profile leaves the workspace's own crates unoptimised.
fn run_in_release(arguments: &Arguments) -> Result<()> {
    let mut command = repository::cargo();
    command.args(["run", "--quiet", "--release", "--package", "xtask"]);
    if arguments.openssl_crate {
        command.args(["--features", "openssl-crate"]);
    }
    // The same words again, which were understood once.
    command.arg("--").args(env::args_os().skip(1));
    repository::run(&mut command)
}

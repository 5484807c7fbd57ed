//! The project's own tasks.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for developers prints"
)]

mod bench;
mod compatibility;
mod conformance;
mod crash;
mod fuzz;
mod generated;
#[cfg(test)]
mod house;
mod keys;
mod python;
mod repository;
mod server;
#[cfg(test)]
mod sql;
mod test;
mod tools;

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The project's own tasks")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every test; what has to be skipped is named in the closing line.
    Test(test::Arguments),
    /// Measure.
    Bench(bench::Arguments),
    /// Kill servers, and the database, at random moments: nothing that was acknowledged may be lost.
    Crash(crash::Arguments),
    /// Run the fuzz targets, for as long as you like.
    Fuzz(fuzz::Arguments),
    /// Find many primes, and look whether anything tells them from others.
    Primes(keys::Arguments),
    /// Write COMPATIBILITY.md from the action table.
    Compatibility,
    /// The yardstick of `bench http`, which starts it.
    #[command(hide = true)]
    ServeBare,
    /// The load generator of `bench http` and `bench describe`, which start it.
    #[command(hide = true)]
    GenerateLoad {
        address: SocketAddr,
        seconds: u64,
        connections: usize,
    },
}

fn main() -> ExitCode {
    match run(CommandLine::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Test(arguments) => test::run_steps(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Crash(arguments) => crash::run(&arguments),
        Command::Fuzz(arguments) => fuzz::fuzz(&arguments),
        Command::Primes(arguments) => keys::primes(&arguments),
        Command::Compatibility => compatibility::write(),
        Command::ServeBare => bench::http::bare::serve(),
        Command::GenerateLoad {
            address,
            seconds,
            connections,
        } => bench::http::load::generate(address, seconds, connections),
    }
}

//! What the tests of key generation need beside `cargo test`: many primes, and valgrind.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::repository::{cargo, output, root, run};
use crate::test::{Outcome, passed};
use crate::tools::{self, Tool};

/// The tests that look at generated primes.
const UNREMARKABLE: &str = "the_primes_that_are_found_are_unremarkable";

/// The tests that mark primes as undefined.
const CONSTANT_TIME: &str = "constant_time_";

/// One that branches on a prime.
const REPORTED: &str = "a_branch_on_a_prime_is_reported";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many primes to find and look at; a hundred thousand take some minutes
    #[arg(long, default_value_t = 100_000)]
    count: usize,
}

/// Finds many primes and looks whether anything about them is remarkable.
pub(crate) fn primes(arguments: &Arguments) -> Result<()> {
    let mut command = cargo();
    command
        .args(["test", "--release", "--package", "pharos-keys", "--lib"])
        .args([UNREMARKABLE, "--", "--nocapture"])
        .env("PHAROS_TEST_PRIMES", arguments.count.to_string());
    run(&mut command)
}

/// Has memcheck look at what a prime goes through.
pub(crate) fn constant_time(_: &mut Vec<String>) -> Result<Outcome> {
    if !cfg!(target_arch = "x86_64") {
        return Ok(Outcome::Skipped(
            "valgrind is asked on x86-64 only".to_owned(),
        ));
    }
    let valgrind = match tools::provide(Tool::VALGRIND) {
        Ok(valgrind) => valgrind,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let suppressions = root().join("crates/keys/valgrind.supp");
    let tests = tests_of_keys()?;
    let memcheck = |name: &str| {
        let mut command = Command::new(&valgrind);
        command
            .args(["--quiet", &format!("--error-exitcode={REPORT}")])
            .arg(format!("--suppressions={}", suppressions.display()))
            .arg(&tests)
            .args([name, "--test-threads=1", "--quiet"]);
        command
    };
    let reported = memcheck(REPORTED).output()?;
    ensure!(
        reported.status.code() == Some(REPORT),
        "memcheck did not report a branch on a prime: {reported:?}"
    );
    passed(&mut memcheck(CONSTANT_TIME))
}

/// How memcheck ends when it has something to report; a test that fails ends with 101.
const REPORT: i32 = 3;

/// The program that has the tests of the key crate, as the step before built it with all others.
fn tests_of_keys() -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--no-run", "--quiet"]);
    let messages = output(command.arg("--message-format=json"))?;
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let mut programs = messages.filter_map(|message: Value| {
        let is_library = message.pointer("/target/name")? == "pharos_keys";
        let program = message.pointer("/executable")?.as_str()?;
        is_library.then(|| program.into())
    });
    programs
        .next()
        .context("cargo built no tests of pharos-keys")
}

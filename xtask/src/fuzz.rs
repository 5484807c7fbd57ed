//! `cargo xtask fuzz`: the targets under `fuzz/`, built with the nightly compiler's coverage counters, and
//! the two evaluators of policies against each other.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};
use pharos_testkit::policy::compare;
use pharos_testkit::random::{SeededRandom, announced_seed};

use crate::repository::{root, run};
use crate::test::Outcome;
use crate::tools::{self, Tool};

/// Every target: a file under `fuzz/targets`.
const TARGETS: &[&str] = &[
    "request",
    "version_1",
    "flattened",
    "multipart",
    "json",
    "backup",
    "public_key",
    "policy_document",
];

/// The one that is not built there: pairs of a policy and a call, decided twice.
const POLICY: &str = "policy";

/// How many pairs it tries. It takes some minutes, whatever `--seconds` says.
const POLICY_PAIRS: u64 = 100_000_000;

/// How long each target runs in `cargo xtask test`, in seconds: enough for some hundred thousand inputs.
const SECONDS_IN_TEST: u64 = 5;

/// The longest input, in bytes: longer ones find nothing that these do not, more slowly.
const INPUT_BYTES_MAX: usize = 4096;

/// What libFuzzer needs in the code that it drives.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cdebug-assertions --cfg fuzzing";

/// The one platform that it was run on.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// One target; every target when none is named
    target: Option<String>,

    /// How long each target runs
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

/// Fuzzes for as long as was asked for. New inputs are kept under `target/fuzz`.
pub(crate) fn fuzz(arguments: &Arguments) -> Result<()> {
    let is_wanted = |target: &str| {
        let wanted = arguments.target.as_ref();
        wanted.is_none_or(|wanted| wanted == target)
    };
    let targets: Vec<_> = TARGETS.iter().filter(|target| is_wanted(target)).collect();
    anyhow::ensure!(
        !targets.is_empty() || is_wanted(POLICY),
        "the targets are {}, {POLICY}",
        TARGETS.join(", ")
    );
    if !targets.is_empty() {
        build()?;
    }
    targets
        .into_iter()
        .try_for_each(|target| run_target(target, arguments.seconds))?;
    if is_wanted(POLICY) {
        compare_policies()?;
    }
    Ok(())
}

/// Has every core compare its part of the pairs. The seed that is printed replays all of them.
fn compare_policies() -> Result<()> {
    let cores = u64::try_from(thread::available_parallelism()?.get())?;
    let (seed, share) = (announced_seed(), POLICY_PAIRS.div_ceil(cores));
    let compare_share =
        |core: u64| move || compare(&SeededRandom::from_seed(seed.wrapping_add(core)), share);
    thread::scope(|scope| {
        let running: Vec<_> = (0..cores)
            .map(|core| scope.spawn(compare_share(core)))
            .collect();
        for thread in running {
            let tally = thread
                .join()
                .map_err(|_| anyhow::anyhow!("{POLICY} failed; make the case above a test"))?;
            eprintln!("compared {share} pairs of a policy and a call: {tally:?}");
        }
        Ok(())
    })
}

/// A short run of every target.
pub(crate) fn smoke(_: &mut Vec<String>) -> Result<Outcome> {
    if let Err(reason) = can_build() {
        return Ok(Outcome::Skipped(reason));
    }
    build()?;
    TARGETS
        .iter()
        .try_for_each(|target| run_target(target, SECONDS_IN_TEST))?;
    Ok(Outcome::Passed)
}

fn can_build() -> Result<(), String> {
    tools::provide(Tool::CXX)?;
    let mut nightly = Command::new("rustup");
    nightly.args(["run", "nightly", "rustc", "--version"]);
    nightly.stdout(Stdio::null()).stderr(Stdio::null());
    match nightly.status() {
        Ok(status)
            if status.success() && cfg!(all(target_arch = "x86_64", target_os = "linux")) =>
        {
            Ok(())
        }
        Ok(status) if status.success() => Err(format!("the targets are built for {PLATFORM}")),
        _ => Err("no nightly toolchain".to_owned()),
    }
}

fn build() -> Result<()> {
    let mut build = Command::new("rustup");
    build.args([
        "run",
        "nightly",
        "cargo",
        "build",
        "--quiet",
        "--release",
        "--target",
        PLATFORM,
    ]);
    build
        .current_dir(root().join("fuzz"))
        .env("CARGO_TARGET_DIR", built())
        .env("RUSTFLAGS", COVERAGE);
    // The stable toolchain that runs this task would be used otherwise.
    build
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTC")
        .env_remove("CARGO");
    run(&mut build)
}

fn built() -> PathBuf {
    root().join("target/fuzz")
}

fn run_target(target: &str, seconds: u64) -> Result<()> {
    let found = built().join("found").join(target);
    fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
    let mut fuzz = Command::new(built().join(PLATFORM).join("release").join(target));
    fuzz.arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg(format!(
            "-artifact_prefix={}/crash-{target}-",
            built().display()
        ))
        .arg("-print_final_stats=1")
        .arg(found)
        .arg(root().join("fuzz/corpus").join(target));
    // What it prints while it runs is for those who watch; how much it tried is for everybody.
    let output = fuzz
        .output()
        .with_context(|| format!("cannot run {fuzz:?}"))?;
    let printed = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        eprintln!("{printed}");
        bail!(
            "{target} failed; the input is in {}/crash-{target}-…: make it a test",
            built().display()
        );
    }
    let tried = printed
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    eprintln!(
        "fuzzed {target} for {seconds} s: {} inputs",
        tried.unwrap_or("?").trim()
    );
    Ok(())
}

//! `cargo xtask test`: every test there is, and a closing line that hides nothing.

use std::env;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::repository::{cargo, run};
use crate::tools::{self, Tool};
use crate::{conformance, crash, fuzz, generated, keys};

/// What can be left out while one is working; a run without arguments leaves nothing out.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Run only the steps whose name has this in it
    only: Option<String>,
}

/// How a step ended.
pub(crate) enum Outcome {
    Passed,
    /// It could not run here, and why.
    Skipped(String),
}

/// One step.
type Step = (&'static str, fn(&mut Vec<String>) -> Result<Outcome>);

const STEPS: &[Step] = &[
    ("format", |_| {
        passed(cargo().args(["fmt", "--all", "--check"]))
    }),
    ("clippy", |_| {
        passed(cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]))
    }),
    ("documentation", |_| {
        let mut command = cargo();
        command
            .args(["doc", "--workspace", "--no-deps", "--quiet"])
            .env("RUSTDOCFLAGS", "-D warnings");
        passed(&mut command)
    }),
    ("Rust tests", rust_tests),
    ("constant time", keys::constant_time),
    ("fuzz targets", fuzz::smoke),
    ("crash", crash::short),
    ("official clients", conformance::official_clients),
    ("OpenSSH login", conformance::openssh),
    ("API Explorer", conformance::explorer),
    ("Node.js SDK", conformance::node),
    ("Go SDK", conformance::go),
    ("Java SDK", conformance::java),
    ("generated code: Python", |skipped| {
        generated::prove("python", skipped)
    }),
    ("generated code: Java", |skipped| {
        generated::prove("java", skipped)
    }),
    ("generated code: Node.js", |skipped| {
        generated::prove("nodejs", skipped)
    }),
    ("generated code: Go", |skipped| {
        generated::prove("go", skipped)
    }),
    ("generated code: PHP", |skipped| {
        generated::prove("php", skipped)
    }),
    ("generated code: .NET", |skipped| {
        generated::prove("dotnet", skipped)
    }),
    ("generated code: C++", |skipped| {
        generated::prove("cpp", skipped)
    }),
    ("generated code: Ruby", |skipped| {
        generated::prove("ruby", skipped)
    }),
    ("generated code: Rust", |skipped| {
        generated::prove("rust", skipped)
    }),
    ("generated code: tccli", |skipped| {
        generated::prove("tccli", skipped)
    }),
    ("generated code: curl", |skipped| {
        generated::prove("curl", skipped)
    }),
];

/// Runs the steps, all of them even when one fails.
pub(crate) fn run_steps(arguments: &Arguments) -> Result<()> {
    let started = Instant::now();
    let (mut passed, mut failed, mut skipped) = (0, Vec::new(), Vec::new());
    for (name, step) in STEPS {
        if arguments
            .only
            .as_ref()
            .is_some_and(|only| !name.contains(only.as_str()))
        {
            skipped.push(format!("{name} (not asked for)"));
            continue;
        }
        eprintln!("== {name}");
        match step(&mut skipped) {
            Ok(Outcome::Passed) => passed += 1,
            Ok(Outcome::Skipped(reason)) => skipped.push(format!("{name} ({reason})")),
            Err(error) => {
                eprintln!("{name}: {error:#}");
                failed.push(*name);
            }
        }
    }
    let counts = format!(
        "{passed} passed, {} failed, {} skipped",
        failed.len(),
        skipped.len()
    );
    let reasons = if skipped.is_empty() {
        String::new()
    } else {
        format!(": {}", skipped.join("; "))
    };
    // A line of its own, whatever the last tool left on the one before.
    println!();
    println!("{counts} in {} s{reasons}", started.elapsed().as_secs());
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn rust_tests(skipped: &mut Vec<String>) -> Result<Outcome> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--quiet"]);
    let missing: Vec<_> = [Tool::SSH_KEYGEN, Tool::OPENSSL]
        .into_iter()
        .filter_map(|tool| tools::provide(tool).err())
        .collect();
    if !missing.is_empty() {
        // The key crate's tests against real tools then say so too, instead of failing.
        command.env("PHAROS_TEST_WITHOUT_OPENSSH", "1");
        skipped.push(format!(
            "generated keys in OpenSSH and OpenSSL ({})",
            missing.join(", ")
        ));
    }
    // The tests look nowhere else where this names a folder.
    if env::var_os("PHAROS_TEST_POSTGRES_BIN").is_none()
        && let Err(reason) = tools::provide(Tool::POSTGRES)
    {
        command.env("PHAROS_TEST_WITHOUT_POSTGRESQL", "1");
        skipped.push(format!("Rust tests on PostgreSQL ({reason})"));
    }
    passed(&mut command)
}

pub(crate) fn passed(command: &mut Command) -> Result<Outcome> {
    run(command)?;
    Ok(Outcome::Passed)
}

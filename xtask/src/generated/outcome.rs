//! Running programs, and what is to come of it.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use super::Program;
use crate::server::{SECRET_ID, SECRET_KEY};

/// What a program is told from outside: the access key, a home of its own, and no proxy.
pub(super) fn surround(command: &mut Command, home: &Path) -> Result<()> {
    command
        .env("TENCENTCLOUD_SECRET_ID", SECRET_ID)
        .env("TENCENTCLOUD_SECRET_KEY", SECRET_KEY)
        .env("HOME", home.canonicalize().context("a home")?)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    for variable in [
        "TENCENTCLOUD_TOKEN",
        "TENCENTCLOUD_REGION",
        "TCCLI_PROFILE",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env_remove(variable);
    }
    Ok(())
}

/// Runs commands, as many at once as there are processors, and answers in their order.
pub(super) fn run_all(commands: &mut [Command]) -> Result<Vec<Output>> {
    let waiting = Mutex::new(commands.iter_mut().enumerate());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let run = || {
        let mut ended = Vec::new();
        loop {
            let next = waiting.lock().ok().and_then(|mut waiting| waiting.next());
            let Some((index, command)) = next else {
                return Ok(ended);
            };
            let output = command.output();
            let output = output.with_context(|| format!("cannot run {command:?}"))?;
            ended.push((index, output));
        }
    };
    let ended: Vec<Result<Vec<_>>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        let ended = threads.into_iter().map(thread::ScopedJoinHandle::join);
        ended
            .map(|ended| ended.unwrap_or_else(|_| bail!("a thread of the tests panicked")))
            .collect()
    });
    let mut all = Vec::new();
    for ended in ended {
        all.extend(ended?);
    }
    all.sort_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, output)| output).collect())
}

/// Every program has to end well, and to show its reply: the RequestId in it, or the private key alone.
pub(super) fn judge(programs: &[Program], ended: &[Output]) -> Result<()> {
    check(programs, ended, |program, output| {
        let shown = String::from_utf8_lossy(&output.stdout);
        if program.action.name == "CreateKeyPair" {
            shown.starts_with("-----BEGIN RSA PRIVATE KEY-----\n")
                && shown
                    .trim_end()
                    .ends_with("\n-----END RSA PRIVATE KEY-----")
        } else {
            shown.contains("RequestId")
        }
    })
}

/// Every tool has to end well.
pub(super) fn parsed(programs: &[Program], ended: &[Output]) -> Result<()> {
    check(programs, ended, |_, _| true)
}

fn check(
    programs: &[Program],
    ended: &[Output],
    is_right: impl Fn(&Program, &Output) -> bool,
) -> Result<()> {
    ensure!(programs.len() == ended.len(), "a program was not run");
    let mut failed = Vec::new();
    for (program, output) in programs.iter().zip(ended) {
        if !output.status.success() || !is_right(program, output) {
            eprintln!(
                "{} ended with {}:\n{}{}",
                program.path.display(),
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            failed.push(program.action.name);
        }
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

/// A program whose server is gone has to end badly, and to say why it has no answer.
pub(super) fn unanswered(ended: &[Output]) -> Result<()> {
    for output in ended {
        let told = String::from_utf8_lossy(&output.stderr).to_lowercase();
        ensure!(!output.status.success(), "no answer ended well: {told}");
        let is_told = ["refused", "connect"]
            .iter()
            .any(|word| told.contains(word));
        let is_empty = ["null", "undefined", "none:"]
            .iter()
            .any(|word| told.contains(word));
        ensure!(is_told && !is_empty, "no answer is told as {told}");
    }
    Ok(())
}

/// The second run of a program that creates has to end badly, and to say why.
pub(super) fn refused(ended: &[Output]) -> Result<()> {
    for output in ended {
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(!output.status.success(), "a refusal ended well: {told}");
        let code = "InvalidParameterValue.DuplicateParameterValue";
        let has_id = told.to_lowercase().contains("requestid");
        ensure!(told.contains(code) && has_id, "a refusal is told as {told}");
    }
    Ok(())
}

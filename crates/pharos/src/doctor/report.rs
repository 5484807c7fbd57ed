//! What was found, a line each.

use std::io::{self, IsTerminal, Write};

use anyhow::{Context, Result};
use pharos_store::diagnosis::{Finding, Verdict};
use serde_json::{Value, json};

/// Prints what was found to standard output: for people, or as one line of JSON.
pub(super) fn print(findings: &[Finding], as_json: bool) -> Result<()> {
    let mut out = io::stdout().lock();
    let text = if as_json {
        format!("{}\n", to_json(findings))
    } else {
        to_text(findings, out.is_terminal())
    };
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .context("cannot print what was found")
}

fn to_text(findings: &[Finding], is_terminal: bool) -> String {
    let width = findings.iter().map(|finding| finding.check.len()).max();
    let width = width.unwrap_or_default();
    let lines: String = findings
        .iter()
        .map(
            |Finding {
                 check,
                 verdict,
                 text,
             }| {
                let mark = mark(*verdict, is_terminal);
                format!("{mark}  {check:width$}  {text}\n")
            },
        )
        .collect();
    format!("{lines}\n{}\n", summary(findings))
}

fn mark(verdict: Verdict, is_terminal: bool) -> &'static str {
    match (verdict, is_terminal) {
        (Verdict::Sound, true) => "✓",
        (Verdict::Warning, true) => "!",
        (Verdict::Problem, true) => "✗",
        (Verdict::Sound, false) => "sound  ",
        (Verdict::Warning, false) => "warning",
        (Verdict::Problem, false) => "problem",
    }
}

fn summary(findings: &[Finding]) -> String {
    let checks = findings.len();
    match (
        count(findings, Verdict::Problem),
        count(findings, Verdict::Warning),
    ) {
        (0, 0) => format!("{checks} checks, all sound"),
        (0, 1) => format!("{checks} checks, no problem, 1 warning"),
        (0, warnings) => format!("{checks} checks, no problem, {warnings} warnings"),
        (problems, _) => format!("{problems} of {checks} checks found a problem"),
    }
}

fn to_json(findings: &[Finding]) -> Value {
    let checks: Vec<_> = findings
        .iter()
        .map(
            |Finding {
                 check,
                 verdict,
                 text,
             }| {
                let verdict = match verdict {
                    Verdict::Sound => "sound",
                    Verdict::Warning => "warning",
                    Verdict::Problem => "problem",
                };
                json!({"check": check, "verdict": verdict, "text": text})
            },
        )
        .collect();
    json!({
        "problems": count(findings, Verdict::Problem),
        "warnings": count(findings, Verdict::Warning),
        "checks": checks,
    })
}

fn count(findings: &[Finding], verdict: Verdict) -> usize {
    let is_it = |finding: &&Finding| finding.verdict == verdict;
    findings.iter().filter(is_it).count()
}

//! Rust, with pharos-client as it was built for the server of this tree.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Problem, Program};
use crate::repository::{cargo, output, run};

/// All programs in one, which is told by an argument which it is: they are linked once.
pub(super) fn prepare(
    folder: &Path,
    programs: &[Program],
    _: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    let main = folder.join("src/main.rs");
    fs::write(&main, all(programs)?).context("the program of all programs")?;
    let built = folder.join("generated");
    let client = library("pharos_client")?;
    let dependencies = client.parent().context("a library is in a folder")?;
    let mut compile = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    compile
        .args(["--edition", "2024", "-D", "warnings", "-o"])
        .arg(&built)
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg("--extern")
        .arg(format!("pharos_client={}", client.display()))
        .arg("--extern")
        .arg(format!("serde_json={}", library("serde_json")?.display()))
        .arg(&main);
    run(&mut compile)?;
    let commands = programs.iter().map(|program| {
        let mut command = Command::new(&built);
        command.arg(program.action.name);
        command
    });
    Ok(commands.collect())
}

/// A module for each program, and a `main` that calls the one it is told to.
fn all(programs: &[Program]) -> Result<String> {
    let (mut modules, mut arms) = (String::new(), String::new());
    for program in programs {
        let file = program.path.file_name().context("a program is a file")?;
        let module = program.path.file_stem().context("a program is a file")?;
        let (file, module) = (file.to_string_lossy(), module.to_string_lossy());
        writeln!(
            modules,
            "mod {module} {{\n    include!(\"{file}\");\n    pub fn run() -> Ended {{ main() }}\n    type Ended = Result<ExitCode, Box<dyn Error>>;\n}}"
        )?;
        writeln!(
            arms,
            "        {:?} => {module}::run(),",
            program.action.name
        )?;
    }
    Ok(format!(
        "{modules}\nfn main() -> Result<std::process::ExitCode, Box<dyn std::error::Error>> {{\n    \
         match std::env::args().nth(1).unwrap_or_default().as_str() {{\n{arms}        \
         other => panic!(\"no program {{other}}\"),\n    }}\n}}\n"
    ))
}

/// A library that the server was built from.
fn library(name: &str) -> Result<PathBuf> {
    let mut build = cargo();
    build
        .args(["build", "--quiet", "--package", "pharos"])
        .arg("--message-format=json")
        .stderr(Stdio::inherit());
    let messages = output(&mut build)?;
    let messages = messages.lines().rev();
    let mut artifacts = messages
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| {
            message
                .pointer("/target/name")
                .is_some_and(|found| found == name)
        });
    artifacts
        .find_map(|artifact| {
            let files = artifact.get("filenames")?.as_array()?.iter();
            let mut files = files.filter_map(Value::as_str).map(PathBuf::from);
            files.find(|file| {
                file.extension()
                    .is_some_and(|extension| extension == "rlib")
            })
        })
        .with_context(|| format!("cargo built no {name}"))
}

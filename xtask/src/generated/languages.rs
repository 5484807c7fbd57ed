//! Languages whose tools are quickly told what to do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Problem, Program};
use crate::conformance::{NODE_PACKAGE, PYTHON};
use crate::repository::{output, root, run};
use crate::tools::{self, Tool, newest_or_installed};

/// One command for each program, with its source as the last argument.
pub(super) fn with_each(
    programs: &[Program],
    mut command: impl FnMut() -> Command,
) -> Vec<Command> {
    let commands = programs.iter().map(|program| {
        let mut command = command();
        command.arg(&program.path);
        command
    });
    commands.collect()
}

pub(super) fn python(
    _: &Path,
    programs: &[Program],
    _: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    let python = PYTHON.provide().map_err(Problem::Missing)?;
    Ok(with_each(programs, || Command::new(&python)))
}

pub(super) fn tccli(
    _: &Path,
    programs: &[Program],
    _: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    let python = PYTHON.provide().map_err(Problem::Missing)?;
    let installed = python.parent().map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = installed.into_iter().chain(std::env::split_paths(&path));
    let path = std::env::join_paths(path).context("PATH")?;
    Ok(with_each(programs, || {
        let mut command = Command::new("sh");
        command.env("PATH", &path);
        command
    }))
}

pub(super) fn curl(
    _: &Path,
    programs: &[Program],
    _: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    for tool in [Tool::CURL, Tool::OPENSSL] {
        tools::provide(tool).map_err(Problem::Missing)?;
    }
    Ok(with_each(programs, || Command::new("sh")))
}

/// The SDK as a whole, what compiles TypeScript, and the types of Node.js.
const NODE_PACKAGES: [&str; 3] = [NODE_PACKAGE, "typescript", "@types/node"];

pub(super) fn nodejs(
    folder: &Path,
    programs: &[Program],
    _: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    let missing = |text: &str| Problem::Missing(text.to_owned());
    let node = tools::find("node").ok_or_else(|| missing("no node"))?;
    let npm = tools::find("npm").ok_or_else(|| missing("no npm"))?;
    let mut install = Command::new(npm);
    install
        .args(["install", "--silent", "--no-save", "--no-package-lock"])
        .args([
            "--fetch-retries=1",
            "--fetch-retry-mintimeout=1000",
            "--prefix",
        ])
        .arg(folder)
        .args(NODE_PACKAGES.map(|package| format!("{package}@latest")));
    let modules = folder.join("node_modules");
    let is_there = || {
        NODE_PACKAGES
            .iter()
            .all(|package| modules.join(package).is_dir())
    };
    newest_or_installed(&mut install, is_there).map_err(Problem::Missing)?;
    let compiled = folder.join("out");
    let mut compile = Command::new(&node);
    compile
        .arg(modules.join("typescript/bin/tsc"))
        .args(["--module", "nodenext", "--target", "es2022", "--strict"])
        .args(["--skipLibCheck", "--types", "node", "--outDir"])
        .arg(&compiled)
        .args(programs.iter().map(|program| &program.path))
        .current_dir(folder);
    run(&mut compile)?;
    let commands = programs.iter().map(|program| {
        let file = program.path.file_name().unwrap_or_default();
        let mut command = Command::new(&node);
        command.arg(compiled.join(file).with_extension("js"));
        command
    });
    Ok(commands.collect())
}

pub(super) fn java(
    folder: &Path,
    programs: &[Program],
    _: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    let missing = |text: &str| Problem::Missing(text.to_owned());
    let javac = tools::find("javac").ok_or_else(|| missing("no javac"))?;
    let java = tools::find("java").ok_or_else(|| missing("no java"))?;
    let class_path = java_class_path(folder)?;
    let classes = folder.join("classes");
    let mut compile = Command::new(javac);
    compile
        .args(["-encoding", "UTF-8", "-classpath", &class_path, "-d"])
        .arg(&classes)
        .args(programs.iter().map(|program| &program.path));
    run(&mut compile)?;
    let class_path = format!("{}:{class_path}", classes.display());
    let commands = programs.iter().map(|program| {
        let mut command = Command::new(&java);
        command
            // They run for less than a second.
            .args([
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
            ])
            .args(["-Dfile.encoding=UTF-8", "-classpath", &class_path])
            .arg(program.action.name);
        command
    });
    Ok(commands.collect())
}

/// The newest SDK, as the Java suite has it.
fn java_class_path(folder: &Path) -> Result<String, Problem> {
    let program = tools::find("mvn").ok_or_else(|| Problem::Missing("no mvn".to_owned()))?;
    let file: PathBuf = folder.join("classpath");
    let ask = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command
            .args(["-q", "-B", "-ntp", "-Dstyle.color=never"])
            .args(arguments)
            .arg("dependency:build-classpath")
            .arg(format!("-Dmdep.outputFile={}", file.display()))
            .current_dir(root().join("conformance/java"));
        command
    };
    newest_or_installed(&mut ask(&["-U"]), || {
        output(&mut ask(&["--offline"])).is_ok()
    })
    .map_err(Problem::Missing)?;
    Ok(fs::read_to_string(&file).context("Maven has written no class path")?)
}

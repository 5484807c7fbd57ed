//! Languages whose programs are not run, but read by their own tools.

use std::path::Path;
use std::process::Command;

use super::languages::with_each;
use super::{Problem, Program, cpp_headers};
use crate::tools::{self, Tool};

pub(super) fn php(
    _: &Path,
    programs: &[Program],
    _: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    let php = tools::provide(Tool::PHP).map_err(Problem::Missing)?;
    Ok(with_each(programs, || {
        let mut command = Command::new(&php);
        command.arg("-l");
        command
    }))
}

pub(super) fn ruby(
    _: &Path,
    programs: &[Program],
    _: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    let ruby = tools::provide(Tool::RUBY).map_err(Problem::Missing)?;
    Ok(with_each(programs, || {
        let mut command = Command::new(&ruby);
        command.args(["-c", "-w"]);
        command
    }))
}

/// Its compiler parses nothing alone.
pub(super) fn dotnet(
    _: &Path,
    _: &[Program],
    _: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    Err(Problem::Missing(
        "neither Debian nor the registries have a compiler of C# 12".to_owned(),
    ))
}

/// A compiler checks types against what the SDK's headers declare, written from the action table.
pub(super) fn cpp(
    folder: &Path,
    programs: &[Program],
    skipped: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    let compiler = tools::provide(Tool::CXX).map_err(Problem::Missing)?;
    let headers = folder.join("include");
    cpp_headers::write(&headers)?;
    skipped.push("the C++ SDK's own headers (not in the registries)".to_owned());
    Ok(with_each(programs, || {
        let mut command = Command::new(&compiler);
        command.args([
            "-std=c++17",
            "-fsyntax-only",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-I",
        ]);
        command.arg(&headers);
        command
    }))
}

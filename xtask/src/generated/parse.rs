//! Languages whose programs are not run, but read by their own tools.

use std::path::Path;
use std::process::Command;

use super::languages::with_each;
use super::{Problem, Program};
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

/// A compiler reads nothing without the SDK's headers.
pub(super) fn cpp(_: &Path, _: &[Program], _: &mut Vec<String>) -> Result<Vec<Command>, Problem> {
    Err(Problem::Missing(
        "the registries do not have the SDK's headers".to_owned(),
    ))
}

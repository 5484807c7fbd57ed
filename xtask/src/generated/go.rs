//! Go: one module with a folder for each program.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use pharos_api::action::PRODUCTS;

use super::{Problem, Program, go_package};
use crate::repository::{output, run};
use crate::tools::{self, newest_or_installed};

/// Where the SDK's modules are.
const SDK: &str = "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud";

const MODULE: &str = "module generated\n\ngo 1.22\n";

pub(super) fn prepare(
    folder: &Path,
    programs: &[Program],
    skipped: &mut Vec<String>,
) -> Result<Vec<Command>, Problem> {
    let program = tools::find("go").ok_or_else(|| Problem::Missing("no go".to_owned()))?;
    let go = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command
            .args(arguments)
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "-mod=mod")
            .current_dir(folder);
        command
    };
    let mut folders = Vec::new();
    for program in programs {
        let name = program.path.file_stem().context("a program is a file")?;
        let of_its_own = folder.join("src").join(name);
        let file = program.path.file_name().context("a program is a file")?;
        let moved = fs::create_dir(&of_its_own)
            .and_then(|()| fs::rename(&program.path, of_its_own.join(file)));
        moved.context("a folder for a program")?;
        folders.push(name.to_owned());
    }
    skipped.extend(require(folder, &go)?);
    let built = folder.join("bin");
    fs::create_dir_all(&built).context("a folder for programs")?;
    run(go(&["build", "-ldflags=-s -w", "-o"])
        .arg(&built)
        .arg("./src/..."))?;
    let commands = folders.iter().map(|name| Command::new(built.join(name)));
    Ok(commands.collect())
}

/// Writes `go.mod` with the newest SDK. A product's module that the registry does not have is written too, as the
/// SDK writes those: the core, which signs and sends, is the SDK's own.
fn require(folder: &Path, go: &impl Fn(&[&str]) -> Command) -> Result<Option<String>, Problem> {
    let mut absent = Vec::new();
    let file = folder.join("go.mod");
    if !file.is_file() {
        fs::write(&file, MODULE).context("go.mod")?;
    }
    let core = format!("{SDK}/common@latest");
    newest_or_installed(&mut go(&["get", &core]), || {
        let core = format!("{SDK}/common");
        let list = output(go(&["list", &core]).env("GOPROXY", "off"));
        list.is_ok()
    })
    .map_err(Problem::Missing)?;
    for product in PRODUCTS {
        let module = format!("{SDK}/{}", product.name);
        let written = folder.join("sdk").join(product.name);
        let replace = format!("-replace={module}={}", written.display());
        let drop = format!("-dropreplace={module}");
        run(&mut go(&["mod", "edit", &drop]))?;
        let mut get = go(&["get", &format!("{module}@latest")]);
        let is_there = get.output().is_ok_and(|output| output.status.success());
        if !is_there {
            absent.push(product.name);
            go_package::write(product, &written)?;
            let require = format!("-require={module}@v0.0.0");
            run(&mut go(&["mod", "edit", &replace, &require]))?;
        }
    }
    run(&mut go(&["mod", "tidy"]))?;
    let absent = absent.join(" and ");
    Ok((!absent.is_empty())
        .then(|| format!("the Go SDK's own types of {absent} (not on the proxy)")))
}

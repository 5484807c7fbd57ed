//! Running the judges under `conformance/` against a server of this tree.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::repository::{cargo, root, run};
use crate::test::{Outcome, passed};
use crate::tools::{self, Tool};

/// The official Python SDK and `tccli`.
pub(crate) fn official_clients(_: &mut Vec<String>) -> Result<Outcome> {
    match python() {
        Ok(python) => {
            let mut pytest = pytest(python)?;
            passed(pytest.args([
                "--ignore",
                "conformance/python/test_openssh.py",
                "conformance/python",
            ]))
        }
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}

/// A created key against a real `sshd`.
pub(crate) fn openssh(_: &mut Vec<String>) -> Result<Outcome> {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    for tool in [Tool::SSH, Tool::SSH_KEYGEN, Tool::OPENSSL] {
        if let Err(reason) = tools::provide(tool) {
            return Ok(Outcome::Skipped(reason));
        }
    }
    match tools::provide(Tool::SSHD) {
        Ok(sshd) => {
            let mut pytest = pytest(python)?;
            passed(
                pytest
                    .arg("conformance/python/test_openssh.py")
                    .env("PHAROS_SSHD", sshd),
            )
        }
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}

/// pytest, with the server of this tree to judge.
fn pytest(python: PathBuf) -> Result<Command> {
    run(cargo().args(["build", "--quiet", "--package", "pharos"]))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target"));
    let mut command = Command::new(python);
    command
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .env("PHAROS_BINARY", root().join(target).join("debug/pharos"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(root());
    Ok(command)
}

/// The Python of a virtual environment with the newest clients in it; else why there is none.
fn python() -> Result<PathBuf, String> {
    let system = tools::provide(Tool::PYTHON)?;
    let folder = root().join(".venv");
    let python = folder.join("bin/python");
    let make = || run(Command::new(&system).args(["-m", "venv"]).arg(&folder)).is_ok();
    if !python.is_file() && !make() {
        // Debian ships the module in a package of its own.
        tools::install("python3-venv")?;
        if !make() {
            return Err("python3 makes no virtual environment".to_owned());
        }
    }
    let pip = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command
            .args(["-m", "pip", "--quiet", "--disable-pip-version-check"])
            .args(arguments);
        run(command.current_dir(root())).is_ok()
    };
    let requirements = "conformance/python/requirements.txt";
    if pip(&["install", "--upgrade", "-r", requirements]) {
        return Ok(python);
    }
    // Without the registry, clients that were installed before still judge.
    let mut have = Command::new(&python);
    if run(have.args(["-c", "import pytest, tccli, tencentcloud.lighthouse"])).is_ok() {
        eprintln!("the registry could not be asked for newer clients; the installed ones are used");
        return Ok(python);
    }
    Err("the official clients could not be installed".to_owned())
}

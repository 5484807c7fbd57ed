//! Running the judges under `conformance/` against a server of this tree.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::python::Environment;
use crate::repository::{cargo, root, run};
use crate::test::{Outcome, passed};
use crate::tools::{self, Tool, newest_or_installed};

/// The Python SDK, `tccli`, and what runs the tests.
pub(crate) const PYTHON: Environment = Environment {
    folder: ".venv",
    requirements: "conformance/python/requirements.txt",
    modules: "pytest, tccli, tencentcloud.lighthouse",
};

/// The tests that need OpenSSH.
const WITH_OPENSSH: [&str; 2] = [
    "conformance/python/test_import.py",
    "conformance/python/test_openssh.py",
];

/// The test that needs a browser.
const WITH_BROWSER: &str = "conformance/python/test_explorer.py";

/// The official Python SDK and `tccli`.
pub(crate) fn official_clients(_: &mut Vec<String>) -> Result<Outcome> {
    match PYTHON.provide() {
        Ok(python) => {
            let mut pytest = pytest(python)?;
            let ignored = WITH_OPENSSH.iter().chain([&WITH_BROWSER]);
            let ignored = ignored.flat_map(|file| ["--ignore", file]);
            passed(pytest.args(ignored).arg("conformance/python"))
        }
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}

/// Created keys against a real `sshd`, and keys of `ssh-keygen` imported by the official clients.
pub(crate) fn openssh(_: &mut Vec<String>) -> Result<Outcome> {
    let python = match PYTHON.provide() {
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
            passed(pytest.args(WITH_OPENSSH).env("PHAROS_SSHD", sshd))
        }
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}

/// The API Explorer in a browser, and a key made there against a real `sshd`.
pub(crate) fn explorer(_: &mut Vec<String>) -> Result<Outcome> {
    let python = match PYTHON.provide() {
        Ok(python) => python,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    for tool in [Tool::SSH, Tool::SSH_KEYGEN] {
        if let Err(reason) = tools::provide(tool) {
            return Ok(Outcome::Skipped(reason));
        }
    }
    match (tools::provide(Tool::SSHD), tools::provide(Tool::CHROMIUM)) {
        (Ok(sshd), Ok(chromium)) => {
            let mut pytest = pytest(python)?;
            pytest.env("PHAROS_SSHD", sshd);
            passed(pytest.env("PHAROS_CHROMIUM", chromium).arg(WITH_BROWSER))
        }
        (Err(reason), _) | (_, Err(reason)) => Ok(Outcome::Skipped(reason)),
    }
}

/// The official Node.js SDK.
pub(crate) fn node(_: &mut Vec<String>) -> Result<Outcome> {
    judged(node_suite())
}

/// The official Go SDK.
pub(crate) fn go(_: &mut Vec<String>) -> Result<Outcome> {
    judged(go_suite())
}

/// The official Java SDK.
pub(crate) fn java(_: &mut Vec<String>) -> Result<Outcome> {
    judged(java_suite())
}

/// Runs a suite against the server of this tree, unless it is said why it cannot run.
fn judged(suite: Result<Command, String>) -> Result<Outcome> {
    match suite {
        Ok(mut suite) => passed(suite.env("PHAROS_BINARY", server()?)),
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}

/// The server of this tree, built.
fn server() -> Result<PathBuf> {
    run(cargo().args(["build", "--quiet", "--package", "pharos"]))?;
    Ok(target().join("debug/pharos"))
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target"));
    root().join(target)
}

/// pytest, with the server of this tree to judge.
fn pytest(python: PathBuf) -> Result<Command> {
    let mut command = Command::new(python);
    command
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .env("PHAROS_BINARY", server()?)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(root());
    Ok(command)
}

/// The Node.js SDK as a whole.
pub(crate) const NODE_PACKAGE: &str = "tencentcloud-sdk-nodejs";

/// What the Node.js suite is about: the SDK's core, and the SDK as a whole for the clients of `cam` and `sts`.
const NODE_PACKAGES: [&str; 2] = [NODE_PACKAGE, "tencentcloud-sdk-nodejs-common"];

/// The tests with the newest Node.js SDK in their folder; else why there are none.
fn node_suite() -> Result<Command, String> {
    let node = tools::find("node").ok_or("no node")?;
    let npm = tools::find("npm").ok_or("no npm")?;
    let folder = root().join("conformance/node");
    let mut install = Command::new(npm);
    install
        .args(["install", "--silent", "--no-save", "--no-package-lock"])
        .args(["--fetch-retries=1", "--fetch-retry-mintimeout=1000"])
        .args(NODE_PACKAGES.map(|package| format!("{package}@latest")))
        .current_dir(&folder);
    newest_or_installed(&mut install, || {
        let is_there = |package| folder.join("node_modules").join(package).is_dir();
        NODE_PACKAGES.into_iter().all(is_there)
    })?;
    let mut command = Command::new(node);
    command.arg("--test").current_dir(folder);
    Ok(command)
}

/// The tests with the newest Go SDK, which a copy of `go.mod` names; else why there are none.
fn go_suite() -> Result<Command, String> {
    let program = tools::find("go").ok_or("no go")?;
    let folder = root().join("conformance/go");
    let module = target().join("conformance").join("go.mod");
    let copied = std::fs::create_dir_all(module.with_file_name(""))
        .and_then(|()| std::fs::copy(folder.join("go.mod"), &module))
        .and_then(|_| std::fs::copy(folder.join("go.sum"), module.with_extension("sum")));
    if let Err(error) = copied {
        return Err(format!("go.mod could not be copied: {error}"));
    }
    let go = |subcommand: &str| {
        let mut command = Command::new(&program);
        command
            .arg(subcommand)
            .arg(format!("-modfile={}", module.display()))
            .env("GOTOOLCHAIN", "local")
            .current_dir(&folder);
        command
    };
    let mut get = go("get");
    get.args([
        "-u",
        "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common@latest",
    ]);
    newest_or_installed(&mut get, || {
        let mut list = go("list");
        list.args(["-deps", "-test", "./..."]).env("GOPROXY", "off");
        list.output().is_ok_and(|output| output.status.success())
    })?;
    let mut command = go("test");
    command.args(["-count=1", "./..."]);
    Ok(command)
}

/// The tests with the newest Java SDK, from Maven's own folder; else why there are none.
fn java_suite() -> Result<Command, String> {
    tools::find("javac").ok_or("no javac")?;
    let program = tools::find("mvn").ok_or("no mvn")?;
    let mvn = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command
            .args(["-q", "-B", "-ntp", "-Dstyle.color=never"])
            .args(arguments)
            .current_dir(root().join("conformance/java"));
        command
    };
    let is_newest = newest_or_installed(&mut mvn(&["-U", "dependency:resolve"]), || {
        let mut resolve = mvn(&["--offline", "dependency:resolve"]);
        resolve.output().is_ok_and(|output| output.status.success())
    })?;
    Ok(mvn(if is_newest {
        &["test"]
    } else {
        &["--offline", "test"]
    }))
}

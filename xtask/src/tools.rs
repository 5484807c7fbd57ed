//! Programs that tests need, found or installed.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::repository::run;

/// A program that is not Rust's own.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    /// Its file name.
    program: &'static str,
    /// The Debian package that brings it.
    package: &'static str,
}

impl Tool {
    pub(crate) const CHROMIUM: Self = Self {
        program: "chromium",
        package: "chromium",
    };
    pub(crate) const CXX: Self = Self {
        program: "c++",
        package: "g++",
    };
    pub(crate) const CURL: Self = Self {
        program: "curl",
        package: "curl",
    };
    pub(crate) const OPENSSL: Self = Self {
        program: "openssl",
        package: "openssl",
    };
    pub(crate) const PGBENCH: Self = Self {
        program: "pgbench",
        package: "postgresql",
    };
    pub(crate) const PHP: Self = Self {
        program: "php",
        package: "php-cli",
    };
    pub(crate) const POSTGRES: Self = Self {
        program: "postgres",
        package: "postgresql",
    };
    pub(crate) const PYTHON: Self = Self {
        program: "python3",
        package: "python3",
    };
    pub(crate) const RUBY: Self = Self {
        program: "ruby",
        package: "ruby",
    };
    pub(crate) const SSH: Self = Self {
        program: "ssh",
        package: "openssh-client",
    };
    pub(crate) const SSH_KEYGEN: Self = Self {
        program: "ssh-keygen",
        package: "openssh-client",
    };
    pub(crate) const SSHD: Self = Self {
        program: "sshd",
        package: "openssh-server",
    };
    pub(crate) const VALGRIND: Self = Self {
        program: "valgrind",
        package: "valgrind",
    };
}

/// Finds a program, or installs the package that brings it; else says in a few words why not.
pub(crate) fn provide(tool: Tool) -> Result<PathBuf, String> {
    if let Some(path) = find(tool.program) {
        return Ok(path);
    }
    install(tool.package).map_err(|reason| format!("no {}, and {reason}", tool.program))?;
    find(tool.program).ok_or_else(|| format!("{} brings no {}", tool.package, tool.program))
}

/// Looks in `PATH`, and where Debian puts servers.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin")])
        .chain(postgresql())
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The folders of PostgreSQL's versions, in no order.
fn postgresql() -> impl Iterator<Item = PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    versions.flatten().map(|version| version.path().join("bin"))
}

/// Installs a Debian package, where that may be done.
pub(crate) fn install(package: &str) -> Result<(), String> {
    if find("apt-get").is_none() {
        return Err("there is no apt-get to install it".to_owned());
    }
    if !is_root() {
        return Err(format!("only root may install {package}"));
    }
    if package == Tool::POSTGRES.package {
        forbid_main_cluster()
            .map_err(|error| format!("{CLUSTER_SETTINGS} could not be written: {error}"))?;
    }
    let apt = |arguments: &[&str]| {
        Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    eprintln!("installing {package}");
    if apt(&["install", "-y", "-q", "--no-install-recommends", package])
        || (apt(&["update", "-q"])
            && apt(&["install", "-y", "-q", "--no-install-recommends", package]))
    {
        Ok(())
    } else {
        Err(format!("{package} could not be installed"))
    }
}

/// What Debian's PostgreSQL reads when it is installed.
const CLUSTER_SETTINGS: &str = "/etc/postgresql-common/createcluster.conf";

/// Says that installing PostgreSQL is not to make a cluster and leave it running, where nobody has said anything yet.
fn forbid_main_cluster() -> io::Result<()> {
    let settings = Path::new(CLUSTER_SETTINGS);
    if settings.exists() {
        return Ok(());
    }
    fs::create_dir_all(settings.with_file_name(""))?;
    fs::write(settings, "create_main_cluster = false\n")
}

/// Runs what installs the newest packages from a registry, and says whether that was possible. Without
/// the registry, what was installed before will do.
pub(crate) fn newest_or_installed(
    install: &mut Command,
    is_installed: impl FnOnce() -> bool,
) -> Result<bool, String> {
    if run(install).is_ok() {
        return Ok(true);
    }
    if is_installed() {
        eprintln!(
            "the registry could not be asked for newer packages; the installed ones are used"
        );
        return Ok(false);
    }
    Err("the packages could not be installed".to_owned())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

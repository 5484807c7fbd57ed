//! Virtual environments of Python, with the newest packages in them.

use std::path::PathBuf;
use std::process::Command;

use crate::repository::{root, run};
use crate::tools::{self, Tool, newest_or_installed};

/// An environment, by paths from the repository's root.
pub(crate) struct Environment {
    /// Where it is.
    pub(crate) folder: &'static str,
    /// The file that tells pip what belongs into it.
    pub(crate) requirements: &'static str,
    /// What can be imported when it is there.
    pub(crate) modules: &'static str,
}

impl Environment {
    /// Its Python; else why there is none.
    pub(crate) fn provide(&self) -> Result<PathBuf, String> {
        let system = tools::provide(Tool::PYTHON)?;
        let folder = root().join(self.folder);
        let python = folder.join("bin/python");
        let make = || run(Command::new(&system).args(["-m", "venv"]).arg(&folder)).is_ok();
        if !python.is_file() && !make() {
            // Debian ships the module in a package of its own.
            tools::install("python3-venv")?;
            if !make() {
                return Err("python3 makes no virtual environment".to_owned());
            }
        }
        let mut install = Command::new(&python);
        install
            .args(["-m", "pip", "--quiet", "--disable-pip-version-check"])
            .args(["install", "--upgrade", "-r", self.requirements])
            .current_dir(root());
        newest_or_installed(&mut install, || {
            let import = format!("import {}", self.modules);
            run(Command::new(&python).args(["-c", &import])).is_ok()
        })?;
        Ok(python)
    }
}

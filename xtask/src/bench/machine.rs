//! Where the figures were measured: without it they mean nothing.

use std::fmt;
use std::fs;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::repository;

pub(super) struct Machine {
    processor: String,
    cores: usize,
    system: String,
    compiler: String,
    /// The load of the last minute before the run: far above 0, the machine was not ours alone.
    load: String,
}

impl Machine {
    pub(super) fn describe() -> Result<Self> {
        let kernel = read("/proc/sys/kernel/osrelease")?;
        let distribution = field(&read("/etc/os-release")?, "PRETTY_NAME", '=');
        let load = read("/proc/loadavg")?;
        Ok(Self {
            processor: field(&read("/proc/cpuinfo")?, "model name", ':'),
            cores: thread::available_parallelism().map_or(1, usize::from),
            system: format!("{distribution}, Linux {}", kernel.trim()),
            compiler: compiler()?,
            load: load
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned(),
        })
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "processor": self.processor,
            "cores": self.cores,
            "system": self.system,
            "compiler": self.compiler,
            "load_before": self.load,
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            processor,
            cores,
            system,
            compiler,
            load,
        } = self;
        write!(
            formatter,
            "{processor}, {cores} cores; {system}; {compiler}; load {load} before the run"
        )
    }
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {path}"))
}

/// The value of the first line `name`, separator, value.
fn field(text: &str, name: &str, separator: char) -> String {
    text.lines()
        .filter_map(|line| line.split_once(separator))
        .find(|(key, _)| key.trim() == name)
        .map_or_else(
            || format!("unknown {name}"),
            |(_, value)| value.trim().trim_matches('"').to_owned(),
        )
}

fn compiler() -> Result<String> {
    let version = repository::output(
        Command::new("rustc")
            .arg("--version")
            .current_dir(repository::root()),
    )?;
    Ok(version.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_linux_writes_them() {
        assert_eq!(
            field(
                "processor\t: 0\nmodel name\t: AMD EPYC\n",
                "model name",
                ':'
            ),
            "AMD EPYC"
        );
        assert_eq!(
            field("PRETTY_NAME=\"Debian 12\"\n", "PRETTY_NAME", '='),
            "Debian 12"
        );
        assert_eq!(field("", "model name", ':'), "unknown model name");
    }
}

//! Programs that make one key and end.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use super::super::processor_time;
use super::candidate::{Candidate, LeftOut};
use crate::repository::run;
use crate::tools::{self, Tool};

pub(super) fn candidates() -> [Result<Candidate, LeftOut>; 2] {
    let ssh_keygen = |file: &Path| {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f"]);
        command.arg(file);
        command
    };
    let genrsa = |file: &Path| {
        let mut command = Command::new("openssl");
        command.args(["genrsa", "-out"]).arg(file).arg("2048");
        command
    };
    [
        candidate("ssh-keygen", Tool::SSH_KEYGEN, ["ssh", "-V"], ssh_keygen),
        candidate(
            "openssl-genrsa",
            Tool::OPENSSL,
            ["openssl", "version"],
            genrsa,
        ),
    ]
}

/// A program that writes a key into the file it is given.
fn candidate(
    name: &str,
    tool: Tool,
    version: [&str; 2],
    command: fn(&Path) -> Command,
) -> Result<Candidate, LeftOut> {
    tools::provide(tool).map_err(|reason| LeftOut::new(name, reason))?;
    let folder = tempfile::tempdir().map_err(|error| LeftOut::new(name, error.to_string()))?;
    let title = format!("{name}, a process for each ({})", said(version));
    let make = move || {
        let file = folder.path().join("key");
        if file.exists() {
            // It would ask before it writes over one.
            fs::remove_file(&file)?;
        }
        let before = processor_time::of_ended_children()?;
        run(command(&file).stdin(Stdio::null()).stderr(Stdio::null()))?;
        Ok(processor_time::of_ended_children()?.saturating_sub(before))
    };
    Ok(Candidate::other(name, title, Box::new(make)))
}

/// The version that a program prints, on whichever of its outputs: the first words.
fn said([program, argument]: [&str; 2]) -> String {
    let Ok(output) = Command::new(program).arg(argument).output() else {
        return "unknown version".to_owned();
    };
    let both = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&both);
    first_words(&text)
}

fn first_words(text: &str) -> String {
    let words: Vec<_> = text.split([',', ' ']).take(2).collect();
    words.join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_the_first_words() {
        let text = "OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19)\n";
        assert_eq!(first_words(text), "OpenSSL 3.0.19");
        let text = "OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025\n";
        assert_eq!(first_words(text), "OpenSSH_9.2p1 Debian-2+deb12u7");
    }
}

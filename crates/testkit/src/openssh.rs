//! The tools that load keys: OpenSSH and OpenSSL, as judges.
//!
//! A machine without a tool fails its tests, unless it says `PHAROS_TEST_WITHOUT_OPENSSH=1`.

use std::io::{self, ErrorKind, Write};
use std::process::{Command, Output};

/// What the tool prints when it succeeds; `None` where it is missing and may be.
pub fn run(command: &mut Command) -> Option<String> {
    let output = output(command)?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    let tool = command.get_program().display();
    assert!(output.status.success(), "{tool}: {printed}{complaint}");
    Some(printed)
}

/// How the tool ends, whether it succeeds or not; `None` where it is missing and may be.
pub fn output(command: &mut Command) -> Option<Output> {
    let tool = command.get_program().display().to_string();
    match command.output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let may_be_missing =
                std::env::var_os("PHAROS_TEST_WITHOUT_OPENSSH").is_some_and(|value| value == "1");
            assert!(
                may_be_missing,
                "`{tool}` is not installed; install it, or set PHAROS_TEST_WITHOUT_OPENSSH=1 to \
                 leave out what it judges"
            );
            // Past the test harness, which shows nothing of a test that passes.
            writeln!(io::stderr(), "skipped: `{tool}` is not installed").expect("standard error");
            None
        }
        Err(error) => panic!("`{tool}` cannot be run: {error}"),
    }
}

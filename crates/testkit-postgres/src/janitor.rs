//! Cleans up after the test's process, however that ends.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};

use crate::owner::Owner;

/// Waits for the end of its standard input: [`Janitor`] closes it when dropped, and the system when the process is gone.
const SCRIPT: &str = r#"
cat
"$0/pg_ctl" stop --mode immediate --pgdata "$1/data"
# A killed server leaves its lock file, whose seventh line ends with the id of its shared memory.
ipcrm --shmem-id "$(sed -n '7s/.* //p' "$1/data/postmaster.pid")"
rm -rf "$1"
"#;

/// A shell that stops a server and removes its folder when this is dropped, or the process ends.
pub(crate) struct Janitor(Child);

impl Janitor {
    pub(crate) fn start(owner: &Owner, programs: &Path, folder: &Path) -> Self {
        let mut shell = owner.command("sh");
        shell
            .args(["-c", SCRIPT])
            .args([programs, folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C ends the test; what comes after is the janitor's work.
            .process_group(0);
        Self(shell.spawn().expect("a shell"))
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        // Waiting closes its standard input first.
        let _ = self.0.wait();
    }
}

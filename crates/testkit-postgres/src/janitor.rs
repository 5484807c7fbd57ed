//! Cleans up after the test's process, however that ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::owner::Owner;

/// Makes the folder, so that none is ever without a janitor, and waits for the end of its standard input: [`Janitor`]
/// closes that when dropped, and the system when the process is gone.
const SCRIPT: &str = r#"
trap '' PIPE
folder=$(mktemp -d "${TMPDIR:-/tmp}/pharos-postgres-XXXXXXXX") || exit
echo "$folder"
exec >/dev/null 2>&1
cat
# A server that was just starting may go on for a moment, unstopped.
for attempt in 1 2 3; do
    "$0/pg_ctl" stop --mode immediate --pgdata "$folder/data"
    # A killed server leaves its lock file, whose seventh line ends with the id of its shared memory.
    ipcrm --shmem-id "$(sed -n '7s/.* //p' "$folder/data/postmaster.pid")"
    rm -rf "$folder" && break
    sleep 1
done
"#;

/// A shell that has a temporary folder. When this is dropped or the process ends, it stops the server in it and
/// removes it.
pub(crate) struct Janitor {
    shell: Child,
    folder: PathBuf,
}

impl Janitor {
    pub(crate) fn start(owner: &Owner, programs: &Path) -> Self {
        let mut shell = owner
            .command("sh")
            .args(["-c", SCRIPT])
            .arg(programs)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C ends the test; what comes after is the janitor's work.
            .process_group(0)
            .spawn()
            .expect("a shell");
        let mut folder = String::new();
        let mut printed = BufReader::new(shell.stdout.take().unwrap());
        printed.read_line(&mut folder).unwrap();
        // The system names a process's folder without links.
        let folder = fs::canonicalize(folder.trim_end())
            .expect("the user who runs PostgreSQL may write to the folder for temporary files");
        Self { shell, folder }
    }

    /// A standard input for a program that writes to the folder: the janitor waits for its end too.
    pub(crate) fn also_waits_for(&self) -> Stdio {
        let input = self.shell.stdin.as_ref().unwrap().as_fd();
        input.try_clone_to_owned().unwrap().into()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        // Waiting closes its standard input first.
        let _ = self.shell.wait();
    }
}

//! The processes of a server.

use std::fs;
use std::path::Path;

use rustix::process::Pid;

/// Those that work in a folder, even if it was removed: every process of PostgreSQL works in its cluster's.
pub fn working_in(folder: &Path) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").expect("Linux shows its processes");
    entries
        .flatten()
        .filter(|entry| {
            // No link of a process that ended meanwhile, or of one that is not ours.
            fs::read_link(entry.path().join("cwd"))
                .is_ok_and(|works_in| works_in.starts_with(folder))
        })
        .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        .collect()
}

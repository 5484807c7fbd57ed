//! The file of a SQLite store and what it lies on.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use pharos_store::diagnosis::{Finding, size};
use rustix::fs::{statfs, statvfs};

/// Bits of a mode that let others than the owner at a file.
const OTHERS: u32 = 0o077;

/// Bits of a folder's mode that let others put files into it or take them away.
const OTHERS_WRITE: u32 = 0o022;

/// Free space that a file system should have: a gibibyte, and one part of so many.
const FREE_BYTES_MIN: u64 = 1 << 30;
const FREE_PART_MIN: u64 = 10;

/// File systems over a network, by what Linux's `statfs` calls them: locks and shared memory do not reach
/// from one machine to another on them.
const REMOTE: &[(u32, &str)] = &[
    (0x0000_6969, "NFS"),
    (0x0000_517b, "SMB"),
    (0xfe53_4d42, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x0bd0_0bd0, "Lustre"),
    (0x0102_1997, "9P"),
];

/// Looks at the file from outside; answers whether there is one that can be opened.
pub(super) fn look(path: &Path, findings: &mut Vec<Finding>) -> bool {
    let check = "store";
    let shown = path.display();
    let metadata = match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => {
            let text = format!("{shown} is not a file; name another path with --store");
            findings.push(Finding::problem(check, text));
            return false;
        }
        Err(error) => {
            findings.push(Finding::problem(check, missing(path, &error)));
            return false;
        }
    };
    findings.push(Finding::sound(
        check,
        format!("{shown}, {}", size(metadata.len())),
    ));
    findings.push(modes(path, &metadata));
    findings.push(folder(path));
    findings.push(free_space(path));
    true
}

fn missing(path: &Path, error: &io::Error) -> String {
    let shown = path.display();
    if error.kind() == io::ErrorKind::NotFound {
        format!("there is none in {shown}; name another path with --store, or start the server")
    } else {
        format!("{shown} cannot be looked at ({error}); run it as the user that the server runs as")
    }
}

/// The file and its companions are for their owner only.
fn modes(path: &Path, metadata: &Metadata) -> Finding {
    let check = "modes";
    let companions = ["-wal", "-shm"].map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    });
    let files = companions
        .iter()
        .filter_map(|path| Some((path.as_path(), fs::metadata(path).ok()?)));
    for (path, metadata) in std::iter::once((path, metadata.clone())).chain(files) {
        let mode = metadata.permissions().mode() & 0o7777;
        if mode & OTHERS != 0 {
            let shown = path.display();
            return Finding::problem(
                check,
                format!("{shown} is open to others (mode {mode:04o}); run `chmod 600 {shown}`"),
            );
        }
    }
    Finding::sound(check, "for its owner only")
}

fn folder(path: &Path) -> Finding {
    let check = "folder";
    let folder = folder_of(path);
    let shown = folder.display();
    match fs::metadata(folder) {
        Ok(metadata) => {
            let mode = metadata.permissions().mode() & 0o7777;
            if mode & OTHERS_WRITE == 0 {
                Finding::sound(check, "only its owner can put files beside the store")
            } else {
                Finding::problem(
                    check,
                    format!(
                        "others can put files beside the store (mode {mode:04o}); run \
                         `chmod go-w {shown}`"
                    ),
                )
            }
        }
        Err(error) => Finding::problem(check, format!("{shown} cannot be looked at: {error}")),
    }
}

fn free_space(path: &Path) -> Finding {
    let check = "disk";
    let (space, kind) = match (statvfs(path), statfs(path)) {
        (Ok(space), Ok(kind)) => (space, kind),
        (Err(error), _) | (_, Err(error)) => {
            return Finding::warning(check, format!("its space cannot be told: {error}"));
        }
    };
    // Signed or not, and of 32 or 64 bits, as the machine has it; the number has 32.
    let kind = i128::from(kind.f_type) & i128::from(u32::MAX);
    if let Some((_, name)) = REMOTE.iter().find(|(magic, _)| i128::from(*magic) == kind) {
        let text = format!("the store is on {name}, over a network; move it to a local disk");
        return Finding::warning(check, text);
    }
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    let all = space.f_blocks.saturating_mul(space.f_frsize);
    let text = format!("{} of {} are free", size(free), size(all));
    if free < FREE_BYTES_MIN || free < all / FREE_PART_MIN {
        Finding::warning(check, format!("{text}; make room before it is full"))
    } else {
        Finding::sound(check, text)
    }
}

/// A path without a folder in it lies in the one that the command runs in.
fn folder_of(path: &Path) -> &Path {
    let folder = path.parent();
    folder
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

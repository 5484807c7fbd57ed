//! Whom the server and its files belong to.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Who stands in for root, the first of whom the system knows: Debian's package makes `postgres`.
const INSTEAD_OF_ROOT: &[&str] = &["postgres", "nobody"];

/// Whom the server runs as: whoever runs the test, but PostgreSQL refuses to be root.
pub(crate) enum Owner {
    Ourselves,
    Another { user: u32, group: u32 },
}

impl Owner {
    pub(crate) fn find() -> Self {
        if !rustix::process::geteuid().is_root() {
            return Self::Ourselves;
        }
        let users = fs::read_to_string("/etc/passwd").expect("a list of users");
        INSTEAD_OF_ROOT
            .iter()
            .find_map(|name| find_user(&users, name))
            .expect("root cannot run PostgreSQL; add a user `postgres` to the system")
    }

    /// A program that runs as them, in a folder that everybody can enter.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir("/");
        if let Self::Another { user, group } = *self {
            command.uid(user).gid(group);
        }
        command
    }

    /// Makes a file theirs.
    pub(crate) fn give(&self, path: &Path) {
        if let Self::Another { user, group } = *self {
            chown(path, Some(user), Some(group)).unwrap();
        }
    }
}

/// Looks for `name:password:user:group:…`.
fn find_user(users: &str, name: &str) -> Option<Owner> {
    let mut fields = users
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?
        .skip(1);
    Some(Owner::Another {
        user: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
    })
}

//! Where PostgreSQL is installed, and what becomes of tests where it is not.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Names the folder of PostgreSQL's programs; nothing else is looked at then.
const FOLDER_VARIABLE: &str = "PHAROS_TEST_POSTGRES_BIN";

/// Where Debian puts each version; its `PATH` has but some of the programs.
const DEBIAN: &str = "/usr/lib/postgresql";

/// What a cluster needs.
const PROGRAMS: &[&str] = &[
    "initdb",
    "pg_basebackup",
    "pg_ctl",
    "pg_isready",
    "postgres",
    "psql",
];

const NOT_INSTALLED: &str = "PostgreSQL is not installed; install it (on Debian: `apt-get install postgresql`), \
     name the folder of its programs in PHAROS_TEST_POSTGRES_BIN, or set \
     PHAROS_TEST_WITHOUT_POSTGRESQL=1 to leave out what needs it";

/// The folder of its programs.
pub(crate) fn programs() -> PathBuf {
    find().expect(NOT_INSTALLED)
}

/// See [`crate::Postgres::is_left_out`].
pub(crate) fn is_left_out() -> bool {
    if find().is_some() {
        return false;
    }
    let may_be_missing =
        env::var_os("PHAROS_TEST_WITHOUT_POSTGRESQL").is_some_and(|value| value == "1");
    assert!(may_be_missing, "{NOT_INSTALLED}");
    // Past the test harness, which shows nothing of a test that passes.
    writeln!(io::stderr(), "left out: PostgreSQL is not installed").expect("standard error");
    true
}

fn find() -> Option<PathBuf> {
    let is_complete = |folder: &PathBuf| {
        let has = |program: &&str| folder.join(program).is_file();
        PROGRAMS.iter().all(has)
    };
    if let Some(folder) = env::var_os(FOLDER_VARIABLE) {
        return Some(PathBuf::from(folder)).filter(is_complete);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(debian()).find(is_complete)
}

/// The folders of Debian's versions, the newest first.
fn debian() -> Vec<PathBuf> {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<u32> = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable();
    let folder = |version: u32| Path::new(DEBIAN).join(version.to_string()).join("bin");
    versions.into_iter().rev().map(folder).collect()
}

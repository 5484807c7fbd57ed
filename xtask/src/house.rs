//! The repository tests itself: which crate may know which, that versions and lints stand once, and
//! where code may be unsafe.
//! ARCHITECTURE.md draws the same in prose.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pharos_api::code::Code;
use serde_json::Value;
use toml::Table;

use crate::repository::{cargo, root};

/// Which crate may depend on which others of the house. What is not listed may not be.
const ALLOWED: &[(&str, &[&str])] = &[
    ("pharos-api", &[]),
    ("pharos-protocol", &["pharos-api"]),
    ("pharos-policy", &["pharos-api"]),
    ("pharos-keys", &["pharos-api"]),
    ("pharos-explorer", &["pharos-api"]),
    // docs/decisions/0003: the proof of permission is a type of the policy crate.
    ("pharos-store", &["pharos-api", "pharos-policy"]),
    (
        "pharos-store-postgres",
        &["pharos-api", "pharos-policy", "pharos-store"],
    ),
    (
        "pharos-store-sqlite",
        &["pharos-api", "pharos-policy", "pharos-store"],
    ),
    ("pharos-backup", &["pharos-api", "pharos-store"]),
    (
        "pharos-service",
        &["pharos-api", "pharos-keys", "pharos-policy", "pharos-store"],
    ),
    (
        "pharos-server",
        &[
            "pharos-api",
            "pharos-explorer",
            "pharos-protocol",
            "pharos-service",
        ],
    ),
    ("pharos-client", &["pharos-api", "pharos-protocol"]),
    (
        "pharos",
        &[
            "pharos-api",
            "pharos-backup",
            "pharos-client",
            "pharos-keys",
            "pharos-server",
            "pharos-service",
            "pharos-store",
            "pharos-store-postgres",
            "pharos-store-sqlite",
        ],
    ),
];

/// For tests and developers: they may know every crate, and no crate ships them.
const NOT_SHIPPED: &[&str] = &["pharos-testkit", "pharos-testkit-postgres", "xtask"];

/// Crates that touch nothing of the world; their `clippy.toml` bans its doors. In debug builds, the
/// Explorer's library reads its page from the disk.
const PURE: &[&str] = &["api", "explorer", "keys", "policy", "protocol"];

/// What no pure crate may depend on, directly.
const IMPURE: &[&str] = &[
    "getrandom",
    "hyper",
    "reqwest",
    "rusqlite",
    "rustix",
    "tokio",
    "tracing-subscriber",
    "ureq",
];

/// The files that may hold unsafe code: vector instructions, calls of aws-lc, and two for tests.
const MAY_BE_UNSAFE: &[&str] = &[
    "crates/keys/src/aws_lc.rs",
    "crates/keys/src/prime/lanes/avx2.rs",
    "crates/keys/src/prime/lanes/ifma.rs",
    "crates/keys/src/prime/tests/constant_time.rs",
    "crates/testkit/src/disk/vfs.rs",
];

/// Every crate of the house, with the names of what it is built from (not what it is tested with).
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let mut metadata = cargo();
    metadata.args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ]);
    let metadata = metadata.output().unwrap().stdout;
    let metadata: Value = serde_json::from_slice(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap();
            let built_from = dependencies
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(name);
            (name(package), built_from.collect())
        })
        .collect()
}

fn manifests() -> Vec<(PathBuf, Table)> {
    let crates = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    crates
        .chain([root().join("xtask")])
        .map(|folder| folder.join("Cargo.toml"))
        .map(|path| {
            let manifest = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            (path, manifest)
        })
        .collect()
}

#[test]
fn crates_depend_on_each_other_in_one_direction() {
    let all = dependencies();
    for (name, dependencies) in &all {
        if NOT_SHIPPED.contains(&name.as_str()) {
            continue;
        }
        let (_, allowed) = ALLOWED
            .iter()
            .find(|(crate_name, _)| crate_name == name)
            .unwrap_or_else(|| panic!("say which crates {name} may depend on"));
        for dependency in dependencies
            .iter()
            .filter(|dependency| all.contains_key(*dependency))
        {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} must not depend on {dependency}"
            );
        }
    }
    for (name, _) in ALLOWED {
        assert!(
            all.contains_key(*name),
            "{name} is gone; take it off the list"
        );
    }
}

#[test]
fn pure_crates_stay_pure() {
    let all = dependencies();
    for name in PURE {
        for dependency in &all[&format!("pharos-{name}")] {
            assert!(
                !IMPURE.contains(&dependency.as_str()),
                "pharos-{name} depends on {dependency}"
            );
        }
        let path = root().join("crates").join(name).join("clippy.toml");
        let bans = fs::read_to_string(&path).unwrap();
        for door in [
            "SystemTime::now",
            "Instant::now",
            "getrandom::fill",
            "env::var",
            "fs::File",
        ] {
            assert!(bans.contains(door), "{} should ban {door}", path.display());
        }
    }
}

/// What a crate is built from, as cargo resolves it for this machine: a line for each. It may fetch what
/// the build before did not need.
fn tree(arguments: &[&str]) -> String {
    let mut tree = cargo();
    tree.args(["tree", "--locked", "--prefix", "none"]);
    String::from_utf8(tree.args(arguments).output().unwrap().stdout).unwrap()
}

/// docs/decisions/0006.
#[test]
fn there_is_one_cryptography_and_the_command_has_one_http_client() {
    let workspace = tree(&["--workspace", "--all-features"]);
    assert!(workspace.contains("aws-lc-rs v"), "{workspace}");
    assert!(!workspace.contains("\nring v"), "{workspace}");
    let command = tree(&["--package", "pharos", "--edges", "normal"]);
    assert!(command.contains("\nureq v"), "{command}");
    assert!(!command.contains("\nreqwest v"), "{command}");
}

#[test]
fn versions_and_lints_stand_once() {
    for (path, manifest) in manifests() {
        let shown = path.display();
        assert_eq!(
            manifest["lints"]["workspace"].as_bool(),
            Some(true),
            "{shown}"
        );
        for key in ["edition", "license", "publish", "rust-version", "version"] {
            let value = &manifest["package"][key];
            let inherited = value.get("workspace").and_then(toml::Value::as_bool);
            assert_eq!(inherited, Some(true), "{shown}: {key}");
        }
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(kind).and_then(toml::Value::as_table) else {
                continue;
            };
            for (name, dependency) in dependencies {
                let inherited = dependency.get("workspace").and_then(toml::Value::as_bool);
                assert_eq!(
                    inherited,
                    Some(true),
                    "{shown}: {name} has a version of its own"
                );
            }
        }
    }
}

/// The Rust files under a folder, what cargo builds aside.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.flat_map(|path| match path.extension() {
        Some(extension) if extension == "rs" => vec![path],
        _ if path.is_dir() && !path.ends_with("target") => rust_files(&path),
        _ => vec![],
    });
    files.collect()
}

/// Whether the keyword stands in it, outside of comments.
fn is_unsafe(code: &str) -> bool {
    let keyword = concat!("un", "safe");
    let lines = code.lines().filter_map(|line| line.split("//").next());
    let mut words = lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.any(|word| word == keyword)
}

#[test]
fn only_the_files_that_may_be_unsafe_are() {
    let folders = ["crates", "fuzz", "xtask"].map(|name| root().join(name));
    let files = folders.iter().flat_map(|folder| rust_files(folder));
    let found: Vec<_> = files
        .filter(|path| is_unsafe(&fs::read_to_string(path).unwrap()))
        .map(|path| path.strip_prefix(root()).unwrap().to_owned())
        .collect();
    let found: BTreeSet<_> = found.into_iter().collect();
    let may_be = MAY_BE_UNSAFE.iter().map(PathBuf::from).collect();
    assert_eq!(found, may_be);
}

/// The codes of the vendor's common table, as docs/protocol.md section 4.1 has it: a row may name
/// several.
fn common_table() -> Vec<String> {
    let protocol = fs::read_to_string(root().join("docs/protocol.md")).unwrap();
    let (_, section) = protocol.split_once("\n### 4.1 ").unwrap();
    let (section, _) = section.split_once("\n### ").unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.map(|row| row.split(" |").next().unwrap());
    let codes = cells.flat_map(|cell| cell.split(" / "));
    codes.map(|code| code.replace('`', "")).collect()
}

#[test]
fn the_common_codes_are_those_of_the_vendors_table() {
    let ours: Vec<_> = Code::COMMON.iter().map(|code| code.wire()).collect();
    assert_eq!(ours, common_table());
}

//! What an adapter asks of a table that grows stands where a test looks at its plan: in the table of
//! statements, which the tests of plans go through.

use std::fs;

use super::source;
use super::statement::Statement;
use super::{ADAPTER, files};
use crate::repository::root;

/// Each adapter, and where its table of statements begins.
const ADAPTERS: &[(&str, &str)] = &[
    ("crates/store-sqlite", "statements! {"),
    (ADAPTER, "statements! {\n    Statements;"),
];

/// Tables that grow with key pairs and instances.
const GROWING: &[&str] = &[
    "bindings",
    "instances",
    "key_pair_counts",
    "key_pair_taken",
    "key_pair_tags",
    "key_pairs",
];

/// Statements that are for a store as a whole: an import into an empty one, a backup, an examination.
const OF_THE_WHOLE: &[&str] = &[
    "EXPORT_COUNTS",
    "EXPORT_INSTANCES",
    "EXPORT_KEY_PAIRS",
    "WRONG_COUNTS",
    "every_binding_insert",
    "every_instance_insert",
    "is_empty",
    "key_pair_counts_insert",
];

/// Whether rows of a table that grows are read or written.
fn asks(sql: &str) -> bool {
    Statement::is_one(sql)
        && Statement::split(sql).iter().any(|statement| {
            let verbs = ["delete", "insert", "select", "update", "with"];
            let table = |word: &str| GROWING.contains(&word.trim_start_matches("pharos."));
            verbs.iter().any(|verb| statement.begins_with(verb)) && statement.words().any(table)
        })
}

/// The code without its table of statements, which begins so.
fn without_table(code: &str, begin: &str) -> String {
    match code.split_once(begin) {
        Some((before, from)) => {
            let behind = from.split_once("\n}\n").map_or("", |(_, behind)| behind);
            format!("{before}{behind}")
        }
        None => code.to_owned(),
    }
}

/// The code without the statements of this name: `name = "…";` or `name: &str = "…";`.
fn without(mut code: String, name: &str) -> String {
    for begin in [format!(" {name} = \""), format!(" {name}: &str = \"")] {
        if let Some((before, from)) = code.split_once(&begin) {
            let behind = from.split_once("\";\n").map_or("", |(_, behind)| behind);
            code = format!("{before}{behind}");
        }
    }
    code
}

#[test]
fn every_statement_on_a_table_that_grows_is_planned() {
    for (adapter, begin) in ADAPTERS {
        let mut has_table = false;
        for path in files(&root().join(adapter).join("src"), "rs") {
            let code = fs::read_to_string(&path).unwrap();
            let mut rest = without_table(&code, begin);
            has_table |= rest.len() < code.len();
            for name in OF_THE_WHOLE {
                rest = without(rest, name);
            }
            let elsewhere = source::strings(&rest).into_iter().find(|sql| asks(sql));
            assert_eq!(elsewhere, None, "{} asks beside its table", path.display());
        }
        assert!(has_table, "{adapter} has a table of statements");
    }
}

#[test]
fn a_statement_beside_the_table_is_found() {
    let code = "statements! {\n    ONE = \"SELECT 1 FROM key_pairs\";\n}\n\
                const EXPORT_KEY_PAIRS: &str = \"SELECT 2 FROM pharos.key_pairs\";\n\
                const OTHER: &str = \"SELECT 3 FROM pharos.bindings\";\n\
                const SMALL: &str = \"SELECT 4 FROM store\";\n";
    let rest = without(without_table(code, "statements! {"), "EXPORT_KEY_PAIRS");
    let found: Vec<_> = source::strings(&rest)
        .into_iter()
        .filter(|sql| asks(sql))
        .collect();
    assert_eq!(found, ["SELECT 3 FROM pharos.bindings"]);
}

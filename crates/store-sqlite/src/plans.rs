//! What a statement costs does not grow with the store. SQLite is asked how it goes about each, over a store
//! that holds a million key pairs of others and was never analyzed, as no store is.

use std::path::Path;

use rusqlite::{Connection, StatementStatus, params_from_iter};

use crate::schema;
use crate::statement::ALL;

/// Key pairs of one place.
const PLACE: &str = include_str!("../tests/plans/place.sql");
/// Key pairs of other places.
const OTHERS: &str = include_str!("../tests/plans/others.sql");

/// How many of both there are.
#[derive(Clone, Copy)]
struct Sizes {
    place: u32,
    others: u32,
}

/// What grows with the store. `xtask/src/sql` sees that no statement on them stands elsewhere than in
/// [`ALL`].
const GROWING: &[&str] = &[
    "bindings",
    "instances",
    "key_pair_counts",
    "key_pair_taken",
    "key_pair_tags",
    "key_pairs",
];

/// Statements that are about a place as a whole.
const OF_A_WHOLE_PLACE: &[&str] = &["INSTANCES", "INSTANCE_ROOM", "KEY_PAIR_NAMES", "USAGE"];

#[test]
fn no_statement_walks_or_sorts_a_table_and_none_takes_longer_beside_a_million_key_pairs() {
    let folder = tempfile::tempdir().unwrap();
    let store = |name, place, others| {
        let sizes = Sizes { place, others };
        store_of(&folder.path().join(name), sizes)
    };
    let small = store("small", 10, 10);
    let large_place = store("large_place", 10_000, 10);
    let large = store("large", 10, 1_000_000);

    let mut measured = 0;
    for (name, sql) in ALL.iter().filter(|(_, sql)| is_query(sql)) {
        check_plan(&large, name, sql);
        if !is_of_a_place(name, sql) {
            continue;
        }
        let in_small = work(&small, sql);
        assert!(in_small.rows > 0, "{name} finds nothing to work on");
        assert_eq!(work(&large, sql), in_small, "{name}, beside others");
        let in_large_place = work(&large_place, sql);
        if OF_A_WHOLE_PLACE.contains(name) {
            assert_ne!(in_large_place, in_small, "{name} is not of a whole place");
        } else {
            assert_eq!(in_large_place, in_small, "{name}, in a large place");
        }
        measured += 1;
    }
    assert!(measured > 25, "{measured} are fewer than there are");
}

fn store_of(path: &Path, Sizes { place, others }: Sizes) -> Connection {
    let mut store = Connection::open(path).unwrap();
    // It is thrown away.
    store.pragma_update(None, "synchronous", false).unwrap();
    schema::migrate(&mut store, schema::MIGRATIONS).unwrap();
    let sizes = format!("CREATE TEMP TABLE sizes AS SELECT {place} AS place, {others} AS others");
    for sql in [&sizes, PLACE, OTHERS] {
        store.execute_batch(sql).unwrap();
    }
    store
}

/// An export walks through everything, and an import looks for the first row of each table. Neither sorts.
fn check_plan(store: &Connection, name: &str, sql: &str) {
    let is_whole = is_of_the_whole(name);
    for step in plan(store, sql) {
        let scans = step.starts_with("SCAN") && step != "SCAN CONSTANT ROW";
        // The index of the root account has one entry at most.
        let has_one_row = step.contains("USING COVERING INDEX accounts_root");
        assert!(is_whole || !scans || has_one_row, "{name}: {step}");
        let sorts = step.contains("TEMP B-TREE") || step.contains("AUTOMATIC");
        assert!(is_whole || !sorts, "{name}: {step}");
        assert_ne!(step, "USE TEMP B-TREE FOR ORDER BY", "{name}");
    }
}

fn is_of_the_whole(name: &str) -> bool {
    name.starts_with("EXPORT_") || name == "IMPORT_IS_EMPTY"
}

/// What is inserted is named in the statement itself; all others have to find their rows.
fn is_of_a_place(name: &str, sql: &str) -> bool {
    let mut words = sql.split(|c: char| !c.is_alphanumeric() && c != '_');
    let grows = words.any(|word| GROWING.contains(&word));
    grows && !is_of_the_whole(name) && verb(sql) != "INSERT"
}

/// What a statement did, and in how many steps of SQLite's machine: how long a step takes does not grow.
#[derive(Debug, PartialEq, Eq)]
struct Work {
    rows: u64,
    steps: i32,
}

/// Has the place's own rows read or changed, and takes the change back.
fn work(store: &Connection, sql: &str) -> Work {
    let change = store.unchecked_transaction().unwrap();
    // What refers to a row that is deleted would be deleted by the statement before.
    change
        .pragma_update(None, "defer_foreign_keys", true)
        .unwrap();
    let mut statement = change.prepare(sql).unwrap();
    let parameters = vec!["1"; statement.parameter_count()];
    let mut found = statement.query(params_from_iter(parameters)).unwrap();
    let mut rows = 0;
    while found.next().unwrap().is_some() {
        rows += 1;
    }
    drop(found);
    if !statement.readonly() {
        rows = change.changes();
    }
    let steps = statement.get_status(StatementStatus::VmStep);
    Work { rows, steps }
}

/// How SQLite goes about a query.
fn plan(store: &Connection, sql: &str) -> Vec<String> {
    let mut plan = store.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let parameters = vec![None::<i64>; plan.parameter_count()];
    plan.query_map(params_from_iter(parameters), |row| row.get(3))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn is_query(sql: &str) -> bool {
    ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&verb(sql))
}

fn verb(sql: &str) -> &str {
    sql.split_whitespace().next().unwrap_or_default()
}

//! `pharos audit`: the log is shown, exported and checked beside the server that writes it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use process::{SECRET_ID, Setup};
use rusqlite::Connection;
use serde_json::Value;

const ROOT: &str = "100000000001";

/// A server at which three things were done, the last by the operator.
fn setup() -> Setup {
    let setup = Setup::new();
    setup.done(&["key", "create", "one"]);
    setup.done(&["key", "delete", "one", "--yes"]);
    setup.done(&["instance", "register", "web"]);
    setup
}

fn sql(setup: &Setup, statement: &str) {
    let store = Connection::open(setup.folder.store()).unwrap();
    store.execute_batch(statement).unwrap();
}

#[test]
fn the_last_rows_are_listed_with_who_did_what() {
    let setup = setup();
    let shown = setup.done(&["audit", "list"]);
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines.len(), 4, "{shown}");
    assert!(lines[0].starts_with("ROW  TIME"), "{shown}");
    for (line, operation, who) in [
        (lines[1], "lighthouse:CreateKeyPair", SECRET_ID),
        (lines[2], "lighthouse:DeleteKeyPairs", SECRET_ID),
        (lines[3], "pharos:RegisterInstance", "pharos-operator"),
    ] {
        let cells: Vec<_> = line.split_whitespace().collect();
        assert_eq!((cells[2], cells[3]), (ROOT, who), "{line}");
        assert_eq!((cells[5], cells.last().copied()), (operation, Some("done")));
    }
    let last = setup.json(&["audit", "list", "--last", "1", "--output", "json"]);
    assert_eq!(last.as_array().unwrap().len(), 1);
    assert_eq!(last[0]["Sequence"], 3);
    assert_eq!(last[0]["Code"], Value::Null);
}

#[test]
fn a_denial_is_listed_with_its_code() {
    let setup = setup();
    let code = "UnauthorizedOperation.NoPermission";
    sql(
        &setup,
        &format!("UPDATE audit SET code = '{code}' WHERE sequence = 2"),
    );
    let shown = setup.done(&["audit", "list"]);
    let outcomes = shown.lines().skip(1);
    let outcomes: Vec<_> = outcomes
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    assert_eq!(outcomes, ["done", code, "done"], "{shown}");
}

#[test]
fn every_row_is_exported_as_a_line_of_json() {
    let setup = setup();
    let exported = setup.done(&["audit", "export"]);
    let rows: Vec<Value> = exported
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let sequences: Vec<_> = rows
        .iter()
        .map(|row| row["Sequence"].as_u64().unwrap())
        .collect();
    assert_eq!(sequences, [1, 2, 3]);
    assert_eq!(rows[0]["AccountId"], ROOT);
    assert_eq!(rows[0]["Operation"], "lighthouse:CreateKeyPair");
    assert_eq!(rows[0]["Source"], "127.0.0.1");
    assert_eq!(rows[0]["SecretId"], SECRET_ID);
    assert_eq!(rows[1]["Resources"].as_array().unwrap().len(), 1);
    assert_eq!(rows[2]["Hash"].as_str().unwrap().len(), 44);
}

#[test]
fn a_whole_log_is_called_so_and_what_was_done_to_it_is_named() {
    let setup = setup();
    let sound = setup.done(&["audit", "verify"]);
    assert!(
        sound.starts_with("3 rows, the chain is unbroken and ends in "),
        "{sound}"
    );
    for (change, named) in [
        (
            "UPDATE audit SET source = '127.0.0.2' WHERE sequence = 2",
            "row 2 was changed after it was written",
        ),
        (
            "DELETE FROM audit WHERE sequence = 2",
            "row 2 is missing: row 3 stands in its place",
        ),
    ] {
        sql(&setup, change);
        let verified = setup.pharos(&["audit", "verify"]);
        let begins =
            format!("the audit log of the account {ROOT} is not what was written: {named}; ");
        assert!(verified.sentence().starts_with(&begins), "{}", verified.err);
        assert_eq!(verified.out, "");
    }
}

#[test]
fn more_rows_than_are_read_at_a_time_are_all_there() {
    let setup = Setup::new();
    let number: usize = 1_005;
    setup.done(&["key", "create", "one"]);
    sql(
        &setup,
        &format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {number})
             INSERT INTO audit
             SELECT account, n, time, request_id, user, secret_id, source, operation, resources, code, hash
               FROM audit, numbers WHERE sequence = 1"
        ),
    );
    let exported = setup.done(&["audit", "export"]);
    assert_eq!(exported.lines().count(), number);
    let last = setup.json(&["audit", "list", "--last", "1002", "--output", "json"]);
    assert_eq!(last.as_array().unwrap().len(), 1_002);
    assert_eq!(last[0]["Sequence"], 4);
}

#[test]
fn where_there_is_no_store_none_is_made() {
    let folder = process::Folder::new();
    let refused = folder.finish(&mut folder.pharos(&["audit", "list"]));
    assert!(
        refused.sentence().starts_with("there is no store "),
        "{}",
        refused.err
    );
}

//! The SQL of the PostgreSQL adapter stays in the subset that engines which spread tables over machines
//! take too, and that lives through a failover. The rules stand in one table, each with its reason.

mod planned;
mod rules;
mod source;
mod statement;

use std::fs;
use std::path::Path;

use crate::repository::root;
use rules::RULES;
use statement::Statement;

const ADAPTER: &str = "crates/store-postgres";

/// The names of the rules that a statement breaks.
fn broken(statement: &Statement) -> Vec<&'static str> {
    let broken = RULES.iter().filter(|rule| (rule.is_broken)(statement));
    broken.map(|rule| rule.name).collect()
}

/// Every file under a folder that ends so.
fn files(folder: &Path, extension: &str) -> Vec<std::path::PathBuf> {
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path, extension)
            } else if path.extension().is_some_and(|found| found == extension) {
                vec![path]
            } else {
                vec![]
            }
        })
        .collect()
}

/// Every statement of the adapter, with the file that it is in.
fn statements() -> Vec<(String, Statement)> {
    let adapter = root().join(ADAPTER);
    let mut texts = Vec::new();
    for path in files(&adapter.join("migrations"), "sql") {
        texts.push((path.clone(), fs::read_to_string(path).unwrap()));
    }
    for path in files(&adapter.join("src"), "rs") {
        let code = fs::read_to_string(&path).unwrap();
        let sql = source::strings(&code).into_iter();
        let sql = sql.filter(|text| Statement::is_one(text));
        texts.extend(sql.map(|text| (path.clone(), text)));
    }
    let name = |path: &Path| path.strip_prefix(&adapter).unwrap().display().to_string();
    let split = texts.iter().flat_map(|(path, text)| {
        let statements = Statement::split(text).into_iter();
        statements.map(move |statement| (name(path), statement))
    });
    split.collect()
}

#[test]
fn every_statement_keeps_every_rule() {
    let mut complaints = Vec::new();
    for (file, statement) in statements() {
        let broken = RULES.iter().filter(|rule| (rule.is_broken)(&statement));
        complaints.extend(
            broken.map(|rule| format!("{file}: {}: {}\n{statement}", rule.name, rule.reason)),
        );
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

/// Else the rules would hold for nothing.
#[test]
fn statements_are_found_where_they_stand() {
    let statements = statements();
    for (file, least) in [
        ("migrations/0001_accounts_and_key_pairs.sql", 12),
        ("src/batch.rs", 2),
        ("src/schema.rs", 6),
        ("src/statement.rs", 50),
    ] {
        let found = statements.iter().filter(|(found, _)| found == file);
        let found = found.count();
        assert!(found >= least, "{found} in {file}");
    }
}

#[test]
fn each_rule_catches_its_offenders() {
    for rule in RULES {
        for offender in rule.offenders {
            let [statement] = &*Statement::split(offender) else {
                panic!("{offender} is not one statement");
            };
            assert_eq!(broken(statement), [rule.name], "{offender}");
        }
    }
}

#[test]
fn what_is_allowed_is_let_through() {
    for sql in [
        "SELECT name FROM pharos.users WHERE account = $1 AND user_uin = $2 FOR UPDATE",
        "SELECT account FROM pharos.accounts WHERE account = ANY ($1) ORDER BY account FOR UPDATE",
        "INSERT INTO pharos.counts SELECT * FROM unnest($1::bigint[])
             ON CONFLICT (account) DO UPDATE SET count = excluded.count",
        "SELECT extract(epoch FROM clock_timestamp())",
        "SELECT 1 FROM pharos.a WHERE b IS DISTINCT FROM c",
        "SELECT 'LOCK TABLE; nextval'",
        "CREATE UNIQUE INDEX one ON pharos.users (account, name)",
    ] {
        for statement in Statement::split(sql) {
            assert_eq!(broken(&statement), [""; 0], "{sql}");
        }
    }
}

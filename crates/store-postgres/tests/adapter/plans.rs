//! What a statement reads does not grow with the store.

use std::time::Instant;

use pharos_api::key_id::KeyId;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_store::Store;
use pharos_store::record::Page;
use pharos_store_postgres::Plan;
use pharos_testkit_postgres::Postgres;

use crate::fixture::{
    LARGE_QUOTA, OTHER, PATIENCE, ROOT, audit, create, deletable, granted, key_name, make_accounts,
    open,
};

/// Blocks of the indexes of key pairs, tags and bindings that everything together may look at. A walk
/// through the large place looks at more than three hundred besides, in the smallest of them.
const BLOCKS_MAX: u64 = 400;

const PAGE: Page = Page {
    offset: 0,
    limit: 2,
};

/// Key pairs of the place that has become large.
const LARGE: u32 = 40_000;

/// A million key pairs of others.
const OTHERS: &str = include_str!("../plans/others.sql");

/// What grows with the store: whoever looks for rows in it names the account and the region.
/// `xtask/src/sql` sees that no statement on them is left out.
const GROWING: &[&str] = &[
    "bindings",
    "call_windows",
    "instances",
    "key_pair_counts",
    "key_pair_tags",
    "key_pairs",
];

/// What grows with the accounts only: whoever looks for rows in it names the account.
const OF_ACCOUNTS: &[&str] = &["attachments", "directory", "memberships", "users"];

/// Statements that sort, and why what they sort is little.
const SORTS: &[(&str, &str)] = &[
    ("call_windows_lock", "the calls of one batch"),
    ("key_pair_page", "one page"),
    ("root_secret_ids", "the keys of one account's root user"),
];

/// The planner knows a store in which nobody has more than ten key pairs. All statements find theirs by
/// the right index all the same.
#[tokio::test(flavor = "multi_thread")]
async fn neither_a_million_key_pairs_of_others_nor_a_place_that_became_large_is_walked_through() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    make_accounts(&open(&url).await).await;
    postgres.sql(&url, OTHERS);
    let plans = open(&url).await.plans().await.unwrap();
    assert!(plans.len() > 50, "{} are fewer than there are", plans.len());
    assert!(plans.iter().all(|plan| !plan.lines.is_empty()));
    let faults: Vec<_> = plans.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));

    let large = format!(
        "INSERT INTO pharos.key_pairs
         SELECT {ROOT}, 'ap-guangzhou', 'lhkp-' || lpad('l' || n, 8, '0'), 'l' || n, repeat('A', 380), sha256(n::text::bytea), n
           FROM generate_series(1, {LARGE}) AS n;
         INSERT INTO pharos.key_pair_tags
         SELECT {ROOT}, 'ap-guangzhou', key_id, 0, key_id, key_id
           FROM pharos.key_pairs WHERE account = {ROOT};
         INSERT INTO pharos.instances
         VALUES ({ROOT}, 'ap-guangzhou', 'lhins-00000001', NULL, '{{}}');
         INSERT INTO pharos.bindings
         SELECT {ROOT}, 'ap-guangzhou', 'lhins-00000001', key_id, 'root', 0
           FROM pharos.key_pairs WHERE account = {ROOT};
         INSERT INTO pharos.key_pair_counts VALUES ({ROOT}, 'ap-guangzhou', {LARGE})"
    );
    postgres.sql(&url, &large);
    let blocks = || {
        let looked_at = "SELECT sum(idx_blks_hit + idx_blks_read)::bigint
                           FROM pg_statio_user_indexes
                          WHERE relname IN ('bindings', 'key_pairs', 'key_pair_tags')";
        postgres.sql(&url, looked_at).trim().parse::<u64>().unwrap()
    };
    let is_told = |database: &str| postgres.sql(&url, database).trim() != "0";
    let before = blocks();

    let store = open(&url).await;
    create(&store, ROOT, LARGE + 1).await.unwrap();
    let name = key_name("free");
    let place = granted(ROOT);
    let room = store.look_at_name_and_quota(&place, &name, LARGE_QUOTA);
    room.await.unwrap();
    let page = store.key_pairs(&place, &[], PAGE).await.unwrap();
    assert_eq!(page.key_pairs.len(), 2);
    create(&store, OTHER, 1).await.unwrap();
    let one = "lhkp-000l9999";
    let one_text = || vec![one.to_owned()];
    for filter in [
        KeyPairFilter::KeyId(vec![KeyId::parse(one).unwrap()]),
        KeyPairFilter::TagKey(one_text()),
        KeyPairFilter::TagValue(one_text()),
        KeyPairFilter::Tag {
            key: one.to_owned(),
            values: one_text(),
        },
    ] {
        let found = store.key_pairs(&place, &[filter], PAGE).await.unwrap();
        assert_eq!(found.total, 1);
    }
    let new = [deletable(ROOT, LARGE + 1)];
    let entry = audit(ROOT, LARGE + 2, "lighthouse:DeleteKeyPairs");
    store.delete_key_pairs(&new, entry).await.unwrap();

    // PostgreSQL tells what a session did when that has ended.
    drop(store);
    let begin = Instant::now();
    let open_sessions = "SELECT count(*) FROM pg_stat_activity
                          WHERE datname = current_database() AND pid <> pg_backend_pid()
                            AND backend_type = 'client backend'";
    while is_told(open_sessions) {
        assert!(begin.elapsed() < PATIENCE, "a session stays");
    }
    let read = blocks() - before;
    assert!(read > 10, "{read} blocks are less than what was asked for");
    let each = "SELECT indexrelname, idx_scan, idx_blks_hit + idx_blks_read
                  FROM pg_statio_user_indexes JOIN pg_stat_user_indexes USING (indexrelname)";
    assert!(
        read < BLOCKS_MAX,
        "{read} blocks of indexes were looked at, with what made the rows:\n{}",
        postgres.sql(&url, each)
    );
}

/// What walks through more than it has to, or sorts it.
fn faults(plan: &Plan) -> Vec<String> {
    let mut faults = Vec::new();
    let may_sort = SORTS.iter().any(|(name, _)| *name == plan.statement);
    for (at, line) in plan.lines.iter().enumerate() {
        let node = line.trim_start_matches([' ', '-', '>']);
        let details = plan.lines[at + 1..].iter();
        let details = details.take_while(|line| !line.contains("->"));
        let detail = |name: &str| {
            details
                .clone()
                .find_map(|line| line.trim().strip_prefix(name))
        };
        let is_fault = if node.starts_with("Seq Scan") || node.starts_with("Join Filter:") {
            true
        } else if node.starts_with("Sort  ") {
            !may_sort
        } else if let Some(parts) = scanned(node).and_then(key) {
            let condition = detail("Index Cond: ").unwrap_or_default();
            let names_key = parts.iter().all(|part| condition.contains(part));
            !names_key || detail("Filter: ").is_some()
        } else {
            false
        };
        if is_fault {
            let (statement, lines) = (plan.statement, plan.lines.join("\n"));
            faults.push(format!("{statement}: {node}\n{lines}"));
        }
    }
    faults
}

/// What a condition on this table names at least.
fn key(table: &str) -> Option<&'static [&'static str]> {
    if GROWING.contains(&table) {
        Some(&["account = ", "region = "])
    } else {
        OF_ACCOUNTS.contains(&table).then_some(&["account = "])
    }
}

/// The table of `Index Scan using <index> on <table>`, and of its like.
fn scanned(node: &str) -> Option<&str> {
    let (scan, behind) = node.split_once(" on ")?;
    let is_scan = scan.contains("Index") && scan.contains("Scan");
    is_scan.then(|| behind.split(' ').next()).flatten()
}

#[test]
fn a_plan_that_walks_or_sorts_is_a_fault() {
    let is_fault = |statement, lines: &[&str]| {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        !faults(&Plan { statement, lines }).is_empty()
    };
    let by_key = "  Index Cond: ((account = $1) AND (region = $2) AND (key_id = $3))";
    let scan = "Index Scan using key_pairs_pkey on key_pairs  (cost=0.1 rows=1)";
    assert!(!is_fault("key_pair_delete", &[scan, by_key]));
    for lines in [
        &["Seq Scan on key_pairs  (cost=0.1 rows=1)"][..],
        &["Sort  (cost=0.1 rows=1)", "  Sort Key: key_id"],
        &["Nested Loop  (cost=0.1 rows=1)", "  Join Filter: (a = b)"],
        &[scan],
        &[scan, "  Index Cond: (account = $1)"],
        &[scan, by_key, "  Filter: (key_name = $4)"],
        &[
            "Index Scan using directory_pkey on directory  (cost=0.1 rows=1)",
            "  Index Cond: (kind = 'policy'::text)",
        ],
    ] {
        assert!(is_fault("key_pair_delete", lines), "{lines:?}");
    }
    assert!(!is_fault("key_pair_page", &["Sort  (cost=0.1 rows=1)"]));
}

//! What a statement reads does not grow with the store.

use std::time::Instant;

use pharos_api::key_id::KeyId;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_store::Store;
use pharos_store::record::Page;
use pharos_testkit_postgres::Postgres;

use crate::fixture::{
    LARGE_QUOTA, OTHER, PATIENCE, ROOT, audit, create, deletable, granted, key_name, make_accounts,
    open,
};

/// Blocks of the indexes of key pairs and tags that everything together may look at. A walk through the
/// large place looks at more than three hundred in the smallest of them.
const BLOCKS_MAX: u64 = 250;

const PAGE: Page = Page {
    offset: 0,
    limit: 2,
};

/// Key pairs of the place that has become large.
const LARGE: u32 = 40_000;

/// The planner knows a store in which nobody has more than one key pair. All statements find theirs by
/// the right index all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_became_large_is_not_walked_through() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    make_accounts(&open(&url).await).await;
    let small = format!(
        "INSERT INTO pharos.accounts
         SELECT n, n, NULL, 0, 0, sha256('') FROM generate_series(1001, 11000) AS n;
         INSERT INTO pharos.key_pairs
         SELECT n, 'ap-guangzhou', 'lhkp-' || lpad('s' || n, 8, '0'), 's' || n, repeat('A', 380), sha256(n::text::bytea), 0
           FROM generate_series(1001, 11000) AS n;
         INSERT INTO pharos.key_pair_tags
         SELECT account, region, key_id, 0, key_id, key_id FROM pharos.key_pairs;
         ANALYZE;
         INSERT INTO pharos.key_pairs
         SELECT {ROOT}, 'ap-guangzhou', 'lhkp-' || lpad('l' || n, 8, '0'), 'l' || n, repeat('A', 380), sha256(n::text::bytea), n
           FROM generate_series(1, {LARGE}) AS n;
         INSERT INTO pharos.key_pair_tags
         SELECT {ROOT}, 'ap-guangzhou', key_id, 0, key_id, key_id
           FROM pharos.key_pairs WHERE account = {ROOT};
         INSERT INTO pharos.key_pair_counts VALUES ({ROOT}, 'ap-guangzhou', {LARGE})"
    );
    postgres.sql(&url, &small);
    let blocks = || {
        let looked_at = "SELECT sum(idx_blks_hit + idx_blks_read)::bigint
                           FROM pg_statio_user_indexes
                          WHERE relname IN ('key_pairs', 'key_pair_tags')";
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

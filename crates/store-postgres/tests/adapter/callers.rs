//! Callers that go away in the middle.

use std::sync::Arc;

use pharos_store::Store;
use pharos_store::conformance::Inspect;
use pharos_testkit_postgres::Postgres;

use crate::fixture::{Database, MASTER_KEY, ROOT, add_user, create, created, make_accounts, open};

#[tokio::test]
async fn a_caller_that_goes_away_leaves_nothing_half_done() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let store = Arc::new(open(&url).await);
    make_accounts(&store).await;
    let database = Database::connect(&url).await;
    let before = database.rows().await;

    // Somebody else is about to take the SecretId, so that the user waits here with half of its rows written.
    let block = Database::connect(&url).await;
    block
        .run(
            "BEGIN; INSERT INTO pharos.access_keys
                    VALUES ('AKIDuser7', 2, NULL, 'sealed secret', false, true, 0)",
        )
        .await;
    let inserting = Arc::clone(&store);
    let caller = tokio::spawn(async move { add_user(&*inserting, 7).await });
    database.wait_for_session("wait_event_type = 'Lock'").await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    block.run("ROLLBACK").await;

    // Who comes next finds no transaction that it would commit along with its own.
    store.set_master_key(MASTER_KEY).await.unwrap();
    database.wait_for_silence().await;
    assert_eq!(database.rows().await, before);
    add_user(&*store, 7).await.unwrap();
}

#[tokio::test]
async fn a_key_pair_whose_caller_goes_away_is_added_wholly() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let store = Arc::new(open(&url).await);
    make_accounts(&store).await;
    let database = Database::connect(&url).await;

    let block = store.block_writes(ROOT).await.unwrap();
    let creating = Arc::clone(&store);
    let caller = tokio::spawn(async move { create(&*creating, ROOT, 1).await });
    database.wait_for_session("wait_event_type = 'Lock'").await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    drop(block);

    create(&*store, ROOT, 2).await.unwrap();
    assert_eq!(created(&store, ROOT).await, ["key_1", "key_2"]);
}

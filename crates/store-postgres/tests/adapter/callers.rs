//! Callers that go away in the middle.

use std::sync::Arc;

use pharos_store::Store;
use pharos_store::conformance::Inspect;
use pharos_testkit_postgres::Postgres;

use crate::fixture::{Database, MASTER_KEY, ROOT, create, created, make_accounts, open, user};

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

    // A new user refers to its account, so that it waits here with half of its rows written.
    let block = store.block_writes(ROOT).await.unwrap();
    let inserting = Arc::clone(&store);
    let caller = tokio::spawn(async move { inserting.insert_user(user(7)).await });
    database.wait_for_session("wait_event_type = 'Lock'").await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    drop(block);

    // Who comes next finds no transaction that it would commit along with its own.
    store.set_master_key(MASTER_KEY).await.unwrap();
    database.wait_for_silence().await;
    assert_eq!(database.rows().await, before);
    store.insert_user(user(7)).await.unwrap();
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

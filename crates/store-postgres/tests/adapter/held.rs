//! What somebody else holds.

use futures_util::future::join_all;
use pharos_store::Store;
use pharos_store::conformance::Inspect;
use pharos_store::diagnosis::chain;
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store::record::KeyPairRecord;
use pharos_testkit_postgres::Postgres;

use crate::fixture::{
    Database, LARGE_QUOTA, MASTER_KEY, OTHER, ROOT, add_user, create, create_record, created,
    key_pair, make_accounts, open, root, secret_id, time,
};

const MANY: u32 = 40;

#[tokio::test]
async fn an_account_that_is_held_does_not_stop_the_others() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let store = open(&postgres.fresh_database()).await;
    make_accounts(&store).await;
    let block = store.block_writes(ROOT).await.unwrap();
    let held = join_all((1..=3).map(|number| create(&store, ROOT, number)));
    let others = async {
        for number in 1..=MANY {
            create(&store, OTHER, number).await.unwrap();
        }
    };
    // In one batch at first.
    let (told, ()) = tokio::join!(held, others);
    for told in told {
        let failed = matches!(told, Err(InsertKeyPairError::Store(StoreError::Failed(_))));
        assert!(failed, "{told:?}");
    }
    drop(block);
    assert_eq!(created(&store, ROOT).await, [""; 0]);
    assert_eq!(created(&store, OTHER).await.len(), MANY as usize);
}

#[tokio::test]
async fn who_waits_for_a_held_account_has_it_when_it_is_free() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let store = open(&url).await;
    make_accounts(&store).await;
    let database = Database::connect(&url).await;
    let block = store.block_writes(ROOT).await.unwrap();
    let waiting = join_all((1..=3).map(|number| create(&store, ROOT, number)));
    let free = async {
        database.wait_for_session("wait_event_type = 'Lock'").await;
        drop(block);
    };
    let (told, ()) = tokio::join!(waiting, free);
    for told in told {
        told.unwrap();
    }
    assert_eq!(created(&store, ROOT).await.len(), 3);
}

#[tokio::test]
async fn a_request_that_postgresql_refuses_fails_alone() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let store = open(&postgres.fresh_database()).await;
    make_accounts(&store).await;
    let spoilt = KeyPairRecord {
        public_key: "no text has a zero byte: \0".to_owned(),
        ..key_pair(2, "spoilt")
    };
    let (first, spoilt, third, other) = tokio::join!(
        create(&store, ROOT, 1),
        create_record(&store, ROOT, 2, spoilt, LARGE_QUOTA),
        create(&store, ROOT, 3),
        create(&store, OTHER, 4),
    );
    let failed = matches!(
        spoilt,
        Err(InsertKeyPairError::Store(StoreError::Failed(_)))
    );
    assert!(failed, "{spoilt:?}");
    for told in [first, third, other] {
        told.unwrap();
    }
    assert_eq!(created(&store, ROOT).await, ["key_1", "key_3"]);
}

/// Every request may note a use: none of them waits for what is done to the account.
#[tokio::test]
async fn a_use_is_noted_while_its_account_is_held() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let store = open(&url).await;
    make_accounts(&store).await;
    let database = Database::connect(&url).await;
    let row = "SELECT last_used_time || ' ' || ctid FROM pharos.access_keys";
    let block = store.block_writes(ROOT).await.unwrap();
    let note = async |seconds| {
        let noted = store.note_use(&secret_id("AKIDroot"), time(seconds)).await;
        noted.unwrap();
        database.ask(row).await.remove(0)
    };
    let noted = note(2).await;
    let expected = format!("{} ", time(2).unix_seconds());
    assert!(noted.starts_with(&expected), "{noted}");
    for earlier in [2, 1] {
        assert_eq!(note(earlier).await, noted, "the row is not written again");
    }
    assert_ne!(note(3).await, noted);
    drop(block);
}

fn sentence(failed: Result<impl Sized, StoreError>) -> String {
    match failed.err().expect("a failure") {
        StoreError::Failed(cause) => chain(&*cause),
        other @ StoreError::OutcomeUnknown(_) => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_older_node_writes_nothing_to_a_newer_store() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let store = open(&url).await;
    make_accounts(&store).await;
    let database = Database::connect(&url).await;
    let before = database.rows().await;
    let set_version = "UPDATE pharos.schema_version SET version = version";
    database.run(&format!("{set_version} + 41")).await;

    let added = create(&store, ROOT, 1).await.map_err(|error| match error {
        InsertKeyPairError::Store(error) => error,
        other => panic!("{other}"),
    });
    let told = [
        sentence(added),
        sentence(add_user(&store, 7).await),
        sentence(store.note_use(&secret_id("AKIDroot"), time(1)).await),
        sentence(store.ensure_root(root(None)).await),
        sentence(store.set_master_key(MASTER_KEY).await),
        sentence(store.reseal(Vec::new()).await),
        sentence(store.ready().await),
    ];
    for told in told {
        assert!(
            told.contains("a newer Pharos has brought the store to version"),
            "{told}"
        );
    }
    assert_eq!(database.rows().await, before);

    database.run(&format!("{set_version} - 41")).await;
    store.ready().await.unwrap();
    create(&store, ROOT, 1).await.unwrap();
    add_user(&store, 7).await.unwrap();
    store.reseal(Vec::new()).await.unwrap();
}

//! A standby: what it takes, and what a commit that does not wait for it is worth.

use std::sync::Arc;

use pharos_store_postgres::Settings;
use pharos_testkit_postgres::Postgres;

use crate::fixture::{Database, ROOT, create, created, make_accounts, open, refusal};

const WAITING: &str = "wait_event = 'SyncRep'";

/// PostgreSQL acknowledges a commit whose wait for the standby was cut off, with a warning only.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_wait_is_cut_off_is_not_relied_on() {
    if Postgres::is_left_out() {
        return;
    }
    let primary = Postgres::start();
    let standby = primary.standby();
    let url = primary.fresh_database();
    let store = Arc::new(open(&url).await);
    make_accounts(&store).await;
    let database = Database::connect(&url).await;

    let name = url.rsplit_once('/').unwrap().1;
    let told = refusal(Settings::parse(&standby.url(name)).unwrap()).await;
    let expected = "PostgreSQL may only be read here: it is a standby; name the primary in the \
                    store's URL";
    assert_eq!(told, expected);

    standby.stop();
    let creating = Arc::clone(&store);
    let creating = tokio::spawn(async move { create(&*creating, ROOT, 1).await });
    database.wait_for_session(WAITING).await;
    let waiting = format!("SELECT pid FROM pg_stat_activity WHERE {WAITING}");
    let pid = database.ask(&waiting).await.remove(0);
    database
        .ask(&format!("SELECT pg_cancel_backend({pid})"))
        .await;
    // Who finds out what became of it waits for the standby in turn, on another connection.
    database
        .wait_for_session(&format!("{WAITING} AND pid <> {pid}"))
        .await;
    assert!(!creating.is_finished());
    standby.start_again();
    creating.await.unwrap().unwrap();
    assert_eq!(created(&store, ROOT).await, ["key_1"]);
}

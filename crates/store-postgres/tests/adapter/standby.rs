//! A standby: what it takes, what a commit that does not wait for it is worth, and what is read from it.

use std::sync::Arc;

use futures_util::future::join;
use pharos_store::Store;
use pharos_store::archive::{Archive, CHUNKS_WAITING, Entry, Part};
use pharos_store::diagnosis::chain;
use pharos_store::error::StoreError;
use pharos_store_postgres::{Settings, Snapshot};
use pharos_testkit_postgres::proxy::{At, Cut};
use pharos_testkit_postgres::{Postgres, Proxy};
use tokio::sync::mpsc;

use crate::fixture::{
    Database, ROOT, audit, create, created, make_accounts, new_account, open, refusal,
};

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

/// Nobody sees a new account whose commit waits for the standby, and nobody can lock it. Who finds out what
/// became of it waits all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_whose_commit_still_waits_is_waited_for() {
    if Postgres::is_left_out() {
        return;
    }
    let primary = Postgres::start();
    let standby = primary.standby();
    let url = primary.fresh_database();
    let proxy = Proxy::start(&primary);
    let store = Arc::new(open(&proxy.url(&url)).await);
    make_accounts(&store).await;
    let database = Database::connect(&url).await;

    standby.stop();
    proxy.arm(At::Commit, Cut::AfterSending);
    let inserting = Arc::clone(&store);
    let inserting = tokio::spawn(async move {
        let account = new_account(9);
        let entry = audit(account.account, 1, "pharos:Any");
        inserting.insert_account(account, entry).await
    });
    database.wait_for_session(WAITING).await;
    database.wait_for_session("wait_event_type = 'Lock'").await;
    standby.start_again();
    inserting.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_read_from_a_standby_where_there_is_no_primary() {
    if Postgres::is_left_out() {
        return;
    }
    let primary = Postgres::start();
    let standby = primary.standby();
    let url = primary.fresh_database();
    let store = open(&url).await;
    make_accounts(&store).await;
    for number in 1..=3 {
        create(&store, ROOT, number).await.unwrap();
    }
    let database = Database::connect(&url).await;
    database.wait_for_replay().await;
    let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
    let exported = received(store.export(sender), parts).await;
    assert!(!exported.is_empty());

    let name = url.rsplit_once('/').unwrap().1;
    assert_eq!(read(&standby.url(name)).await, exported);

    primary.kill();
    let (first, second) = (primary.address(), standby.address());
    let both = url.replace(&first.to_string(), &format!("{first},{second}"));
    assert_eq!(read(&both).await, exported);
}

/// All that a snapshot has.
async fn read(url: &str) -> Vec<Entry> {
    let settings = Settings::parse(url).unwrap();
    let snapshot = Snapshot::open(settings).await;
    let snapshot = snapshot.unwrap_or_else(|error| panic!("{}", chain(&error)));
    let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
    received(snapshot.send(sender), parts).await
}

/// All that is sent, to its end.
async fn received(
    send: impl Future<Output = Result<(), StoreError>>,
    mut parts: mpsc::Receiver<Part>,
) -> Vec<Entry> {
    let receive = async {
        let (mut entries, mut has_ended) = (Vec::new(), false);
        while let Some(part) = parts.recv().await {
            match part {
                Part::Counts(_) => {}
                Part::Entries(more) => entries.extend(more),
                Part::End => has_ended = true,
            }
        }
        assert!(has_ended);
        entries
    };
    let (done, entries) = join(send, receive).await;
    done.unwrap();
    entries
}

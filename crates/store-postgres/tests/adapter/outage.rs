//! PostgreSQL stays away for longer than anybody waits.

use pharos_store::Store;
use pharos_store::diagnosis::chain;
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store_postgres::PostgresStore;
use pharos_testkit_postgres::proxy::{At, Cut};
use pharos_testkit_postgres::{Postgres, Proxy};

use crate::fixture::{
    ROOT, add_user, create, created, make_accounts, open, open_impatient, secret_id,
};

async fn setup() -> Option<(Proxy, PostgresStore)> {
    let postgres = Postgres::shared_or_left_out()?;
    let proxy = Proxy::start(postgres);
    let store = open_impatient(&proxy.url(&postgres.fresh_database())).await;
    make_accounts(&store).await;
    create(&store, ROOT, 1).await.unwrap();
    Some((proxy, store))
}

/// Everything fails, and nothing was done.
async fn all_fails(store: &PostgresStore, why: &str) {
    let key = secret_id("AKIDroot");
    let (added, user, found) = tokio::join!(
        create(store, ROOT, 2),
        add_user(store, 7),
        store.access_key(&key),
    );
    let Err(InsertKeyPairError::Store(added)) = added else {
        panic!("{added:?}");
    };
    for told in [added, user.unwrap_err(), found.unwrap_err()] {
        let StoreError::Failed(cause) = told else {
            panic!("{told:?}");
        };
        let cause = chain(&*cause);
        assert!(cause.contains(why), "{cause}");
    }
}

async fn works_again(store: &PostgresStore) {
    create(store, ROOT, 2).await.unwrap();
    add_user(store, 7).await.unwrap();
    let found = store.access_key(&secret_id("AKIDuser7")).await.unwrap();
    assert!(found.is_some());
    assert_eq!(created(store, ROOT).await, ["key_1", "key_2"]);
}

#[tokio::test]
async fn a_server_that_is_away_fails_requests_and_is_found_again() {
    let Some((proxy, store)) = setup().await else {
        return;
    };
    proxy.refuse();
    proxy.cut_all();
    all_fails(&store, "cannot be reached").await;
    proxy.forward();
    works_again(&store).await;
}

#[tokio::test]
async fn a_server_that_says_nothing_fails_requests_and_is_found_again() {
    let Some((proxy, store)) = setup().await else {
        return;
    };
    proxy.blackhole();
    all_fails(&store, "did not answer in time").await;
    proxy.forward();
    works_again(&store).await;
}

#[tokio::test]
async fn a_commit_whose_answer_stays_away_is_told_to_be_in_doubt() {
    let Some((proxy, store)) = setup().await else {
        return;
    };
    // Open connections stay.
    proxy.refuse();
    proxy.arm(At::Commit, Cut::AfterAnswer);
    let told = create(&store, ROOT, 2).await;
    assert!(proxy.has_fired());
    let is_unknown = matches!(
        told,
        Err(InsertKeyPairError::Store(StoreError::OutcomeUnknown(_)))
    );
    assert!(is_unknown, "{told:?}");
    proxy.forward();
    assert_eq!(created(&store, ROOT).await, ["key_1", "key_2"]);
}

/// A host that takes connections and says nothing, as one whose processes are frozen, must not use up
/// the time of the next.
#[tokio::test]
async fn a_silent_host_is_passed_over() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let silent = Proxy::start(postgres);
    silent.blackhole();
    let direct = postgres.fresh_database();
    let address = postgres.address().to_string();
    let first = silent.url(&direct);
    let (first, _) = first.rsplit_once('/').unwrap();
    let (_, first) = first.rsplit_once('@').unwrap();
    let both = direct.replace(&address, &format!("{first},{address}"));
    let store = open(&both).await;
    make_accounts(&store).await;
    create(&store, ROOT, 1).await.unwrap();
}

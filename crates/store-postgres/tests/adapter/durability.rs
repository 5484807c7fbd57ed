//! A server that forgets what it acknowledged is not spoken to.

use pharos_store::Store;
use pharos_store::diagnosis::chain;
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_testkit_postgres::Postgres;

use crate::fixture::{Database, ROOT, create, make_accounts, open, refusal};

fn settings(url: &str) -> Settings {
    Settings::parse(url).unwrap()
}

/// Names the setting, and how to go on.
fn tells(told: &str, setting: &str) -> bool {
    told.contains(&format!("`{setting}` is off")) && told.contains("allow_asynchronous_commit")
}

async fn set(database: &Database, value: &str) {
    let name = database.ask("SELECT current_database()").await.remove(0);
    database
        .run(&format!(
            "ALTER DATABASE {name} SET synchronous_commit = {value}"
        ))
        .await;
}

#[tokio::test]
async fn commits_that_wait_for_no_disk_are_refused_at_the_start() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let database = Database::connect(&url).await;
    set(&database, "off").await;
    let told = refusal(settings(&url)).await;
    assert!(tells(&told, "synchronous_commit"), "{told}");
    let schemas = "SELECT nspname FROM pg_namespace WHERE nspname = 'pharos'";
    assert_eq!(database.ask(schemas).await, [""; 0], "nothing was made");

    let allowed = settings(&url).allow_asynchronous_commit(true);
    let store = PostgresStore::open(allowed).await.unwrap();
    make_accounts(&store).await;
    create(&store, ROOT, 1).await.unwrap();
}

#[tokio::test]
async fn a_disk_that_is_never_synced_is_refused() {
    if Postgres::is_left_out() {
        return;
    }
    let postgres = Postgres::with_settings(&[("fsync", "off")]);
    let url = postgres.fresh_database();
    let told = refusal(settings(&url)).await;
    assert!(tells(&told, "fsync"), "{told}");
    let allowed = settings(&url).allow_asynchronous_commit(true);
    PostgresStore::open(allowed).await.unwrap();
}

#[tokio::test]
async fn what_is_switched_off_later_is_found_by_the_next_connection() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let store = open(&url).await;
    make_accounts(&store).await;
    create(&store, ROOT, 1).await.unwrap();
    let database = Database::connect(&url).await;
    set(&database, "off").await;
    // Connections that are open stay as they are.
    create(&store, ROOT, 2).await.unwrap();

    database.end_sessions().await;
    let told = chain(&create(&store, ROOT, 3).await.unwrap_err());
    assert!(tells(&told, "synchronous_commit"), "{told}");
    let told = chain(&store.ready().await.unwrap_err());
    assert!(tells(&told, "synchronous_commit"), "{told}");

    set(&database, "on").await;
    create(&store, ROOT, 3).await.unwrap();
}

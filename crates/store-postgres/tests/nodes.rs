//! Several nodes over one database.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use futures_util::future::join_all;
use pharos_store::Store;
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_testkit_postgres::Postgres;

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_make_one_store() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    for _ in 0..5 {
        let url = postgres.fresh_database();
        let open = || tokio::spawn(PostgresStore::open(Settings::parse(&url).unwrap()));
        let opening: Vec<_> = (0..8).map(|_| open()).collect();
        for opened in join_all(opening).await {
            opened.unwrap().unwrap().ready().await.unwrap();
        }
    }
}

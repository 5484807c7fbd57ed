//! Calls that nodes count together.

use futures_util::future::join_all;
use pharos_api::account::Uin;
use pharos_api::call_window::{CallWindow, TooManyCalls};
use pharos_api::region::Region;
use pharos_store::calls::{CallKind, SharedCalls};
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_testkit_postgres::Postgres;
use tokio::time::{Instant, sleep};

const LIMIT: u32 = 20;

fn kind(account: u64, region: Option<Region>) -> CallKind {
    CallKind {
        account: Uin(account),
        region,
        operation: "lighthouse:CreateKeyPair".to_owned(),
    }
}

async fn nodes(postgres: &Postgres, count: usize) -> Vec<PostgresStore> {
    let url = postgres.fresh_database();
    let open = || PostgresStore::open(Settings::parse(&url).unwrap());
    let opened = join_all((0..count).map(|_| open())).await;
    opened.into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn all_nodes_together_admit_the_limit_and_no_more() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let nodes = nodes(postgres, 3).await;
    // All that are asked for within a second share one limit; a slow machine may take longer for all.
    let begin = Instant::now();
    let calls = (0..99).map(|call| nodes[call % 3].admit(kind(u64::MAX, None), LIMIT));
    let told = join_all(calls).await;
    let admitted = told.iter().filter(|told| told.as_ref().unwrap().is_ok());
    let admitted = u32::try_from(admitted.count()).unwrap();
    let seconds = 1 + u32::try_from(begin.elapsed().as_secs()).unwrap();
    assert!(
        (LIMIT..=LIMIT * seconds).contains(&admitted),
        "{admitted} in {seconds} s"
    );

    sleep(CallWindow::SPAN).await;
    let again = nodes[0].admit(kind(u64::MAX, None), LIMIT).await.unwrap();
    assert_eq!(again, Ok(()));
}

#[tokio::test]
async fn accounts_regions_and_operations_are_counted_for_themselves() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let nodes = nodes(postgres, 1).await;
    let mut other = kind(1, None);
    other.operation = "lighthouse:DescribeRegions".to_owned();
    let kinds = [
        kind(1, None),
        kind(2, None),
        kind(1, Some(Region::Tokyo)),
        kind(1, Some(Region::Guangzhou)),
        other,
    ];
    let calls = kinds.iter().map(|kind| nodes[0].admit(kind.clone(), 1));
    for told in join_all(calls).await {
        assert_eq!(told.unwrap(), Ok(()));
    }
    let refused = nodes[0].admit(kinds[0].clone(), 0).await.unwrap();
    assert!(
        matches!(refused, Err(TooManyCalls { count: 1.. })),
        "{refused:?}"
    );
}

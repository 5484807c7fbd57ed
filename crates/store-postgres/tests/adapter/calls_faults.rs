//! What becomes of calls that are counted when the connection breaks, or somebody holds what is counted.

use futures_util::future::join_all;
use pharos_api::account::Uin;
use pharos_store::calls::{CallKind, SharedCalls};
use pharos_store::diagnosis::chain;
use pharos_store::error::StoreError;
use pharos_store_postgres::PostgresStore;
use pharos_testkit_postgres::proxy::{At, Cut};
use pharos_testkit_postgres::{Postgres, Proxy};
use tokio::time::timeout;

use crate::fixture::{Database, PATIENCE, open_impatient};

/// How often an account may create a key pair in a second.
const LIMIT: u32 = 3;

fn kind(account: u64, action: &str) -> CallKind {
    CallKind {
        account: Uin(account),
        region: None,
        operation: format!("lighthouse:{action}"),
    }
}

/// A node that gives up soon, and reaches its database through a proxy.
struct Node {
    proxy: Proxy,
    store: PostgresStore,
}

impl Node {
    async fn open(postgres: &Postgres, direct: &str) -> Self {
        let proxy = Proxy::start(postgres);
        let store = open_impatient(&proxy.url(direct)).await;
        Self { proxy, store }
    }

    /// Has a batch counted: two creates more than there may be, and one call that always may be. Answers
    /// how many creates were admitted, unless the batch failed.
    async fn call(&self, account: u64) -> Result<u32, StoreError> {
        // On this one thread all are sent before the counter takes any.
        let creates = (0..LIMIT + 2).map(|_| (kind(account, "CreateKeyPair"), LIMIT));
        let all = creates.chain([(kind(account, "DescribeRegions"), u32::MAX)]);
        let all = all.map(|(kind, limit)| self.store.admit(kind, limit));
        let told = timeout(PATIENCE, join_all(all)).await;
        let told: Result<Vec<_>, _> = told.expect("an answer for everybody").into_iter().collect();
        let mut told = told?;
        assert_eq!(told.pop(), Some(Ok(())), "a call that may be");
        Ok(told.iter().map(|told| u32::from(told.is_ok())).sum())
    }

    /// Why a batch failed.
    async fn refusal(&self, account: u64) -> String {
        chain(&self.call(account).await.unwrap_err())
    }
}

/// How many calls of an account are counted, by action.
async fn counted(database: &Database, account: u64) -> Vec<String> {
    let count = "SELECT operation || ' ' || length(calls) / 8 FROM pharos.call_windows";
    let count = format!("{count} WHERE account = {account} ORDER BY operation");
    database.ask(&count).await
}

/// What a batch counts.
const BATCH: [&str; 2] = ["lighthouse:CreateKeyPair 3", "lighthouse:DescribeRegions 1"];

/// Breaks the connection while a batch is counted. Who is told what was decided is counted, nobody is
/// twice, and the next batch is counted again.
async fn break_at(database: &Database, node: &Node, account: u64, at: At, cut: Cut) {
    // The counter connects when the first call is counted.
    node.call(u64::MAX - account).await.unwrap();
    node.proxy.arm(at, cut);
    let told = node.call(account).await;
    assert!(node.proxy.has_fired(), "{at:?} {cut:?}");
    node.proxy.forward();
    database.wait_for_silence().await;
    let before = counted(database, account).await;
    match told {
        Ok(admitted) => assert!(admitted == LIMIT && before == BATCH, "{at:?} {cut:?}"),
        Err(StoreError::Failed(_)) => {
            assert!(
                before.is_empty() || before == BATCH,
                "{at:?} {cut:?}: {before:?}"
            );
        }
        Err(other) => panic!("{other}"),
    }
    let admitted = node.call(account).await.unwrap();
    // As many as there may be in a second; the first may be over.
    assert!(admitted == LIMIT || !before.is_empty(), "{at:?} {cut:?}");
    assert_eq!(counted(database, account).await[0], BATCH[0]);
}

/// How many statements a batch has.
async fn statements(node: &Node) -> u32 {
    node.call(u64::MAX).await.unwrap();
    node.proxy.arm(At::Statement(u32::MAX), Cut::BeforeSending);
    node.call(u64::MAX).await.unwrap();
    node.proxy.statements()
}

#[tokio::test]
async fn what_was_decided_is_counted_whatever_breaks() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let node = Node::open(postgres, &url).await;
    let database = Database::connect(&url).await;
    let every = (1..=statements(&node).await).map(At::Statement);
    let cuts = [Cut::BeforeSending, Cut::AfterSending, Cut::AfterAnswer];
    let every = every.chain([At::Commit]);
    let every = every.flat_map(|at| cuts.map(|cut| (at, cut)));
    for (account, (at, cut)) in (1..).zip(every) {
        break_at(&database, &node, account, at, cut).await;
    }
}

#[tokio::test]
async fn what_was_decided_is_counted_whatever_a_blackhole_takes() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let node = Node::open(postgres, &url).await;
    let database = Database::connect(&url).await;
    let every = (1..=statements(&node).await).map(At::Statement);
    let cuts = [Cut::BlackholeBeforeSending, Cut::BlackholeAfterSending];
    let every = every.flat_map(|at| cuts.map(|cut| (at, cut)));
    // Each waits for its time: all at once, on a node of its own.
    let all = (1..).zip(every).map(async |(account, (at, cut))| {
        let node = Node::open(postgres, &url).await;
        break_at(&database, &node, account, at, cut).await;
    });
    join_all(all).await;
}

#[tokio::test]
async fn calls_are_counted_again_when_the_database_is_back() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let node = Node::open(postgres, &postgres.fresh_database()).await;
    node.call(1).await.unwrap();
    node.proxy.refuse();
    node.proxy.cut_all();
    for _ in 0..2 {
        let why = node.refusal(1).await;
        assert!(why.contains("cannot be reached"), "{why}");
    }
    node.proxy.forward();
    node.call(1).await.unwrap();
    node.proxy.blackhole();
    for _ in 0..2 {
        let why = node.refusal(1).await;
        assert!(why.contains("did not answer in time"), "{why}");
    }
    node.proxy.forward();
    node.call(1).await.unwrap();
}

/// So a node that vanishes while it counts does not stop the others.
#[tokio::test]
async fn a_count_that_somebody_holds_is_waited_for_for_a_moment() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let node = Node::open(postgres, &url).await;
    node.call(1).await.unwrap();
    let holder = Database::connect(&url).await;
    holder
        .run("BEGIN; SELECT FROM pharos.call_windows FOR UPDATE")
        .await;
    let why = node.refusal(1).await;
    // Not that PostgreSQL did not answer, which takes longer.
    assert!(why.contains("holds a lock for too long"), "{why}");
    node.call(2).await.unwrap();
    holder.run("ROLLBACK").await;
    node.call(1).await.unwrap();
}

/// As that of a standby that takes over may be.
#[tokio::test]
async fn a_clock_that_is_set_back_refuses_nobody_for_longer_than_a_second() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let node = Node::open(postgres, &url).await;
    let database = Database::connect(&url).await;
    node.call(1).await.unwrap();
    // Tomorrow.
    let call = "int8send((extract(epoch FROM clock_timestamp() + '1 day') * 1000000)::bigint)";
    let full = [call; LIMIT as usize].join(" || ");
    let set = format!("UPDATE pharos.call_windows SET calls = {full}");
    database
        .run(&format!(
            "{set} WHERE operation = 'lighthouse:CreateKeyPair'"
        ))
        .await;
    assert_eq!(node.call(1).await.unwrap(), 0);
    let wait = async { while node.call(1).await.unwrap() == 0 {} };
    timeout(PATIENCE, wait).await.expect("a call is admitted");
}

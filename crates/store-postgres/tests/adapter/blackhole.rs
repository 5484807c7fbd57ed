//! The network swallows the commit of a batch, or its answer, and closes nothing.

use futures_util::future::join_all;
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store_postgres::PostgresStore;
use pharos_testkit_postgres::proxy::{At, Cut};
use pharos_testkit_postgres::{Postgres, Proxy};
use tokio::time::timeout;

use crate::fixture::{
    Database, LARGE_QUOTA, OTHER, PATIENCE, ROOT, create, create_named, created, make_accounts,
    open, open_impatient,
};

/// A store that reaches its database through a proxy.
struct Setup {
    database: Database,
    proxy: Proxy,
    store: PostgresStore,
}

impl Setup {
    async fn new(open: impl AsyncFn(&str) -> PostgresStore) -> Option<Self> {
        let postgres = Postgres::shared_or_left_out()?;
        let direct = postgres.fresh_database();
        let proxy = Proxy::start(postgres);
        let store = open(&proxy.url(&direct)).await;
        make_accounts(&store).await;
        create(&store, ROOT, 1).await.unwrap();
        Some(Self {
            database: Database::connect(&direct).await,
            proxy,
            store,
        })
    }

    /// One batch of two accounts, with a name that is taken.
    async fn create_batch(&self) -> Vec<Result<(), InsertKeyPairError>> {
        // On this one thread all are sent before the writer takes any.
        let requests = [(ROOT, 2, "two"), (OTHER, 3, "three"), (ROOT, 4, "key_1")];
        let requests = requests.map(|(account, number, name)| {
            create_named(&self.store, account, number, name, LARGE_QUOTA)
        });
        let told = timeout(PATIENCE, join_all(requests)).await;
        told.expect("an answer for everybody")
    }

    /// The batch was done, once.
    async fn is_there(&self) {
        assert_eq!(created(&self.store, ROOT).await, ["key_1", "two"]);
        assert_eq!(created(&self.store, OTHER).await, ["three"]);
    }

    /// Nothing of it was done, and nothing hinders it now.
    async fn is_not_there_and_can_be_done(&self) {
        assert_eq!(created(&self.store, ROOT).await, ["key_1"]);
        assert_eq!(created(&self.store, OTHER).await, [""; 0]);
        is_as_decided(&self.create_batch().await);
        self.is_there().await;
    }
}

fn is_as_decided(told: &[Result<(), InsertKeyPairError>]) {
    let is_as_decided = matches!(told, [Ok(()), Ok(()), Err(InsertKeyPairError::NameTaken)]);
    assert!(is_as_decided, "{told:?}");
}

#[tokio::test]
async fn a_commit_that_arrived_is_told_as_a_success() {
    let Some(setup) = Setup::new(open_impatient).await else {
        return;
    };
    setup.proxy.arm(At::Commit, Cut::BlackholeAfterSending);
    is_as_decided(&setup.create_batch().await);
    assert!(setup.proxy.has_fired());
    setup.is_there().await;
}

/// PostgreSQL gives up a node that it does not hear from, and only then its locks.
#[tokio::test]
async fn a_commit_that_never_arrives_is_told_as_a_failure() {
    let Some(setup) = Setup::new(open).await else {
        return;
    };
    setup.proxy.arm(At::Commit, Cut::BlackholeBeforeSending);
    for told in setup.create_batch().await {
        let is_failed = matches!(told, Err(InsertKeyPairError::Store(StoreError::Failed(_))));
        assert!(is_failed, "{told:?}");
    }
    assert!(setup.proxy.has_fired());
    setup.proxy.forward();
    setup.database.wait_for_silence().await;
    setup.is_not_there_and_can_be_done().await;
}

/// The node has given up the connection, and is finding out what became of the commit.
#[tokio::test]
async fn a_commit_that_arrives_late_is_told_as_a_success() {
    let Some(setup) = Setup::new(open_impatient).await else {
        return;
    };
    setup.proxy.arm(At::Commit, Cut::BlackholeBeforeSending);
    let arrive_late = async {
        let database = &setup.database;
        database.wait_for_session("wait_event_type = 'Lock'").await;
        setup.proxy.forward();
    };
    let (told, ()) = tokio::join!(setup.create_batch(), arrive_late);
    is_as_decided(&told);
    setup.is_there().await;
}

async fn outlast_everybody(at_commit: Cut) -> Option<Setup> {
    let setup = Setup::new(open_impatient).await?;
    setup.proxy.arm(At::Commit, at_commit);
    let lose_the_rest = async {
        while !setup.proxy.has_fired() {
            tokio::task::yield_now().await;
        }
        setup.proxy.blackhole();
    };
    let (told, ()) = tokio::join!(setup.create_batch(), lose_the_rest);
    let is_unknown = matches!(
        told[..],
        [
            Err(InsertKeyPairError::Store(StoreError::OutcomeUnknown(_))),
            Err(InsertKeyPairError::Store(StoreError::OutcomeUnknown(_))),
            Err(InsertKeyPairError::Store(StoreError::Failed(_))),
        ]
    );
    assert!(is_unknown, "{at_commit:?}: {told:?}");
    // As PostgreSQL does by itself at last.
    setup.database.end_sessions().await;
    setup.proxy.forward();
    Some(setup)
}

#[tokio::test]
async fn a_blackhole_that_outlasts_everybody_leaves_the_outcome_unknown() {
    let (arrived, lost) = tokio::join!(
        outlast_everybody(Cut::BlackholeAfterSending),
        outlast_everybody(Cut::BlackholeBeforeSending),
    );
    let (Some(arrived), Some(lost)) = (arrived, lost) else {
        return;
    };
    arrived.is_there().await;
    lost.is_not_there_and_can_be_done().await;
}

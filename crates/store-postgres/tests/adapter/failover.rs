//! The primary dies under load, its standby is promoted, and the store goes on by itself.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use pharos_api::account::{AppId, Uin};
use pharos_store::conformance::Inspect;
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store_postgres::PostgresStore;
use pharos_testkit_postgres::Postgres;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::fixture::{create, created, open};

const CALLERS: u32 = 16;
const ACCOUNTS: u64 = 4;

/// How many key pairs are acknowledged before the primary dies, and again behind that.
const ENOUGH: usize = 200;

/// The whole test ends by then, one way or the other.
const TIME_MAX: Duration = Duration::from_secs(180);

/// What callers were told, by account and name.
#[derive(Default)]
struct Ledger {
    acknowledged: Vec<(Uin, String, Instant)>,
    failed: Vec<(Uin, String)>,
    in_doubt: usize,
}

impl Ledger {
    /// The longest time in which nobody was told of a success.
    fn gap(&self) -> Duration {
        let mut times: Vec<_> = self.acknowledged.iter().map(|(_, _, time)| *time).collect();
        times.sort();
        let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
        gaps.max().unwrap_or_default()
    }
}

/// Callers that create key pairs until they are told to stop.
struct Load {
    store: PostgresStore,
    numbers: AtomicU32,
    has_ended: AtomicBool,
    ledger: Mutex<Ledger>,
}

impl Load {
    async fn call(self: Arc<Self>) {
        while !self.has_ended.load(Ordering::SeqCst) {
            let number = self.numbers.fetch_add(1, Ordering::SeqCst);
            let account = Uin(1 + u64::from(number) % ACCOUNTS);
            let told = create(&self.store, account, number).await;
            let name = format!("key_{number}");
            let mut ledger = self.ledger.lock().unwrap();
            match told {
                Ok(()) => ledger.acknowledged.push((account, name, Instant::now())),
                Err(InsertKeyPairError::Store(StoreError::Failed(_))) => {
                    ledger.failed.push((account, name));
                }
                Err(InsertKeyPairError::Store(StoreError::OutcomeUnknown(_))) => {
                    ledger.in_doubt += 1;
                }
                Err(other) => panic!("no caller can do anything about it: {other}"),
            }
        }
    }

    fn acknowledged(&self) -> usize {
        self.ledger.lock().unwrap().acknowledged.len()
    }

    async fn wait_for_more(&self) {
        let before = self.acknowledged();
        while self.acknowledged() < before + ENOUGH {
            tokio::task::yield_now().await;
        }
    }
}

async fn fail_over() {
    let primary = Arc::new(Postgres::start());
    let standby = Arc::new(primary.standby());
    let url = primary.fresh_database();
    let (first, second) = (primary.address(), standby.address());
    let both = url.replace(&first.to_string(), &format!("{first},{second}"));
    let store = open(&both).await;
    for account in 1..=ACCOUNTS {
        let inserted = store.insert_bare_account(Uin(account), AppId(account), None);
        inserted.await.unwrap();
    }
    let load = Arc::new(Load {
        store,
        numbers: AtomicU32::new(0),
        has_ended: AtomicBool::new(false),
        ledger: Mutex::default(),
    });
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| tokio::spawn(Arc::clone(&load).call()))
        .collect();
    load.wait_for_more().await;
    let dying = (Arc::clone(&primary), Arc::clone(&standby));
    spawn_blocking(move || {
        let (primary, standby) = dying;
        primary.kill();
        standby.promote();
    })
    .await
    .unwrap();
    load.wait_for_more().await;
    load.has_ended.store(true, Ordering::SeqCst);
    for caller in join_all(callers).await {
        caller.unwrap();
    }

    let ledger = std::mem::take(&mut *load.ledger.lock().unwrap());
    eprintln!(
        "failover: {} acknowledged, {} failed, {} in doubt; {:?} without service",
        ledger.acknowledged.len(),
        ledger.failed.len(),
        ledger.in_doubt,
        ledger.gap()
    );
    for account in (1..=ACCOUNTS).map(Uin) {
        let there: BTreeSet<_> = created(&load.store, account).await.into_iter().collect();
        for (_, name, _) in ledger.acknowledged.iter().filter(|of| of.0 == account) {
            assert!(there.contains(name), "{name} was acknowledged");
        }
        for (_, name) in ledger.failed.iter().filter(|of| of.0 == account) {
            assert!(!there.contains(name), "{name} failed");
        }
    }
    // What became of a commit is found out on the new primary.
    assert_eq!(ledger.in_doubt, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_failover() {
    if Postgres::is_left_out() {
        return;
    }
    timeout(TIME_MAX, fail_over()).await.expect("an end");
}

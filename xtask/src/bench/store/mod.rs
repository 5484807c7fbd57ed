//! Durable CreateKeyPair transactions on each store, the key material ready: with few and many callers,
//! beside what the disk and a plain PostgreSQL client reach in the same run.

mod floor;
mod large;
mod load;
mod pgbench;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use pharos_api::account::{AppId, Uin};
use pharos_store::conformance::Inspect;
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_store_sqlite::SqliteStore;
use pharos_testkit_postgres::Postgres;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::report::Figure;
use super::sample::Sample;
use crate::server::Binary;
use crate::tools::{self, Tool};
use load::{Load, Run};

/// Accounts that the creates are spread over.
const ACCOUNTS: u64 = 10_000;

/// How many call at once.
const CALLERS: [usize; 3] = [1, 64, 512];

/// How long each measurement runs: some thousand commits even when each takes a millisecond.
const TIME: Duration = Duration::from_secs(5);

/// The aims (the storage issue states them).
const SQLITE_CREATES_MIN: f64 = 7_000.0;
const SQLITE_FLOOR_RATIO_MAX: f64 = 2.0;
const PGBENCH_RATIO_MIN: f64 = 2.0;

/// Which store.
#[derive(Clone, Copy)]
enum Adapter {
    Sqlite,
    Postgres,
}

impl fmt::Display for Adapter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

pub(super) fn measure(binary: &Binary) -> Result<Vec<Figure>> {
    let missing = |reason| anyhow::anyhow!("{reason}");
    tools::provide(Tool::POSTGRES).map_err(missing)?;
    let pgbench = tools::provide(Tool::PGBENCH).map_err(missing)?;
    let folder = tempfile::tempdir_in(binary.folder())?;
    let runtime = Runtime::new()?;
    let postgres = Postgres::start();

    let floor = Sample::new(&floor::appends(folder.path(), TIME)?);
    let mut figures = vec![Figure::new(
        "floor_p50",
        "an append of the same size and its fsync, median",
        floor.median(),
        "ms",
    )];
    let spread = |callers| Load {
        callers,
        accounts: ACCOUNTS,
        time: TIME,
    };
    // Each load has a store of its own: what is in it decides how fast it is.
    for (callers, names) in CALLERS.into_iter().zip(&SQLITE_NAMES) {
        let path = folder.path().join(format!("{callers}.db"));
        let store = Arc::new(SqliteStore::open(path)?);
        runtime.block_on(insert_accounts(&store))?;
        let run = || runtime.block_on(load::run(Arc::clone(&store), &spread(callers)));
        let measured = run()?;
        let of_load = of_load(names, Adapter::Sqlite, callers, &measured);
        figures.extend(of_load.into_iter().map(|figure| match &*figure.name {
            "sqlite_64_creates" => figure.at_least(SQLITE_CREATES_MIN),
            _ => figure,
        }));
        if callers == 1 {
            let title = "SQLite, 1 caller: median beside the append";
            let ratio = Sample::new(&measured.durations).median() / floor.median();
            figures.push(
                Figure::new("sqlite_floor_ratio", title, ratio, "x")
                    .at_most(SQLITE_FLOOR_RATIO_MAX),
            );
        }
        if callers == 64 {
            let there = measured.durations.len();
            let title = format!("SQLite, 64 callers, {there} key pairs there: creates a second");
            let rate = run()?.creates_a_second();
            figures.push(Figure::new("sqlite_64_creates_later", title, rate, "/s"));
        }
    }
    for (callers, names) in CALLERS.into_iter().zip(&POSTGRES_NAMES) {
        let store = runtime.block_on(open_postgres(&postgres.fresh_database()))?;
        let measured = runtime.block_on(load::run(store, &spread(callers)))?;
        figures.extend(of_load(names, Adapter::Postgres, callers, &measured));
    }

    let url = postgres.fresh_database();
    let store = runtime.block_on(open_postgres(&url))?;
    for (name, title, accounts) in [
        ("pgbench_ratio", "64 callers over 10,000 accounts", ACCOUNTS),
        ("pgbench_ratio_one_account", "64 callers of one account", 1),
    ] {
        // In turns, so that whatever else the machine does meets both.
        let (mut ours, mut theirs) = (0.0, 0.0);
        for _ in 0..2 {
            let load = Load {
                accounts,
                ..spread(64)
            };
            ours += runtime
                .block_on(load::run(Arc::clone(&store), &load))?
                .creates_a_second();
            theirs += pgbench::creates_a_second(&pgbench, &url, folder.path(), &load)?;
        }
        let title = format!("PostgreSQL / pgbench, {title}");
        let ratio = ours / theirs;
        eprintln!(
            "{title}: {ours:.0} / {theirs:.0}",
            ours = ours / 2.0,
            theirs = theirs / 2.0
        );
        figures.push(Figure::new(name, title, ratio, "x").at_least(PGBENCH_RATIO_MIN));
    }
    drop(store);
    figures.extend(large::measure(binary, &runtime)?);
    Ok(figures)
}

/// The names of the figures of one load.
struct Names {
    creates: &'static str,
    median: &'static str,
    p99: &'static str,
    batch: &'static str,
}

macro_rules! names {
    ($($load:literal),*) => {
        [$(Names {
            creates: concat!($load, "_creates"),
            median: concat!($load, "_p50"),
            p99: concat!($load, "_p99"),
            batch: concat!($load, "_batch"),
        },)*]
    };
}

const SQLITE_NAMES: [Names; 3] = names!["sqlite_1", "sqlite_64", "sqlite_512"];
const POSTGRES_NAMES: [Names; 3] = names!["postgres_1", "postgres_64", "postgres_512"];

fn of_load(names: &Names, adapter: Adapter, callers: usize, run: &Run) -> Vec<Figure> {
    let sample = Sample::new(&run.durations);
    let (median, p99) = (sample.quantile(0.5), sample.quantile(0.99));
    [
        (
            names.creates,
            "durable creates a second",
            run.creates_a_second(),
            "/s",
        ),
        (names.median, "p50", median, "ms"),
        (names.p99, "p99", p99, "ms"),
        (names.batch, "creates in a commit", run.batch(), ""),
    ]
    .map(|(name, part, value, unit)| {
        let title = format!("{adapter}, {callers} callers: {part}");
        Figure::new(name, title, value, unit)
    })
    .into()
}

/// A store on this database, with all accounts.
async fn open_postgres(url: &str) -> Result<Arc<PostgresStore>> {
    let store = Arc::new(PostgresStore::open(Settings::parse(url)?).await?);
    insert_accounts(&store).await?;
    Ok(store)
}

/// Many at a time, so that they share commits.
async fn insert_accounts<S: Inspect>(store: &Arc<S>) -> Result<()> {
    let mut inserting = JoinSet::new();
    for number in 1..=ACCOUNTS {
        let store = Arc::clone(store);
        inserting.spawn(async move {
            let (account, app_id) = (Uin(number), AppId(number));
            store.insert_bare_account(account, app_id, None).await
        });
        if inserting.len() >= 64 {
            let inserted = inserting.join_next().await.context("one that inserts")?;
            inserted??;
        }
    }
    while let Some(inserted) = inserting.join_next().await {
        inserted??;
    }
    Ok(())
}

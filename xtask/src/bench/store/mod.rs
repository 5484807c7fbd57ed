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
    let url = postgres.fresh_database();
    let (sqlite, postgres_store) = runtime.block_on(async {
        let sqlite = Arc::new(SqliteStore::open(folder.path().join("pharos.db"))?);
        let settings = Settings::parse(&url)?;
        let postgres = Arc::new(PostgresStore::open(settings).await?);
        insert_accounts(&sqlite).await?;
        insert_accounts(&postgres).await?;
        Ok::<_, anyhow::Error>((sqlite, postgres))
    })?;

    let floor = Sample::new(&floor::appends(folder.path(), TIME)?);
    let mut figures = vec![Figure::new(
        "floor_p50",
        "an append of the same size and its fsync, median",
        floor.median(),
        "ms",
    )];
    let run = |adapter, load: &Load| match adapter {
        Adapter::Sqlite => runtime.block_on(load::run(Arc::clone(&sqlite), load)),
        Adapter::Postgres => runtime.block_on(load::run(Arc::clone(&postgres_store), load)),
    };
    let spread = |callers| Load {
        callers,
        accounts: ACCOUNTS,
        time: TIME,
    };
    for (adapter, names) in [
        (Adapter::Sqlite, &SQLITE_NAMES),
        (Adapter::Postgres, &POSTGRES_NAMES),
    ] {
        for (callers, names) in [1, 64, 512].into_iter().zip(names) {
            let measured = run(adapter, &spread(callers))?;
            let figure = creates(names.creates, adapter, callers, &measured);
            let is_aimed = matches!(adapter, Adapter::Sqlite) && callers == 64;
            figures.push(if is_aimed {
                figure.at_least(SQLITE_CREATES_MIN)
            } else {
                figure
            });
            let sample = Sample::new(&measured.durations);
            if matches!(adapter, Adapter::Sqlite) && callers == 1 {
                let title = "SQLite, 1 caller: median beside the append";
                let ratio = sample.median() / floor.median();
                figures.push(
                    Figure::new("sqlite_floor_ratio", title, ratio, "x")
                        .at_most(SQLITE_FLOOR_RATIO_MAX),
                );
            }
            for (name, part, quantile) in [(names.median, "p50", 0.5), (names.p99, "p99", 0.99)] {
                let title = format!("{adapter}, {callers} callers: {part}");
                figures.push(Figure::new(name, title, sample.quantile(quantile), "ms"));
            }
            let title = format!("{adapter}, {callers} callers: creates in a commit");
            figures.push(Figure::new(names.batch, title, measured.batch(), ""));
        }
    }
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
            ours += run(Adapter::Postgres, &load)?.creates_a_second();
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
    drop((sqlite, postgres_store));
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

fn creates(name: &'static str, adapter: Adapter, callers: usize, run: &Run) -> Figure {
    let title = format!("{adapter}, {callers} callers: durable creates a second");
    Figure::new(name, title, run.creates_a_second(), "/s")
}

/// Many at a time, so that they share commits.
async fn insert_accounts<S: Inspect>(store: &Arc<S>) -> Result<()> {
    let mut inserting = JoinSet::new();
    for number in 1..=ACCOUNTS {
        let store = Arc::clone(store);
        inserting
            .spawn(async move { store.insert_account(Uin(number), AppId(number), None).await });
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

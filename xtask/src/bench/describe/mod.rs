//! DescribeKeyPairs of one account with ten key pairs, over stores in which others have more and more: it
//! should not matter.

use anyhow::{Context, Result, anyhow};
use pharos_api::region::Region;
use pharos_testkit_postgres::Postgres;
use rusqlite::Connection;

use super::http::{Load, generate, signed};
use super::pinned::{self, SERVER};
use super::report::Figure;
use super::sample::{Sample, count};
use crate::server::{Binary, Server, Store};
use crate::tools::{self, Tool};

/// How often each store takes its turn.
const ROUNDS: usize = 7;

/// Callers, each with a connection that is kept.
const CALLERS: usize = 32;

/// Key pairs of the account that asks.
const KEY_PAIRS: usize = 10;

/// What the largest store may cost beside the smallest.
const RATIO_MAX: f64 = 1.2;

/// A store.
struct Size {
    /// Key pairs of others.
    others: u32,
    /// The same, for people.
    title: &'static str,
    sqlite: Names,
    postgres: Names,
}

/// The names of a store's figures.
struct Names {
    rate: &'static str,
    p99: &'static str,
}

macro_rules! size {
    ($others:literal, $title:literal, $name:literal) => {
        Size {
            others: $others,
            title: $title,
            sqlite: Names {
                rate: concat!("describe_sqlite_", $name),
                p99: concat!("describe_sqlite_", $name, "_p99"),
            },
            postgres: Names {
                rate: concat!("describe_postgres_", $name),
                p99: concat!("describe_postgres_", $name, "_p99"),
            },
        }
    };
}

const SIZES: [Size; 3] = [
    size!(1_000, "10^3", "1e3"),
    size!(100_000, "10^5", "1e5"),
    size!(1_000_000, "10^6", "1e6"),
];

pub(super) fn measure(binary: &Binary) -> Result<Vec<Figure>> {
    tools::provide(Tool::POSTGRES).map_err(|reason| anyhow!("{reason}"))?;
    let mut figures = measure_sqlite(binary)?;
    figures.extend(measure_postgres(binary)?);
    Ok(figures)
}

fn measure_sqlite(binary: &Binary) -> Result<Vec<Figure>> {
    let mut turns = Vec::new();
    for size in &SIZES {
        let store = Store::beside(binary)?;
        create_own(binary, &store)?;
        let database = Connection::open(store.path("pharos.db"))?;
        let others = size.others;
        let size_table = format!("CREATE TEMP TABLE size AS SELECT {others} AS others");
        database.execute_batch(&format!("BEGIN; {size_table};"))?;
        database.execute_batch(include_str!("others.sqlite.sql"))?;
        database.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
        drop(database);
        turns.push(Turns::over(binary, store)?);
    }
    take_turns(&mut turns)?;
    let ratios = ["describe_sqlite_ratio", "describe_sqlite_p99_ratio"];
    figures("SQLite", &turns, |size| &size.sqlite, ratios)
}

fn measure_postgres(binary: &Binary) -> Result<Vec<Figure>> {
    let postgres = Postgres::start();
    let mut turns = Vec::new();
    for size in &SIZES {
        let url = postgres.fresh_database();
        let store = Store::at(url.clone())?;
        create_own(binary, &store)?;
        let others = size.others;
        let size_table = format!("CREATE TEMP TABLE size AS SELECT {others} AS others");
        let fill = include_str!("others.postgres.sql");
        postgres.sql(&url, &format!("{size_table}; {fill}"));
        turns.push(Turns::over(binary, store)?);
    }
    take_turns(&mut turns)?;
    let ratios = ["describe_postgres_ratio", "describe_postgres_p99_ratio"];
    figures("PostgreSQL", &turns, |size| &size.postgres, ratios)
}

/// Gives the account that asks its key pairs.
fn create_own(binary: &Binary, store: &Store) -> Result<()> {
    let server = Server::start(binary, store)?;
    for number in 0..KEY_PAIRS {
        server.create(Region::Guangzhou, &format!("bench_{number}"))?;
    }
    Ok(())
}

/// One behind the other, again and again, so that whatever else the machine does meets all.
fn take_turns(turns: &mut [Turns]) -> Result<()> {
    for _ in 0..ROUNDS {
        for turns in &mut *turns {
            turns.take()?;
        }
    }
    Ok(())
}

/// What the turns of one store came to.
struct Turns {
    server: Server,
    /// Held: it is gone with this value.
    _store: Store,
    per_second: Vec<f64>,
    p99: Vec<f64>,
}

impl Turns {
    fn over(binary: &Binary, store: Store) -> Result<Self> {
        Ok(Self {
            server: pinned::to(SERVER, || Server::start(binary, &store))?,
            _store: store,
            per_second: Vec::new(),
            p99: Vec::new(),
        })
    }

    fn take(&mut self) -> Result<()> {
        let address = self.server.address()?;
        let request = signed("DescribeKeyPairs", address)?;
        let Load {
            requests,
            seconds,
            p99_ms,
            ..
        } = generate(address, &request, CALLERS)?;
        self.per_second.push(count(requests) / seconds);
        self.p99.push(p99_ms);
        Ok(())
    }

    fn per_second(&self) -> f64 {
        Sample::of_milliseconds(&self.per_second).median()
    }

    fn p99(&self) -> f64 {
        Sample::of_milliseconds(&self.p99).median()
    }
}

fn figures(
    adapter: &str,
    turns: &[Turns],
    names: fn(&Size) -> &Names,
    [ratio, p99_ratio]: [&'static str; 2],
) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (size, turns) in SIZES.iter().zip(turns) {
        let Names { rate, p99 } = names(size);
        let title = format!("{adapter}, {} of others: DescribeKeyPairs", size.title);
        figures.push(Figure::new(*rate, title, turns.per_second(), "/s"));
        figures.push(Figure::new(*p99, "  p99", turns.p99(), "ms"));
    }
    let (first, last) = (turns.first(), turns.last());
    let (first, last) = first.zip(last).context("there are no stores")?;
    for (name, title, value) in [
        (
            ratio,
            "requests a second, smallest / largest",
            first.per_second() / last.per_second(),
        ),
        (
            p99_ratio,
            "p99, largest / smallest",
            last.p99() / first.p99(),
        ),
    ] {
        let figure = Figure::new(name, format!("{adapter}, {title}"), value, "x");
        figures.push(figure.at_most(RATIO_MAX));
    }
    Ok(figures)
}

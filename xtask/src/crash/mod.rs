//! `cargo xtask crash`: servers are killed at random moments under a load of changes, again and again;
//! after each, what clients were told is compared with what the store holds. Nothing that was
//! acknowledged may be lost, nothing may be there by halves or twice.

mod held;
mod instances;
mod ledger;
mod load;
mod victim;

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::server::{Binary, Server};
use crate::test::Outcome;
use crate::tools::{self, Tool};
use held::Held;
use ledger::{Counts, REGIONS, SharedLedger};
use load::Load;
use victim::{Victim, Where};

/// Rounds when nothing is said: some minutes for each store.
const ROUNDS: u32 = 200;

/// Rounds in `cargo xtask test`.
const ROUNDS_SHORT: u32 = 20;

/// Changes that are waited for before a kill, at most: a few batches of commits.
const CHANGES_MAX: u64 = 12;

/// How long after them the kill comes, at most: the time of a key pair or two.
const DELAY_MAX: Duration = Duration::from_millis(80);

/// How long a round may take until something is acknowledged: a server that hangs should fail it.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How often each store is crashed
    #[arg(long, default_value_t = ROUNDS)]
    rounds: u32,

    /// Only this store
    #[arg(long)]
    store: Option<Kind>,

    /// What decides the moments; another each time unless it is said
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Sqlite,
    Postgres,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let binary = Binary::build_for_tests()?;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        if arguments.store.is_none_or(|only| only == kind) {
            crash(&binary, kind, arguments.rounds, arguments.seed)?;
        }
    }
    Ok(())
}

/// The short form.
pub(crate) fn short(skipped: &mut Vec<String>) -> Result<Outcome> {
    let binary = Binary::build_for_tests()?;
    crash(&binary, Kind::Sqlite, ROUNDS_SHORT, None)?;
    match tools::provide(Tool::POSTGRES) {
        Ok(_) => crash(&binary, Kind::Postgres, ROUNDS_SHORT, None)?,
        Err(reason) => skipped.push(format!("crashes on PostgreSQL ({reason})")),
    }
    Ok(Outcome::Passed)
}

fn crash(binary: &Binary, kind: Kind, rounds: u32, seed: Option<u64>) -> Result<()> {
    let seed = seed.unwrap_or_else(seed_of_now);
    let mut random = Random(seed);
    let name = kind.to_possible_value();
    let name = name.as_ref().map_or("", |name| name.get_name());
    println!("{name}: {rounds} rounds, --seed {seed}");
    let place = match kind {
        Kind::Sqlite => Where::sqlite(binary)?,
        Kind::Postgres => Where::postgres()?,
    };
    let ledger = SharedLedger::default();
    let mut unacknowledged = Counts::default();
    let begin = Instant::now();
    for round in 1..=rounds {
        let crashed = crash_once(binary, &place, &ledger, &mut random);
        crashed.with_context(|| format!("round {round} of --seed {seed}"))?;
        let held = Held::read(binary, place.store(), &REGIONS);
        let compared = held.and_then(|held| ledger.lock().compare(held));
        unacknowledged =
            compared.with_context(|| format!("after round {round} of --seed {seed}"))?;
    }
    println!(
        "{name}: {rounds} crashes in {} s; {} acknowledged, none lost, none by halves, none twice; {} \
         more were done and not acknowledged",
        begin.elapsed().as_secs(),
        ledger.lock().acknowledged(),
        unacknowledged,
    );
    Ok(())
}

/// Starts a server, has clients change things, and kills somebody at no particular moment.
fn crash_once(
    binary: &Binary,
    place: &Where,
    ledger: &SharedLedger,
    random: &mut Random,
) -> Result<()> {
    let server = Server::start(binary, place.store())?;
    let victim = place.choose(random);
    let changes = 1 + random.below(CHANGES_MAX);
    let delay = DELAY_MAX.mul_f64(random.part());
    let load = Load::default();
    thread::scope(|scope| {
        load.start(scope, &server, ledger);
        // However this ends, the clients have to.
        let _stop = load.stop_at_end();
        wait_for(ledger, changes)?;
        thread::sleep(delay);
        if victim == Victim::Database {
            place.kill_database();
            place.start_database_again();
            // The server that lost it goes on by itself.
            wait_for(ledger, 1)?;
        }
        server.kill()
    })
}

/// Waits until so many more changes are acknowledged.
fn wait_for(ledger: &SharedLedger, more: u64) -> Result<()> {
    let acknowledged = || ledger.lock().acknowledged().sum();
    let enough = acknowledged() + more;
    let begin = Instant::now();
    while acknowledged() < enough {
        anyhow::ensure!(
            begin.elapsed() < PATIENCE,
            "nothing is acknowledged any more: {}",
            ledger.lock().last_refusal()
        );
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn seed_of_now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(1, |now| u64::try_from(now.as_millis()).unwrap_or(1))
}

/// SplitMix64: moments need no better.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "20 bits")]
    fn part(&mut self) -> f64 {
        (self.next() >> 44) as f64 / (1_u64 << 20) as f64
    }
}

//! A server over a store with a million key pairs, beside one over an empty store: both have to start,
//! and to rest, alike.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use pharos_api::region::Region;
use pharos_store_sqlite::SqliteStore;
use tokio::runtime::Runtime;

use super::load::{self, Load};
use super::{ACCOUNTS, insert_accounts};
use crate::bench::report::Figure;
use crate::bench::sample::Sample;
use crate::server::{Binary, Server, Store};

/// How many key pairs there are.
const KEY_PAIRS: usize = 1_000_000;

/// How often both take turns.
const STARTS: usize = 15;

/// How long a server rests before its memory is read.
const REST: Duration = Duration::from_millis(500);

/// The aim (the storage issue states it).
const RATIO_MAX: f64 = 1.2;

const NAME: &str = "bench";

pub(super) fn measure(binary: &Binary, runtime: &Runtime) -> Result<Vec<Figure>> {
    let empty = Store::beside(binary)?;
    let large = Store::beside(binary)?;
    for store in [&empty, &large] {
        Server::start(binary, store)?.create(Region::Guangzhou, NAME)?;
    }
    fill(runtime, &large)?;

    let (mut with_empty, mut with_large) = (Turns::default(), Turns::default());
    for _ in 0..STARTS {
        with_empty.take(binary, &empty)?;
        with_large.take(binary, &large)?;
    }
    let (empty, large) = (with_empty.medians(), with_large.medians());
    Ok(vec![
        Figure::new(
            "large_start",
            "start to first answer, 10^6 key pairs",
            large.0,
            "ms",
        ),
        Figure::new(
            "large_start_ratio",
            "start to first answer, 10^6 key pairs / none",
            large.0 / empty.0,
            "x",
        )
        .at_most(RATIO_MAX),
        Figure::new("large_memory", "memory, 10^6 key pairs", large.1, "MB"),
        Figure::new(
            "large_memory_ratio",
            "memory, 10^6 key pairs / none",
            large.1 / empty.1,
            "x",
        )
        .at_most(RATIO_MAX),
    ])
}

/// Puts the key pairs into a store that no server has open.
fn fill(runtime: &Runtime, store: &Store) -> Result<()> {
    eprintln!("store: making 10^6 key pairs, some two minutes");
    let store = Arc::new(SqliteStore::open(store.path("pharos.db"))?);
    runtime.block_on(async {
        insert_accounts(&store).await?;
        let mut made = 0;
        while made < KEY_PAIRS {
            let load = Load {
                callers: 512,
                accounts: ACCOUNTS,
                time: Duration::from_secs(2),
            };
            made += load::run(Arc::clone(&store), &load).await?.durations.len();
        }
        Ok(())
    })
}

/// What several starts took, in milliseconds, and held, in megabytes.
#[derive(Default)]
struct Turns {
    durations: Vec<Duration>,
    megabytes: Vec<f64>,
}

impl Turns {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 bytes")]
    fn take(&mut self, binary: &Binary, store: &Store) -> Result<()> {
        let begin = Instant::now();
        let server = Server::start(binary, store)?;
        server.ask_for_taken(Region::Guangzhou, NAME)?;
        self.durations.push(begin.elapsed());
        thread::sleep(REST);
        self.megabytes.push(server.resident_bytes()? as f64 / 1e6);
        Ok(())
    }

    fn medians(&self) -> (f64, f64) {
        let memory = Sample::of_milliseconds(&self.megabytes);
        (Sample::new(&self.durations).median(), memory.median())
    }
}

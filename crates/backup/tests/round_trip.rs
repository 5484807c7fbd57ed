//! A large store goes through a file into another store, and nothing of it changes.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::fs::File;
use std::io::Seek;
use std::sync::Arc;
use std::thread;

use pharos_api::time::Timestamp;
use pharos_backup::{Reader, load, save};
use pharos_store::archive::{Archive, CHUNKS_WAITING, Entry, Part};
use pharos_store_sqlite::SqliteStore;
use pharos_testkit::population::Population;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

const POPULATION: Population = Population {
    accounts: 100_000,
    seed: 1,
};

/// Fills a store with what is sent from another thread.
fn fill(
    runtime: &Runtime,
    store: &impl Archive,
    send: impl FnOnce(mpsc::Sender<Part>) + Send + 'static,
) {
    let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
    let sending = thread::spawn(|| send(sender));
    runtime.block_on(store.import(parts)).unwrap();
    sending.join().unwrap();
}

/// Begins to read a store out.
fn export(runtime: &Runtime, store: &Arc<impl Archive>) -> mpsc::Receiver<Part> {
    let (sender, parts) = mpsc::channel(CHUNKS_WAITING);
    let store = Arc::clone(store);
    runtime.spawn(async move { store.export(sender).await.unwrap() });
    parts
}

/// Reads to the end, and compares with what was put in.
fn assert_holds_the_population(mut parts: mpsc::Receiver<Part>) {
    let mut expected = POPULATION.entries();
    let Some(Part::Counts(counts)) = parts.blocking_recv() else {
        panic!("the counts come first")
    };
    assert_eq!(counts, POPULATION.counts());
    loop {
        match parts.blocking_recv() {
            Some(Part::Entries(entries)) => {
                for entry in entries {
                    assert_eq!(Some(entry), expected.next());
                }
            }
            Some(Part::End) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(expected.next(), None::<Entry>);
}

#[test]
fn a_hundred_thousand_accounts_come_back_as_they_were() {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| Arc::new(SqliteStore::open(folder.path().join(name)).unwrap());

    let first = open("first");
    fill(&runtime, &*first, |parts| {
        POPULATION.blocking_send(parts).unwrap();
    });

    let mut file: File = tempfile::tempfile().unwrap();
    let parts = export(&runtime, &first);
    let (header, _) = save(parts, &mut file, "0.1.0", Timestamp::epoch(), |_, _| ()).unwrap();
    assert_eq!(header.counts, POPULATION.counts());
    drop(first);

    file.rewind().unwrap();
    let second = open("second");
    fill(&runtime, &*second, |parts| {
        let reader = Reader::new(file).unwrap();
        load(reader, parts, |_| ()).unwrap();
    });
    assert_holds_the_population(export(&runtime, &second));
}

//! A large store goes through a file into another store, and nothing of it changes.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::fs::File;
use std::io::{Read, Seek};
use std::sync::Arc;
use std::thread;

use pharos_api::time::Timestamp;
use pharos_backup::{Reader, load, save};
use pharos_store::archive::{Archive, CHUNKS_WAITING, Entry, Part};
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_store_sqlite::SqliteStore;
use pharos_testkit::population::Population;
use pharos_testkit_postgres::Postgres;
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

/// Writes a store into a file, and goes back to its start.
fn save_as_file(runtime: &Runtime, store: &Arc<impl Archive>) -> File {
    let mut file = tempfile::tempfile().unwrap();
    let parts = export(runtime, store);
    let (header, _) = save(parts, &mut file, "0.1.0", Timestamp::epoch(), |_, _| ()).unwrap();
    assert_eq!(header.counts, POPULATION.counts());
    file.rewind().unwrap();
    file
}

/// Fills a store from a file, and goes back to the file's start.
fn fill_from_file(runtime: &Runtime, store: &impl Archive, file: &File) {
    let mut copy = file.try_clone().unwrap();
    fill(runtime, store, move |parts| {
        load(Reader::new(&mut copy).unwrap(), parts, |_| ()).unwrap();
        copy.rewind().unwrap();
    });
}

fn bytes(mut file: &File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_hundred_thousand_accounts_go_through_both_kinds_of_store_and_come_back_as_they_were() {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| Arc::new(SqliteStore::open(folder.path().join(name)).unwrap());

    let first = open("first");
    fill(&runtime, &*first, |parts| {
        POPULATION.blocking_send(parts).unwrap();
    });
    let mut file = save_as_file(&runtime, &first);
    drop(first);

    if let Some(postgres) = Postgres::shared_or_left_out() {
        let settings = Settings::parse(&postgres.fresh_database()).unwrap();
        let elsewhere = runtime.block_on(PostgresStore::open(settings)).unwrap();
        let elsewhere = Arc::new(elsewhere);
        fill_from_file(&runtime, &*elsewhere, &file);
        let copy = save_as_file(&runtime, &elsewhere);
        // Not `assert_eq`: nobody wants to read megabytes.
        assert!(bytes(&copy) == bytes(&file), "the files differ");
        file = copy;
        file.rewind().unwrap();
    }

    let second = open("second");
    fill_from_file(&runtime, &*second, &file);
    assert_holds_the_population(export(&runtime, &second));
}

//! A server that is killed at any moment has lost no key pair that it acknowledged, and kept none by
//! halves.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::create_key_pair::{CreateKeyPair, Input};
use pharos_api::region::Region;
use pharos_client::blocking::Client;
use pharos_client::{Credential, Endpoint, Retry, Settings};
use pharos_testkit::random::SeededRandom;
use process::{Folder, SECRET_ID, SECRET_KEY, Server};
use rustix::process::Signal;

const ROUNDS: usize = 10;
const CLIENTS: usize = 4;

/// Names that were acknowledged, and names that were asked for.
#[derive(Default)]
struct Ledger {
    acknowledged: Mutex<BTreeSet<(String, String)>>,
    asked: AtomicUsize,
}

impl Ledger {
    fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }
}

fn client(endpoint: &str) -> Client {
    let credential = Credential {
        secret_id: SecretId::parse(SECRET_ID).unwrap(),
        secret_key: SecretKey::new(SECRET_KEY),
        token: None,
    };
    let settings = Settings::new(Endpoint::parse(endpoint).unwrap(), credential);
    Client::new(settings.retry(Retry::never())).unwrap()
}

/// Creates key pairs until the server is gone.
fn create_until_it_dies(endpoint: &str, ledger: &Ledger, stop: &AtomicBool) {
    let client = client(endpoint);
    while !stop.load(Ordering::Relaxed) {
        let number = ledger.asked.fetch_add(1, Ordering::Relaxed);
        // Regions in turn, so that the rate limit of one does not hold the load back.
        let region = Region::ALL[number % Region::ALL.len()];
        let key_name = KeyName::try_from(format!("crash_{number}")).unwrap();
        let input = Input {
            key_name,
            tags: None,
        };
        match client.in_region(region).send::<CreateKeyPair>(&input) {
            Ok(output) => {
                let key_pair = output.key_pair;
                let kept = (key_pair.key_id.to_string(), key_pair.public_key);
                ledger.acknowledged.lock().unwrap().insert(kept);
            }
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
}

#[test]
fn kill_9_loses_nothing_that_was_acknowledged() {
    let random = SeededRandom::announced();
    let folder = Folder::new();
    std::fs::write(folder.path().join("pharos.toml"), "key_pair_quota = 100000").unwrap();
    let ledger = Ledger::default();
    for round in 0..ROUNDS {
        let mut serve = folder.serve();
        let mut server = Server::start(&folder, serve.args(["--config", "pharos.toml"]));
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| create_until_it_dies(&server.endpoint, &ledger, &stop));
            }
            // After some acknowledgements, at no particular moment of the next.
            let enough = ledger.count() + 1 + usize::try_from(random.number() % 6).unwrap();
            while ledger.count() < enough {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(random.number() % 60));
            server.signal(Signal::KILL);
            stop.store(true, Ordering::Relaxed);
        });
        server.wait();
        let kept = kept(&folder);
        let acknowledged = ledger.acknowledged.lock().unwrap();
        let lost: Vec<_> = acknowledged.difference(&kept).collect();
        assert!(lost.is_empty(), "round {round} lost {lost:?}");
    }
}

/// What the store holds after a crash; every key pair has its audit row and the other way round.
fn kept(folder: &Folder) -> BTreeSet<(String, String)> {
    let connection = rusqlite::Connection::open(folder.store()).unwrap();
    let sound: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    let count = |table: &str| -> i64 {
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .unwrap()
    };
    assert_eq!(count("key_pairs"), count("audit"));
    let mut statement = connection
        .prepare("SELECT key_id, public_key FROM key_pairs")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

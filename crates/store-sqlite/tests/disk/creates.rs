//! Creates that are known by a number, and what a store holds of them.

use std::net::Ipv4Addr;
use std::path::Path;
use std::thread;

use futures_util::future::join_all;
use futures_util::poll;
use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::parameter::{self, Parameter};
use pharos_api::random::Random;
use pharos_api::region::Region;
use pharos_api::request_id::RequestId;
use pharos_api::resource::KeyPairs;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_policy::{Granted, authorize_root};
use pharos_store::audit::{AuditEntry, AuditHead};
use pharos_store::conformance::Inspect;
use pharos_store::error::InsertKeyPairError;
use pharos_store::record::{KeyPairRecord, Page, RootAccount};
use pharos_store::{KeyPairQuota, Store};
use pharos_store_sqlite::SqliteStore;
use pharos_testkit::disk::{Call, Disk};
use rusqlite::Connection;
use serde_json::json;

/// The file of a store in its folder.
pub(crate) const STORE: &str = "store";
/// Its WAL.
pub(crate) const WAL: &str = "store-wal";

/// Creates from this number on have a public key of a megabyte: four of them fill the WAL.
pub(crate) const LARGE: u32 = 1_000;

const ACCOUNT: Uin = Uin(100_000_000_001);
const QUOTA: KeyPairQuota = KeyPairQuota(100_000);
const FIRST_SECOND: i64 = 1_764_057_600;

const HERE: KeyPairs = KeyPairs {
    account: ACCOUNT,
    region: Region::Guangzhou,
};

/// Opens the store in this folder.
pub(crate) fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder.join(STORE)).unwrap()
}

/// Opens it, and makes sure that there is an account.
pub(crate) async fn start(folder: &Path) -> SqliteStore {
    let store = open(folder);
    let root = RootAccount {
        account: ACCOUNT,
        app_id: AppId(1),
        start_key: None,
        created_time: time(0),
    };
    store.ensure_root(root).await.unwrap();
    store
}

/// Creates the key pair of this number, with tags.
pub(crate) async fn create(store: &SqliteStore, number: u32) -> Result<(), InsertKeyPairError> {
    insert(store, key_pair(number)).await
}

/// Tries to create a key pair whose name is taken by another number.
pub(crate) async fn create_namesake(
    store: &SqliteStore,
    number: u32,
    other: u32,
) -> Result<(), InsertKeyPairError> {
    let record = KeyPairRecord {
        key_name: key_pair(other).key_name,
        ..key_pair(number)
    };
    insert(store, record).await
}

/// Whether there would be room for the key pair of this number.
pub(crate) async fn look(store: &SqliteStore, number: u32) -> Result<(), InsertKeyPairError> {
    let name = key_pair(number).key_name;
    store.look_at_name_and_quota(&granted(), &name, QUOTA).await
}

async fn insert(store: &SqliteStore, record: KeyPairRecord) -> Result<(), InsertKeyPairError> {
    let entry = audit(number(record.created_time));
    store
        .insert_key_pair(&granted(), record, QUOTA, entry)
        .await
}

/// Sends creates while another process has the store locked, so that the first is a batch and the others
/// are the next.
pub(crate) async fn in_two_batches<T>(
    folder: &Path,
    disk: &Disk,
    creates: impl Iterator<Item = impl Future<Output = T>>,
) -> Vec<T> {
    let other = Connection::open(folder.join(STORE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut creates: Vec<_> = creates.map(Box::pin).collect();
    let locks = disk.calls(Call::Lock);
    for create in &mut creates {
        // It is sent when it was polled once.
        assert!(poll!(create).is_pending());
        while disk.calls(Call::Lock) == locks {
            thread::yield_now(); // until the writer waits, with the first in its hand
        }
    }
    drop(other);
    join_all(creates).await
}

/// The creates that the store holds, in their order. Each is whole: key pair, tags and audit row; and
/// there is nothing else.
pub(crate) async fn created(store: &SqliteStore) -> Vec<u32> {
    let rows = store.audit_rows(ACCOUNT).await.unwrap();
    let numbers: Vec<_> = rows.iter().map(|row| number(row.time)).collect();
    let mut head = AuditHead::EMPTY;
    let told = numbers.iter().map(|number| head.append(&audit(*number)));
    assert_eq!(rows, told.collect::<Vec<_>>());

    let page = Page {
        offset: 0,
        limit: u32::MAX,
    };
    let page = store.key_pairs(&granted(), &[], page).await.unwrap();
    assert_eq!(page.total, numbers.len() as u64);
    let key_pairs: Vec<_> = page.key_pairs.into_iter().map(|one| one.record).collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    // The newest come first.
    let expected: Vec<_> = sorted.into_iter().rev().map(key_pair).collect();
    // Not `assert_eq`: nobody wants to read megabytes.
    assert!(key_pairs == expected, "{numbers:?} are not all whole");
    numbers
}

/// Has SQLite look for damage in the whole file.
pub(crate) fn check_integrity(folder: &Path) {
    let connection = Connection::open(folder.join(STORE)).unwrap();
    let found: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(found, "ok");
    let mut orphans = connection.prepare("PRAGMA foreign_key_check").unwrap();
    assert!(!orphans.exists([]).unwrap());
}

fn granted() -> Granted<KeyPairs> {
    authorize_root(ACCOUNT, "lighthouse:CreateKeyPair", HERE).unwrap()
}

fn key_pair(number: u32) -> KeyPairRecord {
    let key_id = KeyId::parse(&format!("lhkp-{number:08}")).unwrap();
    let mut fingerprint = [0xff; 32];
    fingerprint[..4].copy_from_slice(&number.to_be_bytes());
    let length = if number < LARGE { 1 } else { 1 << 20 };
    let tags = json!([
        {"Key": "number", "Value": number.to_string()},
        {"Key": "team", "Value": "环境"},
    ]);
    KeyPairRecord {
        public_key: format!("ssh-rsa {} {key_id}", "A".repeat(length)),
        key_id,
        key_name: KeyName::try_from(format!("key_{number}")).unwrap(),
        fingerprint,
        tags: Tags::decode(tags, &parameter::Path::Root).unwrap(),
        created_time: time(number),
    }
}

fn audit(number: u32) -> AuditEntry {
    AuditEntry {
        time: time(number),
        request_id: RequestId::generate(&Repeating(number.to_be_bytes())),
        account: ACCOUNT,
        user: ACCOUNT,
        secret_id: SecretId::parse("AKIDroot").unwrap(),
        source: Ipv4Addr::LOCALHOST.into(),
        operation: "lighthouse:CreateKeyPair".to_owned(),
        resources: vec!["*".to_owned()],
        refusal: None,
    }
}

/// The number is told by the time.
fn time(number: u32) -> Timestamp {
    Timestamp::from_unix_seconds(FIRST_SECOND + i64::from(number)).unwrap()
}

fn number(time: Timestamp) -> u32 {
    u32::try_from(time.unix_seconds() - FIRST_SECOND).unwrap()
}

/// The same four bytes again and again.
struct Repeating([u8; 4]);

impl Random for Repeating {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, value) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *value;
        }
    }
}

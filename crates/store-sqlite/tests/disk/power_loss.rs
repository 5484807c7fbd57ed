//! What was acknowledged is there after the power failed, at whatever moment, and nothing is half there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store_sqlite::SqliteStore;
use pharos_testkit::disk::{Call, Disk, Effect, Fault};
use pharos_testkit::random::SeededRandom;
use rusqlite::ffi;

use crate::creates::{
    LARGE, STORE, WAL, check_integrity, create, create_namesake, created, in_two_batches, open,
    start,
};

/// How many disks are looked at for each moment: each keeps something else of what was not synced.
const DISKS: usize = 2;

/// How many moments are looked at beside those around syncs, where there are too many for all.
const MOMENTS: usize = 10;

/// A store at work on a disk that remembers, and what it answered.
struct Life<'a> {
    folder: &'a Path,
    disk: Disk,
    /// Numbers, and after how many changes of the disk they were acknowledged, at the latest.
    acknowledged: Vec<(u32, usize)>,
    /// Numbers of which the store could not tell.
    unknown: Vec<u32>,
}

impl<'a> Life<'a> {
    fn begin(folder: &'a Path) -> Self {
        Self {
            folder,
            disk: Disk::watch(folder),
            acknowledged: Vec::new(),
            unknown: Vec::new(),
        }
    }

    async fn create(&mut self, store: &SqliteStore, numbers: impl IntoIterator<Item = u32>) {
        for number in numbers {
            create(store, number).await.unwrap();
            self.acknowledged.push((number, self.disk.changes()));
        }
    }

    async fn create_in_two_batches(
        &mut self,
        store: &SqliteStore,
        numbers: impl IntoIterator<Item = u32>,
    ) {
        let disk = &self.disk;
        let creates = numbers.into_iter().map(async |number| {
            create(store, number).await.unwrap();
            (number, disk.changes())
        });
        let acknowledged = in_two_batches(self.folder, disk, creates).await;
        self.acknowledged.extend(acknowledged);
    }

    /// Creates while a sync of the WAL fails.
    async fn create_unsynced(&mut self, store: &SqliteStore, number: u32) {
        let effect = Effect::Fails(ffi::SQLITE_IOERR_FSYNC);
        self.disk.fail(Fault::nth(0, Call::Sync, effect));
        let created = create(store, number).await;
        assert_eq!(self.disk.repair(), 1);
        let is_unknown = matches!(
            created,
            Err(InsertKeyPairError::Store(StoreError::OutcomeUnknown(_)))
        );
        assert!(is_unknown, "{created:?}");
        self.unknown.push(number);
    }

    /// Some moments, and all around a sync.
    fn some_moments(&self, random: &SeededRandom) -> BTreeSet<usize> {
        let end = self.disk.changes();
        let around = |sync| [sync - 1, sync, sync + 1];
        let syncs = self.disk.syncs().into_iter().flat_map(around);
        let some = (0..MOMENTS).map(|_| random.below(end));
        syncs.chain(some).filter(|moment| *moment <= end).collect()
    }

    /// Has the power fail at each of these moments.
    async fn survives(&self, moments: impl IntoIterator<Item = usize>, random: &SeededRandom) {
        let log = self.known(created(&open(self.folder)).await);
        let mut acknowledged: Vec<_> = self
            .acknowledged
            .iter()
            .map(|(number, _)| *number)
            .collect();
        let mut sorted = log.clone();
        sorted.sort_unstable();
        acknowledged.sort_unstable();
        assert_eq!(sorted, acknowledged);

        for moment in moments {
            for _ in 0..DISKS {
                let left = self.disk.power_loss(moment, random);
                self.survives_in(left.path(), moment, &log).await;
            }
        }
    }

    async fn survives_in(&self, left: &Path, moment: usize, log: &[u32]) {
        let _disk = Disk::watch(left);
        let store = start(left).await;
        check_integrity(left);
        let survivors = self.known(created(&store).await);
        assert!(
            log.starts_with(&survivors),
            "after change {moment}: {survivors:?} of {log:?}"
        );
        for (number, after) in &self.acknowledged {
            assert!(
                *after > moment || survivors.contains(number),
                "after change {moment}: {number} was acknowledged after {after} and is gone"
            );
        }
    }

    /// Without those of which nothing is promised but that they are whole.
    fn known(&self, mut numbers: Vec<u32>) -> Vec<u32> {
        numbers.retain(|number| !self.unknown.contains(number));
        numbers
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_power_loss_at_every_moment() {
    let folder = tempfile::tempdir().unwrap();
    let mut life = Life::begin(folder.path());
    let store = start(folder.path()).await;
    life.create(&store, 1..=6).await;
    life.create_in_two_batches(&store, 7..=24).await;
    let refused = create_namesake(&store, 99, 1).await;
    assert!(matches!(refused, Err(InsertKeyPairError::NameTaken)));
    life.create(&store, 25..=28).await;
    drop(store);

    // A second start finds the WAL gone, and makes another.
    let store = start(folder.path()).await;
    life.create(&store, 29..=32).await;
    life.create_in_two_batches(&store, 33..=40).await;
    drop(store);
    let random = SeededRandom::announced();
    life.survives(0..=life.disk.changes(), &random).await;
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_power_loss_while_the_wal_is_moved_and_starts_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut life = Life::begin(folder.path());
    let store = start(folder.path()).await;
    life.create(&store, LARGE..LARGE + 4).await;
    life.create_in_two_batches(&store, 1..=12).await;
    let length = |name| fs::metadata(folder.path().join(name)).unwrap().len();
    assert!(length(STORE) > 4 << 20, "the WAL was moved");
    assert!(length(WAL) <= 4 << 20, "the WAL started anew");
    drop(store);
    let random = SeededRandom::announced();
    life.survives(life.some_moments(&random), &random).await;
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_power_loss_after_a_sync_has_failed() {
    let folder = tempfile::tempdir().unwrap();
    let mut life = Life::begin(folder.path());
    let store = start(folder.path()).await;
    life.create(&store, 1..=3).await;
    life.create_unsynced(&store, 4).await;
    life.create(&store, 5..=6).await;
    life.create_unsynced(&store, 7).await;
    life.create_unsynced(&store, 8).await;
    life.create_in_two_batches(&store, 9..=16).await;
    drop(store);
    let random = SeededRandom::announced();
    life.survives(0..=life.disk.changes(), &random).await;
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_power_loss_after_moving_the_wal_has_failed() {
    for file in [STORE, WAL] {
        let folder = tempfile::tempdir().unwrap();
        let mut life = Life::begin(folder.path());
        let store = start(folder.path()).await;
        life.create(&store, LARGE..LARGE + 3).await;
        let commits = usize::from(file == WAL); // which sync the WAL before it is moved
        let effect = Effect::Fails(ffi::SQLITE_IOERR_FSYNC);
        let fault = Fault::nth(commits, Call::Sync, effect).on(file);
        life.disk.fail(fault);
        life.create(&store, [LARGE + 3]).await;
        life.create(&store, 1..=6).await;
        assert_eq!(life.disk.repair(), 1);
        drop(store);
        let random = SeededRandom::announced();
        life.survives(life.some_moments(&random), &random).await;
    }
}

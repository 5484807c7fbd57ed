//! A fault of the disk is answered by an error, leaves nothing half done, and is got over as soon as its
//! cause is gone.

use std::fs;
use std::path::Path;

use futures_util::future::join_all;
use pharos_store::Store;
use pharos_store::error::{InsertKeyPairError, StoreError};
use pharos_store_sqlite::SqliteStore;
use pharos_testkit::disk::{Call, Disk, Effect, Fault};
use rusqlite::ffi;
use tempfile::TempDir;

use crate::creates::{
    LARGE, STORE, check_integrity, create, created, in_two_batches, look, open, start,
};

/// What goes wrong with a call that changes the disk.
const CHANGING: &[(Call, Effect)] = &[
    (Call::Write, Effect::Fails(ffi::SQLITE_FULL)),
    (Call::Write, Effect::FailsHalfDone(ffi::SQLITE_FULL)),
    (Call::Write, Effect::Fails(ffi::SQLITE_READONLY)),
    (Call::Write, Effect::Fails(ffi::SQLITE_IOERR_WRITE)),
    (Call::Write, Effect::FailsHalfDone(ffi::SQLITE_IOERR_WRITE)),
    (Call::Write, Effect::FailsDone(ffi::SQLITE_IOERR_WRITE)),
    (Call::Sync, Effect::Fails(ffi::SQLITE_IOERR_FSYNC)),
];

/// What goes wrong with a lock. Another process that holds it beyond the wait looks like the first.
const LOCKED: &[(Call, Effect)] = &[
    (Call::Lock, Effect::Fails(ffi::SQLITE_BUSY)),
    (Call::Lock, Effect::Fails(ffi::SQLITE_IOERR_SHMLOCK)),
];

/// Enough for each reader to have its share.
const LOOKS: usize = 200;

/// What a create was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Done,
    Failed,
    Unknown,
}

async fn answer(store: &SqliteStore, number: u32) -> Answer {
    match create(store, number).await {
        Ok(()) => Answer::Done,
        Err(InsertKeyPairError::Store(StoreError::Failed(_))) => Answer::Failed,
        Err(InsertKeyPairError::Store(StoreError::OutcomeUnknown(_))) => Answer::Unknown,
        Err(refusal) => panic!("{refusal}"),
    }
}

/// A store that holds create 1, as it was left in its file.
async fn left_store() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = start(folder.path()).await;
    create(&store, 1).await.unwrap();
    folder
}

/// What a new process finds if this one is killed now: the files, without the shared memory.
async fn created_if_killed(folder: &Path) -> Vec<u32> {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if !name.to_str().unwrap().ends_with("-shm") {
            fs::copy(&path, copy.path().join(name)).unwrap();
        }
    }
    let _disk = Disk::watch(copy.path());
    created(&open(copy.path())).await
}

/// Whether what is there agrees with what was answered.
fn agree(answers: &[(u32, Answer)], created: &[u32]) -> bool {
    let agrees = |(number, answer): &(u32, Answer)| match answer {
        Answer::Done => created.contains(number),
        Answer::Failed => !created.contains(number),
        Answer::Unknown => true,
    };
    answers.iter().all(agrees)
}

/// What came of the faults.
#[derive(Default)]
struct Seen {
    /// How many creates one of them harmed, at most.
    harmed_at_once: usize,
    /// Whether a create that was not there was there again after the process was killed.
    came_back: bool,
}

/// Makes each call in turn go wrong that some creates make on a store that was just opened, until they
/// make no more of them.
async fn every_call_goes_wrong(
    (call, effect): (Call, Effect),
    creates: impl AsyncFn(&Path, &Disk, &SqliteStore) -> Vec<(u32, Answer)>,
) -> Seen {
    let mut seen = Seen::default();
    for n in 0.. {
        let folder = left_store().await;
        let disk = Disk::watch(folder.path());
        let store = open(folder.path());
        disk.fail(Fault::nth(n, call, effect));
        let answers = creates(folder.path(), &disk, &store).await;
        let is_over = disk.repair() == 0;

        let context = format!("{call:?} {n} {effect:?}: {answers:?}");
        let now = created(&store).await;
        assert!(agree(&answers, &now), "{context}, and now {now:?}");
        let if_killed = created_if_killed(folder.path()).await;
        assert!(
            agree(&answers, &if_killed),
            "{context}, but {if_killed:?} if killed"
        );
        seen.came_back |= if_killed != now;
        let harmed = answers.iter().filter(|(_, answer)| *answer != Answer::Done);
        seen.harmed_at_once = seen.harmed_at_once.max(harmed.count());

        create(&store, 50).await.unwrap();
        let at_last = created(&store).await;
        assert_eq!(at_last, [now, vec![50]].concat(), "{context}");
        drop(store);
        assert_eq!(created(&open(folder.path())).await, at_last, "{context}");
        check_integrity(folder.path());
        if is_over {
            assert!(answers.iter().all(|(_, answer)| *answer == Answer::Done));
            break;
        }
    }
    seen
}

/// Whether such a fault can leave a commit on the disk that SQLite thinks it did not make.
fn leaves_a_commit((call, effect): (Call, Effect)) -> bool {
    call == Call::Sync || matches!(effect, Effect::FailsDone(_))
}

#[tokio::test]
async fn whatever_goes_wrong_with_a_create_its_answer_is_true() {
    for fault in CHANGING {
        let create = async |_: &Path, _: &_, store: &_| vec![(2, answer(store, 2).await)];
        let seen = every_call_goes_wrong(*fault, create).await;
        assert_eq!(seen.harmed_at_once, 1, "{fault:?}");
        assert_eq!(seen.came_back, leaves_a_commit(*fault), "{fault:?}");
    }
}

#[tokio::test]
async fn whatever_goes_wrong_with_a_batch_its_answers_are_true() {
    for fault in CHANGING {
        let create = async |folder: &Path, disk: &_, store: &_| {
            let creates = (2..=9).map(async |number| (number, answer(store, number).await));
            in_two_batches(folder, disk, creates).await
        };
        let seen = every_call_goes_wrong(*fault, create).await;
        assert!(seen.harmed_at_once > 1, "{fault:?}");
        assert_eq!(seen.came_back, leaves_a_commit(*fault), "{fault:?}");
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_changed_says_so_and_can_be_when_the_cause_is_gone() {
    for (call, effect) in CHANGING.iter().chain(LOCKED).copied() {
        let folder = left_store().await;
        let disk = Disk::watch(folder.path());
        let store = open(folder.path());
        disk.fail(Fault::every(call, effect));
        for number in 2..5 {
            let answer = answer(&store, number).await;
            assert_ne!(answer, Answer::Done, "{call:?} {effect:?}");
        }
        assert!(disk.repair() > 0);
        assert_eq!(created(&store).await, [1], "{call:?} {effect:?}");
        for number in 2..5 {
            create(&store, number).await.unwrap();
        }
        assert_eq!(created(&store).await, [1, 2, 3, 4]);
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_read_says_so_and_can_be_when_the_cause_is_gone() {
    let unreadable = (Call::Read, Effect::Fails(ffi::SQLITE_IOERR_READ));
    for (call, effect) in LOCKED.iter().copied().chain([unreadable]) {
        let folder = left_store().await;
        let disk = Disk::watch(folder.path());
        let store = open(folder.path());
        disk.fail(Fault::every(call, effect));
        assert_eq!(looks_that_fail(&store).await, LOOKS, "{call:?} {effect:?}");
        assert_eq!(answer(&store, 2).await, Answer::Failed);
        assert!(disk.repair() > 0);
        assert_eq!(looks_that_fail(&store).await, 0, "{call:?} {effect:?}");
        create(&store, 2).await.unwrap();
        assert_eq!(created(&store).await, [1, 2]);
    }
}

#[tokio::test]
async fn a_corrupted_page_is_answered_by_an_error_and_changes_nothing() {
    let folder = left_store().await;
    let disk = Disk::watch(folder.path());
    let store = open(folder.path());
    disk.fail(Fault::every(Call::Read, Effect::Garbled));
    assert_eq!(looks_that_fail(&store).await, LOOKS);
    assert_eq!(answer(&store, 2).await, Answer::Failed);
    assert!(disk.repair() > 0);
    drop(store);
    let store = open(folder.path());
    assert_eq!(created(&store).await, [1]);
    create(&store, 2).await.unwrap();
    check_integrity(folder.path());
}

#[tokio::test]
async fn a_page_that_the_writer_read_wrong_is_read_again() {
    let folder = left_store().await;
    let disk = Disk::watch(folder.path());
    let store = open(folder.path());
    disk.fail(Fault::every(Call::Read, Effect::Garbled));
    assert_eq!(answer(&store, 2).await, Answer::Failed);
    assert!(disk.repair() > 0);
    assert_eq!(answer(&store, 2).await, Answer::Done);
    assert_eq!(created(&store).await, [1, 2]);
}

#[tokio::test]
async fn a_page_that_a_reader_read_wrong_is_read_again() {
    let folder = left_store().await;
    let disk = Disk::watch(folder.path());
    let store = open(folder.path());
    // Then the readers have the first page, without which they would start all over.
    for secret_ids in join_all((0..LOOKS).map(|_| store.root_secret_ids())).await {
        secret_ids.unwrap();
    }
    disk.fail(Fault::every(Call::Read, Effect::Garbled));
    assert_eq!(looks_that_fail(&store).await, LOOKS);
    assert!(disk.repair() > 0);
    assert_eq!(looks_that_fail(&store).await, 0);
}

/// How many looks at a name fail.
async fn looks_that_fail(store: &SqliteStore) -> usize {
    let looks = join_all((0..LOOKS).map(|_| look(store, 2))).await;
    let failed = |looked: &&_| {
        matches!(
            looked,
            Err(InsertKeyPairError::Store(StoreError::Failed(_)))
        )
    };
    looks.iter().filter(failed).count()
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_can_be_when_the_cause_is_gone() {
    for (call, code) in [
        (Call::Open, ffi::SQLITE_CANTOPEN),
        (Call::Read, ffi::SQLITE_IOERR_READ),
        (Call::Write, ffi::SQLITE_FULL),
        (Call::Write, ffi::SQLITE_IOERR_WRITE),
        (Call::Sync, ffi::SQLITE_IOERR_FSYNC),
        (Call::Delete, ffi::SQLITE_IOERR_DELETE),
        (Call::Lock, ffi::SQLITE_IOERR_LOCK),
    ] {
        let mut refusals = 0;
        for n in 0.. {
            let folder = tempfile::tempdir().unwrap();
            let disk = Disk::watch(folder.path());
            disk.fail(Fault::nth(n, call, Effect::Fails(code)));
            refusals += usize::from(SqliteStore::open(folder.path().join(STORE)).is_err());
            let is_over = disk.repair() == 0;
            let store = start(folder.path()).await;
            create(&store, 1).await.unwrap();
            assert_eq!(created(&store).await, [1]);
            check_integrity(folder.path());
            if is_over {
                break;
            }
        }
        assert!(refusals > 0, "{call:?} {code}");
    }
}

#[tokio::test]
async fn what_goes_wrong_with_moving_the_wal_harms_no_create() {
    for (call, effect) in CHANGING {
        let folder = left_store().await;
        let disk = Disk::watch(folder.path());
        let store = open(folder.path());
        disk.fail(Fault::every(*call, *effect).on(STORE));
        // The fourth fills the WAL. It is moved when its caller is told; the fifth comes after that.
        for number in LARGE..LARGE + 5 {
            create(&store, number).await.unwrap();
        }
        assert!(disk.repair() > 0);
        let at_last = created(&store).await;
        assert_eq!(at_last.len(), 6);
        drop(store);
        let names = fs::read_dir(folder.path()).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [STORE], "{call:?} {effect:?}");
        assert_eq!(created(&open(folder.path())).await, at_last);
        check_integrity(folder.path());
    }
}

//! What is left on a disk when the power fails.
//!
//! Every change of a watched file is recorded in its order. From the record comes what a disk may hold
//! right after any of them:
//!
//! - What a sync that succeeded covered is there.
//! - Each write since then is there, is missing, or is torn: of the 512-byte sectors that it touches, any
//!   may be there. Bytes beside it are unharmed, as SQLite takes for granted
//!   (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`). A file is as long as what is there makes it, and zero in between.
//!   Each cut since then has happened or not.
//! - A sync that failed has made nothing durable, and a later one does not make up for it, as on Linux: what
//!   was written before it is there or not, once and for all.
//! - A file that was made or removed since the last sync of the folder is there or not. SQLite syncs the
//!   folder after the first sync of a journal or WAL, and when it removes a file durably.
//!
//! Files that others than SQLite make are taken to be durable as SQLite first finds them. The memory that
//! processes share (`-shm`) is gone.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::{fs, mem};

use tempfile::TempDir;

use crate::random::SeededRandom;

/// What a disk writes wholly or not at all, in bytes.
const SECTOR: usize = 512;

/// What happened to a file.
pub(super) enum Change {
    /// It was there, with this in it.
    Found(Vec<u8>),
    Created,
    Content(Content),
    Synced,
    SyncFailed,
    Deleted {
        is_durable: bool,
    },
}

/// What happened to what is in it.
pub(super) enum Content {
    Written { offset: usize, bytes: Vec<u8> },
    Cut { length: usize },
}

/// All changes, in their order.
#[derive(Default)]
pub(super) struct Record(Vec<(String, Change)>);

impl Record {
    /// Of a folder with these files in it.
    pub(super) fn of(folder: &Path) -> Self {
        let mut record = Self::default();
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(OsStr::to_str).expect("a name");
            if !name.ends_with("-shm") {
                record.add(name, Change::Found(fs::read(&path).expect("a file")));
            }
        }
        record
    }

    /// Adds a change; not that a file was opened which is known.
    pub(super) fn add(&mut self, name: &str, change: Change) {
        let is_opened = matches!(change, Change::Found(_) | Change::Created);
        let last = self.0.iter().rev().find(|(file, _)| file == name);
        let is_there = last.is_some_and(|(_, last)| !matches!(last, Change::Deleted { .. }));
        if !(is_opened && is_there) {
            self.0.push((name.to_owned(), change));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// After which changes a sync had succeeded.
    pub(super) fn syncs(&self) -> Vec<usize> {
        let changes = (1..).zip(&self.0);
        let syncs = changes.filter(|(_, (_, change))| matches!(change, Change::Synced));
        syncs.map(|(after, _)| after).collect()
    }

    /// Makes a folder with what is left when the power fails after so many changes.
    pub(super) fn power_loss(&self, after: usize, random: &SeededRandom) -> TempDir {
        let luck = Luck {
            random,
            odds: random.below(Luck::BEST + 1),
        };
        let mut medium = Medium::default();
        for (name, change) in &self.0[..after] {
            medium.perform(name, change, &luck);
        }
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in medium.lose_power(&luck) {
            fs::write(folder.path().join(name), bytes).expect("a file");
        }
        folder
    }
}

/// Decides what of that which was not made durable is there. Some disks wrote nothing of it, some all.
struct Luck<'a> {
    random: &'a SeededRandom,
    odds: usize,
}

impl Luck<'_> {
    const BEST: usize = 4;

    fn is_there(&self) -> bool {
        self.random.below(Self::BEST) < self.odds
    }

    fn is_torn(&self) -> bool {
        self.random.below(2) == 0
    }
}

/// Files by their place among all that there ever were.
#[derive(Default)]
struct Medium<'a> {
    files: Vec<File<'a>>,
    /// The folder as it is durable, and as SQLite sees it.
    durable: BTreeMap<&'a str, usize>,
    seen: BTreeMap<&'a str, usize>,
    /// What was made and removed since the folder was synced.
    unsynced: Vec<(&'a str, Option<usize>)>,
}

#[derive(Default)]
struct File<'a> {
    durable: Vec<u8>,
    unsynced: Vec<&'a Content>,
}

impl<'a> Medium<'a> {
    fn perform(&mut self, name: &'a str, change: &'a Change, luck: &Luck<'_>) {
        let next = self.files.len();
        match change {
            Change::Found(bytes) => {
                self.files.push(File {
                    durable: bytes.clone(),
                    ..File::default()
                });
                self.seen.insert(name, next);
                self.durable.insert(name, next);
            }
            Change::Created => {
                self.files.push(File::default());
                self.seen.insert(name, next);
                self.unsynced.push((name, Some(next)));
            }
            Change::Content(content) => self.files[self.seen[name]].unsynced.push(content),
            Change::Synced => {
                let file = self.seen[name];
                self.files[file].sync();
                if self.unsynced.contains(&(name, Some(file))) {
                    self.sync_folder();
                }
            }
            Change::SyncFailed => self.files[self.seen[name]].settle(luck),
            Change::Deleted { is_durable } => {
                self.seen.remove(name);
                self.unsynced.push((name, None));
                if *is_durable {
                    self.sync_folder();
                }
            }
        }
    }

    fn sync_folder(&mut self) {
        for (name, file) in mem::take(&mut self.unsynced) {
            self.enter(name, file);
        }
    }

    fn enter(&mut self, name: &'a str, file: Option<usize>) {
        match file {
            Some(file) => self.durable.insert(name, file),
            None => self.durable.remove(name),
        };
    }

    /// What is there afterwards.
    fn lose_power(mut self, luck: &Luck<'_>) -> impl Iterator<Item = (&'a str, Vec<u8>)> {
        for (name, file) in mem::take(&mut self.unsynced) {
            if luck.is_there() {
                self.enter(name, file);
            }
        }
        for file in &mut self.files {
            file.settle(luck);
        }
        let Self { files, durable, .. } = self;
        durable
            .into_iter()
            .map(move |(name, file)| (name, files[file].durable.clone()))
    }
}

impl File<'_> {
    fn sync(&mut self) {
        for content in mem::take(&mut self.unsynced) {
            self.apply(content, || true);
        }
    }

    /// Leaves to luck what is there of what was not synced.
    fn settle(&mut self, luck: &Luck<'_>) {
        for content in mem::take(&mut self.unsynced) {
            let (is_torn, is_there) = (luck.is_torn(), luck.is_there());
            self.apply(content, || if is_torn { luck.is_there() } else { is_there });
        }
    }

    /// Does what is there of it, asked for each sector.
    fn apply(&mut self, content: &Content, is_there: impl Fn() -> bool) {
        match content {
            Content::Written { offset, bytes } => {
                let (mut at, mut rest) = (*offset, bytes.as_slice());
                while !rest.is_empty() {
                    let (piece, after) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
                    if is_there() {
                        self.write(at, piece);
                    }
                    (at, rest) = (at + piece.len(), after);
                }
            }
            Content::Cut { length } => {
                if is_there() {
                    self.durable.truncate(*length);
                }
            }
        }
    }

    fn write(&mut self, at: usize, bytes: &[u8]) {
        let end = at + bytes.len();
        if self.durable.len() < end {
            self.durable.resize(end, 0);
        }
        self.durable[at..end].copy_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Enough to see everything that may happen.
    const DISKS: usize = 500;

    fn written(byte: u8) -> Change {
        Change::Content(Content::Written {
            offset: 0,
            bytes: vec![byte; 2 * SECTOR],
        })
    }

    /// All that may be left of a file.
    fn left(changes: impl IntoIterator<Item = Change>) -> BTreeSet<Option<Vec<u8>>> {
        let mut record = Record::default();
        for change in changes {
            record.add("file", change);
        }
        let random = SeededRandom::announced();
        let left = (0..DISKS).map(|_| {
            let folder = record.power_loss(record.len(), &random);
            fs::read(folder.path().join("file")).ok()
        });
        left.collect()
    }

    fn sectors(first: u8, second: u8) -> Vec<u8> {
        [[first; SECTOR], [second; SECTOR]].concat()
    }

    #[test]
    fn a_write_that_was_not_synced_is_there_or_missing_or_torn() {
        let left = left([Change::Created, written(1), Change::Synced, written(2)]);
        let all =
            [(1, 1), (1, 2), (2, 1), (2, 2)].map(|(first, second)| Some(sectors(first, second)));
        assert_eq!(left, BTreeSet::from(all));
    }

    #[test]
    fn a_file_is_as_long_as_what_is_there_of_it() {
        let cut = Change::Content(Content::Cut { length: SECTOR });
        let left = left([Change::Created, Change::Synced, written(1), cut]);
        let lengths: BTreeSet<_> = left.into_iter().map(|file| file.unwrap().len()).collect();
        assert_eq!(lengths, BTreeSet::from([0, SECTOR, 2 * SECTOR]));
    }

    #[test]
    fn what_was_synced_is_there() {
        let synced = [Change::Created, written(1), written(2), Change::Synced];
        assert_eq!(left(synced), BTreeSet::from([Some(sectors(2, 2))]));
    }

    #[test]
    fn a_sync_does_not_make_up_for_one_that_failed() {
        let changes = [Change::Created, Change::Synced, written(1)];
        let failed = [Change::SyncFailed, Change::Synced];
        let left = left(changes.into_iter().chain(failed));
        assert!(left.contains(&Some(vec![])), "missing");
        assert!(left.contains(&Some(sectors(1, 1))), "there");
    }

    #[test]
    fn a_file_is_made_for_certain_when_it_is_synced_and_removed_when_the_folder_is() {
        let empty = || Some(vec![]);
        let made = BTreeSet::from([None, empty()]);
        assert_eq!(left([Change::Created]), made);
        assert_eq!(left([Change::Created, Change::Synced]), [empty()].into());
        for (is_durable, expected) in [(false, made), (true, [None].into())] {
            let deleted = Change::Deleted { is_durable };
            assert_eq!(left([Change::Created, Change::Synced, deleted]), expected);
        }
    }
}

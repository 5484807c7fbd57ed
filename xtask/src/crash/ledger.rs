//! What clients asked for and were told, and what a store may hold then.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Result, bail, ensure};
use pharos_api::key_id::KeyId;
use pharos_api::lighthouse::delete_key_pairs::KEY_IDS_MAX;
use pharos_api::region::Region;

use super::held::{Held, Id, KeyPair};
use super::instances::{InstanceChange, Instances};

/// What every name in it begins with.
const PREFIX: &str = "crash_";

/// Where key pairs are created: few regions, so that each soon has as many as one call may delete.
pub(super) const REGIONS: [Region; 3] = [Region::Guangzhou, Region::Tokyo, Region::Frankfurt];

/// For so many creations there is a deletion: a little more than it takes on average, so that it finds as
/// many as it wants.
const CREATIONS_PER_DELETION: usize = 6;

/// Of so many changes one is that of an instance.
const CHANGES_PER_INSTANCE_CHANGE: usize = 2;

/// Of so many creations one is an import.
const CREATIONS_PER_IMPORT: usize = 4;

/// A ledger that all clients write into.
#[derive(Default)]
pub(super) struct SharedLedger(Mutex<Ledger>);

impl SharedLedger {
    pub(super) fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every change that was asked for, and what the client was told.
#[derive(Default)]
pub(super) struct Ledger {
    /// The names so far: the numbers below this.
    names: usize,
    /// The creations that were acknowledged.
    created: BTreeMap<Id, KeyPair>,
    /// Those of them that nobody asked to delete, and that are not there to be bound.
    untouched: BTreeMap<Region, Vec<KeyId>>,
    deletions: BTreeMap<Deletion, Answer>,
    /// The text of each name that was asked to be imported.
    imports: BTreeMap<String, String>,
    pub(super) instances: Instances,
    /// The changes so far.
    changes: usize,
    last_refusal: String,
}

/// What a client is to ask for.
pub(super) enum Change {
    /// A name that was never asked for.
    Create(Region, String),
    /// The same, with the client's own key.
    Import(Region, String),
    Delete(Deletion),
    Instance(InstanceChange),
}

/// Key pairs of one region that are deleted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Deletion {
    pub(super) region: Region,
    pub(super) key_ids: Vec<KeyId>,
}

/// What a client knows of a deletion.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing: it may have been done.
    Unknown,
    Done,
    /// That nothing was deleted.
    NotDone,
}

/// How many changes of each kind.
#[derive(Default)]
pub(super) struct Counts {
    creations: usize,
    deletions: usize,
    instance_changes: usize,
}

impl Counts {
    pub(super) fn sum(&self) -> u64 {
        (self.creations + self.deletions + self.instance_changes) as u64
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            creations,
            deletions,
            instance_changes,
        } = self;
        write!(
            formatter,
            "{creations} creations, {deletions} deletions and {instance_changes} changes of instances"
        )
    }
}

impl Ledger {
    /// What to ask for next.
    pub(super) fn next(&mut self) -> Change {
        self.changes += 1;
        if self.changes.is_multiple_of(CHANGES_PER_INSTANCE_CHANGE)
            && let Some(change) = self.instances.next()
        {
            return Change::Instance(change);
        }
        let is_deletion_due = self.created.len() / CREATIONS_PER_DELETION > self.deletions.len();
        match is_deletion_due.then(|| self.next_deletion()).flatten() {
            Some(deletion) => Change::Delete(deletion),
            None => self.next_creation(),
        }
    }

    /// Each region in its turn.
    fn next_creation(&mut self) -> Change {
        let [first, ..] = REGIONS;
        let region = REGIONS.get(self.names % REGIONS.len()).copied();
        let region = region.unwrap_or(first);
        let name = format!("{PREFIX}{}", self.names);
        self.names += 1;
        if self.names.is_multiple_of(CREATIONS_PER_IMPORT) {
            Change::Import(region, name)
        } else {
            Change::Create(region, name)
        }
    }

    /// One key pair, two, and so on, of the region that has the most, as far as it has them.
    fn next_deletion(&mut self) -> Option<Deletion> {
        let fullest = self.untouched.iter_mut().max_by_key(|(_, ids)| ids.len());
        let (region, untouched) = fullest.filter(|(_, ids)| !ids.is_empty())?;
        let count = 1 + self.deletions.len() % KEY_IDS_MAX;
        let deletion = Deletion {
            region: *region,
            key_ids: untouched.split_off(untouched.len().saturating_sub(count)),
        };
        self.deletions.insert(deletion.clone(), Answer::Unknown);
        Some(deletion)
    }

    /// A client is about to import this.
    pub(super) fn ask_to_import(&mut self, name: &str, public_key: &str) {
        self.imports.insert(name.to_owned(), public_key.to_owned());
    }

    /// A client holds the reply in its hands.
    pub(super) fn acknowledge_creation(&mut self, (region, key_id): Id, key_pair: KeyPair) {
        if !self.instances.keep(region, &key_id) {
            let untouched = self.untouched.entry(region).or_default();
            untouched.push(key_id.clone());
        }
        self.created.insert((region, key_id), key_pair);
    }

    /// A client was told what became of a deletion.
    pub(super) fn answer_deletion(&mut self, deletion: Deletion, answer: Answer) {
        self.deletions.insert(deletion, answer);
    }

    pub(super) fn refuse(&mut self, why: String) {
        self.last_refusal = why;
    }

    pub(super) fn last_refusal(&self) -> &str {
        &self.last_refusal
    }

    pub(super) fn acknowledged(&self) -> Counts {
        let answers = self.deletions.values();
        Counts {
            creations: self.created.len(),
            deletions: answers.filter(|answer| **answer == Answer::Done).count(),
            instance_changes: self.instances.acknowledged(),
        }
    }

    /// Holds the ledger against a store, and answers what was done there and not acknowledged.
    ///
    /// # Errors
    /// The first thing that is not as it should be.
    pub(super) fn compare(&mut self, held: Held) -> Result<Counts> {
        self.instances.compare(&held.instances)?;
        let created = self.check_audit_log(&held)?;
        let kept = self.check_key_pairs(held.key_pairs)?;
        self.check_creations(&kept)?;
        let deletions = self.check_deletions(&kept)?;
        Ok(Counts {
            creations: created.saturating_sub(self.created.len()),
            deletions,
            instance_changes: self.instances.unacknowledged(),
        })
    }

    /// Created less deleted, each once, is what is there. Answers how many were created.
    fn check_audit_log(&self, held: &Held) -> Result<usize> {
        let created = each_once(&held.created, "creation")?;
        let deleted = each_once(&held.deleted, "deletion")?;
        for id in &deleted {
            ensure!(self.is_deletion_asked(id), "nobody asked to delete {id:?}");
            ensure!(
                created.contains(id),
                "{id:?} has only a deletion's audit row"
            );
        }
        let audited: BTreeSet<_> = created.difference(&deleted).copied().collect();
        let kept = held.key_pairs.iter().map(|(id, _)| id).collect();
        if let Some(id) = audited.symmetric_difference(&kept).next() {
            bail!("the audit log and the store say different things of {id:?}");
        }
        Ok(created.len())
    }

    /// Each was asked for, and is there once.
    fn check_key_pairs(&self, key_pairs: Vec<(Id, KeyPair)>) -> Result<BTreeMap<Id, KeyPair>> {
        let (mut names, mut materials) = (BTreeSet::new(), BTreeSet::new());
        let mut kept = BTreeMap::new();
        for (id, key_pair) in key_pairs {
            let name = &key_pair.name;
            ensure!(self.is_name_asked(name), "{name} was never asked for");
            ensure!(names.insert(name.clone()), "{name} is there twice");
            // Behind it is a comment.
            let material = key_pair.public_key.split(' ').nth(1).map(str::to_owned);
            ensure!(materials.insert(material), "{name} has the key of another");
            let imported = self.imports.get(name);
            let is_changed = imported.is_some_and(|text| *text != key_pair.public_key);
            ensure!(!is_changed, "{name} was imported as {imported:?}");
            let twice = kept.insert(id, key_pair);
            ensure!(twice.is_none(), "an id is there twice: {twice:?}");
        }
        Ok(kept)
    }

    /// What was acknowledged is there as it was told, unless somebody asked to delete it.
    fn check_creations(&self, kept: &BTreeMap<Id, KeyPair>) -> Result<()> {
        for (id, told) in &self.created {
            match kept.get(id) {
                Some(found) => ensure!(
                    found == told,
                    "{id:?} was acknowledged as {told:?} and is {found:?}"
                ),
                None => ensure!(
                    self.is_deletion_asked(id),
                    "{id:?}, {}, was acknowledged and is lost",
                    told.name
                ),
            }
        }
        Ok(())
    }

    /// Each deletion is done or not, as it was told. Answers how many are done that nobody was told of.
    fn check_deletions(&self, kept: &BTreeMap<Id, KeyPair>) -> Result<usize> {
        let mut unacknowledged = 0;
        for (deletion, answer) in &self.deletions {
            let all = deletion.key_ids.len();
            let left = deletion.ids().filter(|id| kept.contains_key(id)).count();
            match answer {
                Answer::Done => ensure!(
                    left == 0,
                    "{deletion:?} was acknowledged, and {left} are there"
                ),
                Answer::NotDone => ensure!(
                    left == all,
                    "{deletion:?} was refused, and {left} are there"
                ),
                Answer::Unknown => {
                    ensure!(
                        left == 0 || left == all,
                        "{deletion:?} was done by halves: {left} are there"
                    );
                    unacknowledged += usize::from(left == 0);
                }
            }
        }
        Ok(unacknowledged)
    }

    fn is_name_asked(&self, name: &str) -> bool {
        let number = name.strip_prefix(PREFIX).map(str::parse);
        matches!(number, Some(Ok(number)) if (0..self.names).contains(&number))
    }

    fn is_deletion_asked(&self, (region, key_id): &Id) -> bool {
        let mut deletions = self.deletions.keys();
        deletions.any(|deletion| deletion.region == *region && deletion.key_ids.contains(key_id))
    }
}

impl Deletion {
    fn ids(&self) -> impl Iterator<Item = Id> {
        let ids = self.key_ids.iter();
        ids.map(|key_id| (self.region, key_id.clone()))
    }
}

fn each_once<'i>(ids: &'i [Id], what: &str) -> Result<BTreeSet<&'i Id>> {
    let mut seen = BTreeSet::new();
    for id in ids {
        ensure!(seen.insert(id), "{id:?} has two audit rows of its {what}");
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use pharos_api::instance_id::InstanceId;

    use super::super::instances::Step;
    use super::*;

    const REGION: Region = Region::Tokyo;

    fn id(number: u64) -> Id {
        let key_id = KeyId::parse(&format!("lhkp-{number:08}"));
        (REGION, key_id.unwrap())
    }

    fn key_pair(number: u64) -> KeyPair {
        KeyPair {
            name: format!("{PREFIX}{number}"),
            public_key: format!("ssh-rsa of_{number} comment"),
        }
    }

    fn deletion(numbers: &[u64]) -> Deletion {
        Deletion {
            region: REGION,
            key_ids: numbers.iter().map(|number| id(*number).1).collect(),
        }
    }

    /// Four creations were asked for, and the first three acknowledged.
    fn ledger() -> Ledger {
        let mut ledger = Ledger {
            names: 4,
            ..Ledger::default()
        };
        for number in 0..3 {
            ledger.acknowledge_creation(id(number), key_pair(number));
        }
        ledger
    }

    /// Two of them were asked to be deleted, of which this is known.
    fn ledger_with_deletion(answer: Answer) -> Ledger {
        let mut ledger = ledger();
        ledger.answer_deletion(deletion(&[0, 1]), answer);
        ledger
    }

    /// These are there, and those were.
    fn held(kept: &[u64], deleted: &[u64]) -> Held {
        let created = kept.iter().chain(deleted);
        Held {
            key_pairs: kept.iter().map(|n| (id(*n), key_pair(*n))).collect(),
            created: created.map(|n| id(*n)).collect(),
            deleted: deleted.iter().map(|n| id(*n)).collect(),
            ..Held::default()
        }
    }

    #[track_caller]
    fn check_fault(ledger: &mut Ledger, held: Held, told: &str) {
        let fault = ledger.compare(held).err().expect("a fault").to_string();
        assert!(fault.contains(told), "{fault}");
    }

    #[test]
    fn what_was_acknowledged_is_there() {
        let unacknowledged = ledger().compare(held(&[0, 1, 2], &[])).unwrap();
        assert_eq!(unacknowledged.creations, 0);
        check_fault(&mut ledger(), held(&[0, 2], &[]), "is lost");

        let mut other = held(&[0, 1, 2], &[]);
        other.key_pairs[1].1.public_key = "ssh-rsa other".to_owned();
        check_fault(&mut ledger(), other, "was acknowledged as");
    }

    #[test]
    fn what_was_asked_for_and_not_acknowledged_may_be_there_and_nothing_else() {
        let unacknowledged = ledger().compare(held(&[0, 1, 2, 3], &[])).unwrap();
        assert_eq!(unacknowledged.creations, 1);
        let beyond = held(&[0, 1, 2, 4], &[]);
        check_fault(&mut ledger(), beyond, "crash_4 was never asked for");
    }

    #[test]
    fn an_import_keeps_its_text_whether_it_was_acknowledged_or_not() {
        let ledger = |text: &str| {
            let mut ledger = ledger();
            ledger.ask_to_import("crash_3", text);
            ledger
        };
        let unacknowledged = held(&[0, 1, 2, 3], &[]);
        let text = key_pair(3).public_key;
        ledger(&text).compare(unacknowledged.clone()).unwrap();
        let longer = format!("{text}\n");
        check_fault(&mut ledger(&longer), unacknowledged, "was imported as");
    }

    #[test]
    fn instances_are_compared() {
        let mut held = held(&[0, 1, 2], &[]);
        let instance_id = InstanceId::parse("lhins-00000000").unwrap();
        held.instances.created.push(instance_id);
        check_fault(&mut ledger(), held, "different things");
    }

    #[test]
    fn nothing_is_there_twice() {
        let add = |key_pair: KeyPair| {
            let mut held = held(&[0, 1, 2], &[]);
            held.created.push(id(3));
            held.key_pairs.push((id(3), key_pair));
            held
        };
        check_fault(&mut ledger(), add(key_pair(0)), "crash_0 is there twice");
        let same_key = KeyPair {
            name: "crash_3".to_owned(),
            ..key_pair(0)
        };
        check_fault(
            &mut ledger(),
            add(same_key),
            "crash_3 has the key of another",
        );
    }

    #[test]
    fn an_acknowledged_deletion_stays() {
        let mut ledger = ledger_with_deletion(Answer::Done);
        ledger.compare(held(&[2], &[0, 1])).unwrap();
        check_fault(&mut ledger, held(&[0, 1, 2], &[]), "2 are there");
        check_fault(&mut ledger, held(&[1, 2], &[0]), "1 are there");
    }

    #[test]
    fn a_deletion_without_an_answer_is_done_or_not() {
        let mut ledger = ledger_with_deletion(Answer::Unknown);
        let done = ledger.compare(held(&[2], &[0, 1])).unwrap();
        let not_done = ledger.compare(held(&[0, 1, 2], &[])).unwrap();
        assert_eq!((done.deletions, not_done.deletions), (1, 0));
        check_fault(&mut ledger, held(&[1, 2], &[0]), "by halves");
    }

    #[test]
    fn a_refused_deletion_changes_nothing() {
        let mut ledger = ledger_with_deletion(Answer::NotDone);
        ledger.compare(held(&[0, 1, 2], &[])).unwrap();
        check_fault(&mut ledger, held(&[2], &[0, 1]), "was refused");
    }

    #[test]
    fn nothing_is_deleted_that_nobody_asked_for() {
        let mut ledger = ledger_with_deletion(Answer::Done);
        check_fault(&mut ledger, held(&[], &[0, 1, 2]), "nobody asked");
        let unacknowledged = held(&[2], &[0, 1, 3]);
        check_fault(&mut ledger, unacknowledged, "nobody asked");
    }

    type Edit = fn(&mut Held);

    #[test]
    fn the_audit_log_says_the_same_as_the_store() {
        let mut ledger = ledger_with_deletion(Answer::Done);
        let edits: [(Edit, &str); 5] = [
            (|held| held.created.push(id(3)), "different things"),
            (|held| drop(held.created.remove(0)), "different things"),
            (|held| drop(held.deleted.pop()), "different things"),
            (|held| held.created.push(id(0)), "two audit rows"),
            (|held| held.deleted.push(id(0)), "two audit rows"),
        ];
        for (edit, told) in edits {
            let mut held = held(&[2], &[0, 1]);
            edit(&mut held);
            check_fault(&mut ledger, held, told);
        }
        let mut held = held(&[2], &[0, 1]);
        held.created.pop();
        check_fault(&mut ledger, held, "only a deletion's");
    }

    #[test]
    fn only_acknowledged_key_pairs_that_are_not_bound_are_deleted_each_once_and_up_to_ten_together()
    {
        let mut ledger = Ledger::default();
        let (mut deleted, mut bound) = (BTreeSet::new(), BTreeSet::new());
        let mut most = 0;
        for number in 0..10_000 {
            match ledger.next() {
                Change::Create(region, name) | Change::Import(region, name) => {
                    let key_pair = KeyPair {
                        name,
                        ..key_pair(number)
                    };
                    ledger.acknowledge_creation((region, id(number).1), key_pair);
                }
                Change::Delete(deletion) => {
                    most = most.max(deletion.key_ids.len());
                    for id in deletion.ids() {
                        assert!(ledger.created.contains_key(&id));
                        assert!(deleted.insert(id), "{deletion:?}");
                    }
                }
                Change::Instance(change) => {
                    if let Step::Create(key_ids) | Step::Bind(key_ids) = &change.step {
                        bound.extend(key_ids.iter().map(|key_id| (change.region, key_id.clone())));
                    }
                    let made = InstanceId::parse(&format!("lhins-{:08}", change.number));
                    ledger.instances.acknowledge(change.number, made);
                }
            }
        }
        assert_eq!(most, KEY_IDS_MAX);
        assert!(!bound.is_empty());
        assert!(bound.is_disjoint(&deleted), "{bound:?}");
    }
}

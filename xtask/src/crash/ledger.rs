//! What clients were told, and whether the store agrees.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use pharos_api::region::Region;
use pharos_backup::Reader;
use pharos_store::archive::{Entry, KeyPairEntry};
use pharos_store::audit::AuditRow;

use crate::server::{Binary, Store};

/// What every name in it begins with.
const PREFIX: &str = "crash_";

/// The changes that were asked for, and those that were acknowledged.
#[derive(Default)]
pub(super) struct Ledger {
    asked: AtomicU64,
    acknowledged: Mutex<BTreeMap<(Region, String), KeyPair>>,
    /// Key pairs that the store held after the last crash beside the acknowledged ones.
    unacknowledged: AtomicU64,
    last_refusal: Mutex<String>,
}

/// What a client was told of a key pair.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct KeyPair {
    pub(super) key_id: String,
    pub(super) public_key: String,
}

impl Ledger {
    /// A name that was never asked for, and where to ask for it: each region in its turn.
    pub(super) fn next(&self) -> (Region, String) {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let mut regions = Region::ALL.iter().cycle();
        let place = usize::try_from(number).unwrap_or(0) % Region::ALL.len();
        let region = regions.nth(place).copied().unwrap_or(Region::Guangzhou);
        (region, format!("{PREFIX}{number}"))
    }

    /// A client holds the reply in its hands.
    pub(super) fn acknowledge(&self, region: Region, name: String, key_pair: KeyPair) {
        let mut acknowledged = self
            .acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        acknowledged.insert((region, name), key_pair);
    }

    pub(super) fn refuse(&self, why: String) {
        *self
            .last_refusal
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = why;
    }

    pub(super) fn last_refusal(&self) -> String {
        let last = self.last_refusal.lock();
        last.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn acknowledged(&self) -> u64 {
        let acknowledged = self.acknowledged.lock();
        acknowledged.unwrap_or_else(PoisonError::into_inner).len() as u64
    }

    pub(super) fn unacknowledged(&self) -> u64 {
        self.unacknowledged.load(Ordering::Relaxed)
    }

    /// Reads the store out with `pharos backup`, which looks at the audit chains and the counts, and
    /// compares.
    ///
    /// # Errors
    /// The first thing that is not as it should be.
    pub(super) fn compare(&self, binary: &Binary, store: &Store) -> Result<()> {
        let (key_pairs, audit_rows) = read(binary, store)?;
        let acknowledged = self
            .acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let asked = self.asked.load(Ordering::Relaxed);

        let mut kept = BTreeMap::new();
        let mut materials = BTreeSet::new();
        for KeyPairEntry { region, record, .. } in key_pairs {
            let name = record.key_name.as_str().to_owned();
            let number = name
                .strip_prefix(PREFIX)
                .and_then(|number| number.parse().ok());
            ensure!(
                number.is_some_and(|number: u64| number < asked),
                "{name} in {region} was never asked for"
            );
            ensure!(
                materials.insert(record.fingerprint),
                "{name} in {region} has the key of another"
            );
            let key_pair = KeyPair {
                key_id: record.key_id.to_string(),
                public_key: record.public_key,
            };
            let twice = kept.insert((region, name.clone()), key_pair);
            ensure!(twice.is_none(), "{name} in {region} is there twice");
        }
        for (place, told) in acknowledged.iter() {
            match kept.get(place) {
                Some(found) if found == told => {}
                Some(found) => bail!("{place:?} was acknowledged as {told:?} and is {found:?}"),
                None => bail!("{place:?} was acknowledged and is lost"),
            }
        }
        let mut audited: Vec<_> = audit_rows.iter().flat_map(|row| &row.resources).collect();
        audited.sort_unstable();
        let mut created: Vec<_> = kept
            .iter()
            .map(|((region, _), key_pair)| (region, &key_pair.key_id))
            .collect();
        created.sort_unstable();
        ensure!(
            audited.len() == created.len(),
            "{} key pairs have {} audit rows",
            created.len(),
            audited.len()
        );
        for (region, key_id) in created {
            let of_it = |resource: &&&String| {
                resource.contains(region.wire()) && resource.ends_with(key_id.as_str())
            };
            ensure!(
                audited.iter().filter(of_it).count() == 1,
                "{key_id} in {region} has not one audit row"
            );
        }
        let unacknowledged = kept.len() - acknowledged.len();
        self.unacknowledged
            .store(unacknowledged as u64, Ordering::Relaxed);
        Ok(())
    }
}

fn read(binary: &Binary, store: &Store) -> Result<(Vec<KeyPairEntry>, Vec<AuditRow>)> {
    let mut backup = binary
        .command()
        .args(["backup", "--output", "-", "--store", store.url()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run pharos backup")?;
    let out = backup
        .stdout
        .take()
        .context("pharos backup has no output")?;
    let mut reader = Reader::new(out)?;
    let (mut key_pairs, mut audit_rows) = (Vec::new(), Vec::new());
    while let Some(entry) = reader.read()? {
        match entry {
            Entry::KeyPair(key_pair) => key_pairs.push(key_pair),
            Entry::AuditRow(row) => audit_rows.push(row),
            _ => {}
        }
    }
    let ended = backup.wait_with_output()?;
    let said = String::from_utf8_lossy(&ended.stderr);
    ensure!(ended.status.success(), "pharos backup failed: {said}");
    Ok((key_pairs, audit_rows))
}

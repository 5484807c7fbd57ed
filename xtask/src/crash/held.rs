//! What a store holds, in rows and in the audit log.

use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use pharos_api::action::Contract;
use pharos_api::key_id::KeyId;
use pharos_api::lighthouse::create_key_pair::CreateKeyPair;
use pharos_api::lighthouse::delete_key_pairs::DeleteKeyPairs;
use pharos_api::region::Region;
use pharos_backup::Reader;
use pharos_store::archive::Entry;
use pharos_store::audit::AuditRow;

use crate::server::{Binary, Store};

/// Which key pair.
pub(super) type Id = (Region, KeyId);

/// What there is to a key pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyPair {
    pub(super) name: String,
    pub(super) public_key: String,
}

/// What a store holds at one moment, in no order.
#[derive(Clone, Default)]
pub(super) struct Held {
    pub(super) key_pairs: Vec<(Id, KeyPair)>,
    /// Which the audit log says were created, and deleted.
    pub(super) created: Vec<Id>,
    pub(super) deleted: Vec<Id>,
}

impl Held {
    /// Reads the store out with `pharos backup`, which looks at the audit chains and the counts.
    pub(super) fn read(binary: &Binary, store: &Store) -> Result<Self> {
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
        let mut held = Self::default();
        while let Some(entry) = reader.read()? {
            held.take(entry)?;
        }
        let ended = backup.wait_with_output()?;
        let said = String::from_utf8_lossy(&ended.stderr);
        ensure!(ended.status.success(), "pharos backup failed: {said}");
        Ok(held)
    }

    fn take(&mut self, entry: Entry) -> Result<()> {
        match entry {
            Entry::KeyPair(entry) => {
                let key_pair = KeyPair {
                    name: entry.record.key_name.as_str().to_owned(),
                    public_key: entry.record.public_key,
                };
                let id = (entry.region, entry.record.key_id);
                self.key_pairs.push((id, key_pair));
            }
            Entry::AuditRow(row) => self.take_audit_row(&row)?,
            _ => {}
        }
        Ok(())
    }

    fn take_audit_row(&mut self, row: &AuditRow) -> Result<()> {
        let audited = if row.operation == CreateKeyPair::ACTION.operation() {
            &mut self.created
        } else if row.operation == DeleteKeyPairs::ACTION.operation() {
            &mut self.deleted
        } else {
            bail!("nobody asked for the {} in the audit log", row.operation)
        };
        for resource in &row.resources {
            let id = id(resource).with_context(|| format!("{resource} is no key pair"))?;
            audited.push(id);
        }
        Ok(())
    }
}

/// Reads `qcs::lighthouse:<region>:uin/<account>:keypair/<id>`.
fn id(resource: &str) -> Option<Id> {
    let (place, key_id) = resource.rsplit_once(":keypair/")?;
    let region = place.split(':').nth(3)?;
    Some((Region::from_wire(region).ok()?, KeyId::parse(key_id)?))
}

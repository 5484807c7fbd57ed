//! What a store holds, in rows, in the audit log, and in the lists that clients see.

use std::collections::BTreeSet;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use pharos_api::action::Contract;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_state::InstanceState;
use pharos_api::key_id::KeyId;
use pharos_api::lighthouse::associate_instances_key_pairs::AssociateInstancesKeyPairs;
use pharos_api::lighthouse::create_instances::CreateInstances;
use pharos_api::lighthouse::create_key_pair::CreateKeyPair;
use pharos_api::lighthouse::delete_key_pairs::DeleteKeyPairs;
use pharos_api::lighthouse::describe_instances::DescribeInstances;
use pharos_api::lighthouse::describe_key_pairs::DescribeKeyPairs;
use pharos_api::lighthouse::disassociate_instances_key_pairs::DisassociateInstancesKeyPairs;
use pharos_api::lighthouse::import_key_pair::ImportKeyPair;
use pharos_api::lighthouse::isolate_instances::IsolateInstances;
use pharos_api::lighthouse::terminate_instances::TerminateInstances;
use pharos_api::page::LIMIT_MAX;
use pharos_api::region::Region;
use pharos_backup::Reader;
use pharos_store::archive::Entry;
use pharos_store::audit::AuditRow;
use serde_json::json;

use super::load::ask;
use crate::server::{Binary, Server, Store};

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
    pub(super) instances: HeldInstances,
}

/// Instances and bindings of one moment.
#[derive(Clone, Default)]
pub(super) struct HeldInstances {
    pub(super) instances: Vec<HeldInstance>,
    /// The bindings, as the list of key pairs shows them.
    pub(super) of_key_pairs: BTreeSet<(InstanceId, KeyId)>,
    /// Which the audit log says were made, and terminated.
    pub(super) created: Vec<InstanceId>,
    pub(super) terminated: Vec<InstanceId>,
}

/// An instance, as its list shows it.
#[derive(Clone)]
pub(super) struct HeldInstance {
    pub(super) region: Region,
    pub(super) instance_id: InstanceId,
    pub(super) name: String,
    pub(super) is_isolated: bool,
    pub(super) key_ids: BTreeSet<KeyId>,
}

impl Held {
    /// Reads the store out with `pharos backup`, which looks at the audit chains and the counts; then has a
    /// server list the instances of these regions, and what opens them.
    pub(super) fn read(binary: &Binary, store: &Store, regions: &[Region]) -> Result<Self> {
        let mut held = Self::back_up(binary, store)?;
        let server = Server::start(binary, store)?;
        for region in regions {
            held.instances.list(&server, *region)?;
        }
        Ok(held)
    }

    fn back_up(binary: &Binary, store: &Store) -> Result<Self> {
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
        let is = |operation: String| row.operation == operation;
        let resources = row.resources.iter();
        if is(CreateKeyPair::ACTION.operation()) || is(ImportKeyPair::ACTION.operation()) {
            self.created.extend(read_each(resources, key_pair)?);
        } else if is(DeleteKeyPairs::ACTION.operation()) {
            self.deleted.extend(read_each(resources, key_pair)?);
        } else if is(CreateInstances::ACTION.operation()) {
            let created = read_each(resources, instance)?;
            self.instances.created.extend(created);
        } else if is(TerminateInstances::ACTION.operation()) {
            let terminated = read_each(resources, instance)?;
            self.instances.terminated.extend(terminated);
        } else {
            let others = [
                AssociateInstancesKeyPairs::ACTION,
                DisassociateInstancesKeyPairs::ACTION,
                IsolateInstances::ACTION,
            ];
            let is_asked = others.iter().any(|action| is(action.operation()));
            let operation = &row.operation;
            ensure!(
                is_asked,
                "nobody asked for the {operation} in the audit log"
            );
        }
        Ok(())
    }
}

impl HeldInstances {
    /// Adds those of a region, page by page.
    fn list(&mut self, server: &Server, region: Region) -> Result<()> {
        let mut offset = 0;
        loop {
            let page = json!({ "Offset": offset, "Limit": LIMIT_MAX });
            let listed = ask::<DescribeInstances>(server, region, page)?.instance_set;
            if listed.is_empty() {
                break;
            }
            offset += listed.len();
            let instances = listed.into_iter().map(|listed| HeldInstance {
                region,
                instance_id: listed.instance_id,
                name: listed.instance_name.as_str().to_owned(),
                is_isolated: listed.instance_state == InstanceState::Shutdown,
                key_ids: listed.login_settings.key_ids.into_iter().collect(),
            });
            self.instances.extend(instances);
        }
        let mut offset = 0;
        loop {
            let page = json!({ "Offset": offset, "Limit": LIMIT_MAX });
            let listed = ask::<DescribeKeyPairs>(server, region, page)?.key_pair_set;
            if listed.is_empty() {
                return Ok(());
            }
            offset += listed.len();
            for key_pair in listed {
                let ids = key_pair.associated_instance_ids.into_iter();
                let bindings = ids.map(|instance_id| (instance_id, key_pair.key_id.clone()));
                self.of_key_pairs.extend(bindings);
            }
        }
    }
}

fn read_each<'r, T>(
    resources: impl Iterator<Item = &'r String>,
    read: fn(&str) -> Option<T>,
) -> Result<Vec<T>> {
    resources
        .map(|resource| read(resource).with_context(|| format!("{resource} is something else")))
        .collect()
}

/// Reads `qcs::lighthouse:<region>:uin/<account>:keypair/<id>`.
fn key_pair(resource: &str) -> Option<Id> {
    let (place, key_id) = resource.rsplit_once(":keypair/")?;
    let region = place.split(':').nth(3)?;
    Some((Region::from_wire(region).ok()?, KeyId::parse(key_id)?))
}

/// Reads `qcs::lighthouse:<region>:uin/<account>:instance/<id>`.
fn instance(resource: &str) -> Option<InstanceId> {
    let (_, instance_id) = resource.rsplit_once(":instance/")?;
    InstanceId::parse(instance_id)
}

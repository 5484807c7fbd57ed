//! Clients that change things until there is nobody to ask.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use pharos_api::action::{Contract, decode};
use pharos_api::code::Code;
use pharos_api::lighthouse::associate_instances_key_pairs::AssociateInstancesKeyPairs;
use pharos_api::lighthouse::create_instances::CreateInstances;
use pharos_api::lighthouse::create_key_pair::CreateKeyPair;
use pharos_api::lighthouse::delete_key_pairs::DeleteKeyPairs;
use pharos_api::lighthouse::disassociate_instances_key_pairs::DisassociateInstancesKeyPairs;
use pharos_api::lighthouse::import_key_pair::ImportKeyPair;
use pharos_api::lighthouse::isolate_instances::IsolateInstances;
use pharos_api::lighthouse::terminate_instances::TerminateInstances;
use pharos_api::region::Region;
use pharos_client::ClientError;
use pharos_keys::KeyType;
use serde_json::{Value, json};

use super::held::KeyPair;
use super::instances::{self, InstanceChange, Step};
use super::ledger::{Answer, Change, Deletion, SharedLedger};
use crate::server::Server;

/// How many there are: enough for commits of several changes.
const CLIENTS: usize = 6;

/// How long a client rests when it was refused.
const PAUSE: Duration = Duration::from_millis(2);

#[derive(Default)]
pub(super) struct Load {
    is_over: AtomicBool,
}

impl Load {
    pub(super) fn start<'s>(
        &'s self,
        scope: &'s Scope<'s, '_>,
        server: &'s Server,
        ledger: &'s SharedLedger,
    ) {
        for _ in 0..CLIENTS {
            scope.spawn(move || self.change(server, ledger));
        }
    }

    /// Ends the load when it goes out of scope.
    pub(super) fn stop_at_end(&self) -> impl Drop + '_ {
        struct Stop<'l>(&'l Load);

        impl Drop for Stop<'_> {
            fn drop(&mut self) {
                self.0.is_over.store(true, Ordering::Relaxed);
            }
        }

        Stop(self)
    }

    fn change(&self, server: &Server, ledger: &SharedLedger) {
        while !self.is_over.load(Ordering::Relaxed) {
            let change = ledger.lock().next();
            let changed = match change {
                Change::Create(region, name) => create(server, ledger, region, name),
                Change::Import(region, name) => import(server, ledger, region, name),
                Change::Delete(deletion) => delete(server, ledger, deletion),
                Change::Instance(change) => change_instance(server, ledger, change),
            };
            if let Err(error) = changed {
                ledger.lock().refuse(format!("{error:#}"));
                thread::sleep(PAUSE);
            }
        }
    }
}

/// Calls an action with parameters as they stand on the wire.
pub(super) fn ask<C: Contract>(
    server: &Server,
    region: Region,
    parameters: Value,
) -> Result<C::Output> {
    let input = decode::<C>(parameters).map_err(|error| anyhow!("{error:?}"))?;
    Ok(server.client().in_region(region).send::<C>(&input)?)
}

fn create(server: &Server, ledger: &SharedLedger, region: Region, name: String) -> Result<()> {
    let parameters = json!({ "KeyName": name });
    let key_pair = ask::<CreateKeyPair>(server, region, parameters)?.key_pair;
    let told = KeyPair {
        name,
        public_key: key_pair.public_key,
    };
    let id = (region, key_pair.key_id);
    ledger.lock().acknowledge_creation(id, told);
    Ok(())
}

/// The text has a comment of its own and a line end: it has to stay as it is.
fn import(server: &Server, ledger: &SharedLedger, region: Region, name: String) -> Result<()> {
    let public_key = pharos_keys::Generator::library()
        .generate(KeyType::Rsa2048, &|| true)?
        .public_key;
    let public_key = public_key.authorized_keys_line(&format!("{name} of  me@laptop\n"));
    ledger.lock().ask_to_import(&name, &public_key);
    let parameters = json!({ "KeyName": name, "PublicKey": public_key });
    let key_id = ask::<ImportKeyPair>(server, region, parameters)?.key_id;
    let told = KeyPair { name, public_key };
    ledger.lock().acknowledge_creation((region, key_id), told);
    Ok(())
}

fn delete(server: &Server, ledger: &SharedLedger, deletion: Deletion) -> Result<()> {
    let parameters = json!({ "KeyIds": deletion.key_ids });
    let deleted = ask::<DeleteKeyPairs>(server, deletion.region, parameters);
    let answer = match &deleted {
        Ok(_) => Answer::Done,
        Err(error) if is_refusal(error, Code::KeyIdNotFound) => Answer::NotDone,
        Err(_) => Answer::Unknown,
    };
    ledger.lock().answer_deletion(deletion, answer);
    deleted?;
    Ok(())
}

fn is_refusal(error: &anyhow::Error, expected: Code) -> bool {
    let error = error.downcast_ref::<ClientError>();
    matches!(error, Some(ClientError::Refused { code, .. }) if code == expected.wire())
}

/// Without an answer nobody changes the instance any further until it was looked at.
fn change_instance(server: &Server, ledger: &SharedLedger, change: InstanceChange) -> Result<()> {
    let InstanceChange {
        number,
        region,
        instance_id,
        step,
    } = change;
    let instance_ids: Vec<_> = instance_id.iter().collect();
    let mut made = None;
    match step {
        Step::Create(key_ids) => {
            let parameters = json!({
                "BundleId": "bundle_starter",
                "BlueprintId": "lhbp-00000000",
                "InstanceChargePrepaid": { "Period": 1 },
                "InstanceName": instances::name(number),
                "LoginConfiguration": { "KeyIds": key_ids },
            });
            let ids = ask::<CreateInstances>(server, region, parameters)?.instance_id_set;
            made = Some(ids.into_iter().next().context("no instance was made")?);
        }
        Step::Bind(key_ids) => {
            let parameters = json!({ "KeyIds": key_ids, "InstanceIds": instance_ids });
            ask::<AssociateInstancesKeyPairs>(server, region, parameters)?;
        }
        Step::Unbind(key_ids) => {
            let parameters = json!({ "KeyIds": key_ids, "InstanceIds": instance_ids });
            ask::<DisassociateInstancesKeyPairs>(server, region, parameters)?;
        }
        Step::Isolate => {
            let parameters = json!({ "InstanceIds": instance_ids });
            ask::<IsolateInstances>(server, region, parameters)?;
        }
        Step::Terminate => {
            let parameters = json!({ "InstanceIds": instance_ids });
            ask::<TerminateInstances>(server, region, parameters)?;
        }
    }
    ledger.lock().instances.acknowledge(number, made);
    Ok(())
}

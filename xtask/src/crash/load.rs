//! Clients that change things until there is nobody to ask.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope};
use std::time::Duration;

use anyhow::{Context, Result};
use pharos_api::code::Code;
use pharos_api::ids::SomeIds;
use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::create_key_pair::{self, CreateKeyPair};
use pharos_api::lighthouse::delete_key_pairs::{self, DeleteKeyPairs};
use pharos_api::region::Region;
use pharos_client::ClientError;

use super::held::KeyPair;
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
                Change::Delete(deletion) => delete(server, ledger, deletion),
            };
            if let Err(error) = changed {
                ledger.lock().refuse(format!("{error:#}"));
                thread::sleep(PAUSE);
            }
        }
    }
}

fn create(server: &Server, ledger: &SharedLedger, region: Region, name: String) -> Result<()> {
    let input = create_key_pair::Input {
        key_name: KeyName::try_from(name.clone())?,
        tags: None,
    };
    let client = server.client().in_region(region);
    let key_pair = client.send::<CreateKeyPair>(&input)?.key_pair;
    let told = KeyPair {
        name,
        public_key: key_pair.public_key,
    };
    let id = (region, key_pair.key_id);
    ledger.lock().acknowledge_creation(id, told);
    Ok(())
}

fn delete(server: &Server, ledger: &SharedLedger, deletion: Deletion) -> Result<()> {
    let key_ids = SomeIds::new(deletion.key_ids.clone());
    let input = delete_key_pairs::Input {
        key_ids: key_ids.context("too many ids, or one twice")?,
    };
    let client = server.client().in_region(deletion.region);
    let deleted = client.send::<DeleteKeyPairs>(&input);
    let answer = match &deleted {
        Ok(_) => Answer::Done,
        Err(ClientError::Refused { code, .. }) if code == Code::KeyIdNotFound.wire() => {
            Answer::NotDone
        }
        Err(_) => Answer::Unknown,
    };
    ledger.lock().answer_deletion(deletion, answer);
    deleted?;
    Ok(())
}

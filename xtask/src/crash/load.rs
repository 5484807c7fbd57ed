//! Clients that change things until there is nobody to ask.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope};
use std::time::Duration;

use pharos_api::key_name::KeyName;
use pharos_api::lighthouse::create_key_pair::{CreateKeyPair, Input};

use super::ledger::{KeyPair, Ledger};
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
        ledger: &'s Ledger,
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

    fn change(&self, server: &Server, ledger: &Ledger) {
        while !self.is_over.load(Ordering::Relaxed) {
            let (region, name) = ledger.next();
            let Ok(key_name) = KeyName::try_from(name.clone()) else {
                return;
            };
            let input = Input {
                key_name,
                tags: None,
            };
            match server
                .client()
                .in_region(region)
                .send::<CreateKeyPair>(&input)
            {
                Ok(output) => {
                    let told = KeyPair {
                        key_id: output.key_pair.key_id.to_string(),
                        public_key: output.key_pair.public_key,
                    };
                    ledger.acknowledge(region, name, told);
                }
                Err(error) => {
                    ledger.refuse(error.to_string());
                    thread::sleep(PAUSE);
                }
            }
        }
    }
}

//! `pharos key bind` and `pharos key unbind`.

use anyhow::Result;
use pharos_api::error::ApiError;
use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::lighthouse::associate_instances_key_pairs as associate;
use pharos_api::lighthouse::disassociate_instances_key_pairs as disassociate;
use pharos_api::region::Region;
use pharos_api::username::Username;
use pharos_client::blocking::Client;

use super::chosen::{Chosen, some_ids};
use crate::command_line::BindKeys;
use crate::output::say;
use crate::remote::{self, explain, read_instance_ids, refused};

pub(super) fn bind(arguments: BindKeys) -> Result<()> {
    let binding = Binding::read(arguments)?;
    let input = associate::Input {
        key_ids: some_ids(binding.key_ids(), "key pairs")?,
        instance_ids: some_ids(binding.instance_ids.clone(), "instances")?,
        associate_type: None,
        username: binding.username.clone(),
    };
    let sent = binding
        .client
        .send::<associate::AssociateInstancesKeyPairs>(&input);
    sent.map_err(explain)?;
    say(&binding.sentence("Bound", "to"))
}

pub(super) fn unbind(arguments: BindKeys) -> Result<()> {
    let binding = Binding::read(arguments)?;
    let input = disassociate::Input {
        key_ids: some_ids(binding.key_ids(), "key pairs")?,
        instance_ids: some_ids(binding.instance_ids.clone(), "instances")?,
        disassociate_type: None,
        username: binding.username.clone(),
    };
    let sent = binding
        .client
        .send::<disassociate::DisassociateInstancesKeyPairs>(&input);
    sent.map_err(explain)?;
    say(&binding.sentence("Unbound", "from"))
}

/// What is to be bound to what, and where.
struct Binding {
    client: Client,
    region: Region,
    chosen: Vec<Chosen>,
    instance_ids: Vec<InstanceId>,
    username: Option<Username>,
}

impl Binding {
    fn read(arguments: BindKeys) -> Result<Self> {
        let instance_ids = read_instance_ids(&arguments.instances)?;
        let username = arguments.user.map(Username::try_from).transpose();
        let username = username.map_err(|bad| refused(&ApiError::from(bad)))?;
        let region = remote::region(&arguments.remote)?;
        let client = remote::client(&arguments.remote)?;
        Ok(Self {
            chosen: Chosen::find(&client, region, &arguments.keys)?,
            client,
            region,
            instance_ids,
            username,
        })
    }

    fn key_ids(&self) -> Vec<KeyId> {
        let chosen = self.chosen.iter();
        chosen.map(|chosen| chosen.key_id.clone()).collect()
    }

    /// What was done.
    fn sentence(&self, done: &str, preposition: &str) -> String {
        let names = Chosen::join(&self.chosen);
        let instances: Vec<_> = self.instance_ids.iter().map(InstanceId::as_str).collect();
        let instances = instances.join(", ");
        let user = self.username.as_ref();
        let user = user.map_or(String::new(), |user| format!(" for `{user}`"));
        let region = self.region;
        format!("{done} {names} {preposition} {instances}{user} in {region}.")
    }
}

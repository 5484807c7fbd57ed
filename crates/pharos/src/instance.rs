//! `pharos instance`.

use std::io::{self, IsTerminal};

use anyhow::{Result, anyhow, bail};
use pharos_api::error::quoted;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::lighthouse::instance::Instance as Seen;
use pharos_api::platform_type::PlatformType;
use pharos_api::region::Region;
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_service::operator::{Machine, Operator};
use pharos_store::error::InsertInstancesError;
use serde::Serialize;
use serde_json::json;

use crate::command_line::{Instance, ListInstances, Output, RegisterInstance, RemoveInstances};
use crate::operator;
use crate::output::{say, say_json};
use crate::remote::{read_instance_ids, read_region, refused};
use crate::table::Table;

/// Runs a `pharos instance` command.
pub(crate) fn run(command: Instance) -> Result<()> {
    match command {
        Instance::Register(arguments) => operator::block_on(register(arguments)),
        Instance::List(arguments) => operator::block_on(list(arguments)),
        Instance::Remove(arguments) => operator::block_on(remove(arguments)),
    }
}

async fn register(arguments: RegisterInstance) -> Result<()> {
    let region = read_region(&arguments.region)?;
    let name = InstanceName::try_from(arguments.name).map_err(|bad| refused(&bad.into()))?;
    let user = Username::try_from(arguments.user).map_err(|bad| refused(&bad.into()))?;
    let Some(platform_type) = PlatformType::from_wire(&arguments.platform) else {
        let known: Vec<_> = PlatformType::ALL.iter().map(|known| known.wire()).collect();
        let known = known.join("` or `");
        bail!(
            "the platform `{}` is not known; write `{known}`",
            quoted(&arguments.platform)
        );
    };
    let machine = Machine {
        name,
        platform_type,
        default_user: user,
        addresses: arguments.addresses.into_iter().collect(),
    };
    let (operator, quotas) = operator::open(arguments.store, arguments.account).await?;
    let shown = machine.name.clone();
    let registered = operator.register(region, machine, quotas.instances).await;
    let instance_id = registered.map_err(|error| match error {
        InsertInstancesError::QuotaUsedUp { quota } => anyhow!(
            "the account {} has as many instances in {region} as it may have, {quota}; remove one, or let it \
             have more with `pharos account quota set --instances N`",
            operator.account()
        ),
        other => anyhow!(other),
    })?;
    // Who reads it from a pipe wants to go on with the id.
    if io::stdout().is_terminal() {
        say(&format!(
            "Registered `{shown}` ({instance_id}) in {region}."
        ))
    } else {
        say(instance_id.as_str())
    }
}

async fn list(arguments: ListInstances) -> Result<()> {
    let regions = if arguments.all_regions {
        Region::ALL.to_vec()
    } else {
        vec![read_region(&arguments.region)?]
    };
    let (operator, _) = operator::open_existing(arguments.store, arguments.account).await?;
    let mut all = Vec::new();
    for region in regions {
        let seen = operator.instances(region, None).await?;
        all.extend(seen.into_iter().map(|seen| Listed { seen, region }));
    }
    match arguments.output {
        Output::Json => say_json(&json!({ "TotalCount": all.len(), "InstanceSet": all })),
        Output::Table => say(&table(&all, arguments.all_regions)),
    }
}

/// An instance, and where it is: as JSON, with the fields of the wire first.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    seen: Seen,
    #[serde(rename = "Region")]
    region: Region,
}

fn table(all: &[Listed], all_regions: bool) -> String {
    let mut table = Table::new([
        "REGION",
        "INSTANCE ID",
        "NAME",
        "STATE",
        "ADDRESSES",
        "CREATED",
        "KEY PAIRS",
    ]);
    if !all_regions {
        table.hide_first();
    }
    for Listed { seen, region } in all {
        let addresses = seen.public_addresses.iter().chain(&seen.private_addresses);
        let addresses: Vec<_> = addresses.map(ToString::to_string).collect();
        let key_ids = seen.login_settings.key_ids.iter();
        let key_ids: Vec<_> = key_ids.map(ToString::to_string).collect();
        let created = seen.created_time.map(Timestamp::rfc3339);
        table.push([
            region.to_string(),
            seen.instance_id.to_string(),
            seen.instance_name.to_string(),
            seen.instance_state.to_string(),
            addresses.join(", "),
            created.unwrap_or_default(),
            key_ids.join(", "),
        ]);
    }
    table.to_string()
}

async fn remove(arguments: RemoveInstances) -> Result<()> {
    let instance_ids = read_instance_ids(&arguments.instances)?;
    let region = arguments.region.as_deref().map(read_region).transpose()?;
    let (operator, _) = operator::open_existing(arguments.store, arguments.account).await?;
    let found = find(&operator, region, &instance_ids).await?;
    // Nothing goes before all of them are found.
    for instance_id in &instance_ids {
        let is_it = |seen: &Seen| seen.instance_id == *instance_id;
        let places = found.iter().filter(|(_, seen)| seen.iter().any(is_it));
        let places: Vec<_> = places.map(|(region, _)| region.wire()).collect();
        match places.as_slice() {
            [_] => {}
            [] => bail!(
                "there is no instance `{instance_id}`{}; `pharos instance list --all-regions` shows those that \
                 there are",
                region.map_or(String::new(), |region| format!(" in {region}"))
            ),
            several => bail!(
                "there is an instance `{instance_id}` in each of {}; say which one with --region",
                several.join(", ")
            ),
        }
    }
    for (region, seen) in found {
        let ids: Vec<_> = seen.iter().map(|seen| seen.instance_id.clone()).collect();
        operator.remove(region, &ids).await?;
        for seen in seen {
            let released = match seen.login_settings.key_ids.len() {
                0 => "no key pair was bound to it".to_owned(),
                1 => "a key pair is free of it".to_owned(),
                several => format!("{several} key pairs are free of it"),
            };
            say(&format!(
                "Removed `{}` ({}) from {region}; {released}.",
                seen.instance_name, seen.instance_id
            ))?;
        }
    }
    Ok(())
}

/// Where instances of these ids are: in the region, or in any.
async fn find(
    operator: &Operator,
    region: Option<Region>,
    instance_ids: &[InstanceId],
) -> Result<Vec<(Region, Vec<Seen>)>> {
    let regions = region.map_or(Region::ALL.to_vec(), |region| vec![region]);
    let mut found = Vec::new();
    for region in regions {
        let seen = operator.instances(region, Some(instance_ids)).await?;
        if !seen.is_empty() {
            found.push((region, seen));
        }
    }
    Ok(found)
}

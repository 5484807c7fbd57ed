//! `pharos account`.

use anyhow::{Result, bail};
use pharos_api::region::Region;
use pharos_api::resource_quota::QuotaName;
use pharos_service::operator::Operator;
use pharos_store::record::{Quotas, Usage};
use serde_json::{Value, json};

use crate::command_line::{Account, Output, QuotaArgument, QuotaCommand, SetQuota, ShowQuota};
use crate::configuration::DefaultQuotas;
use crate::operator;
use crate::output::{say, say_json};
use crate::remote::read_region;
use crate::table::Table;

/// Runs a `pharos account` command.
pub(crate) fn run(command: Account) -> Result<()> {
    match command {
        Account::Quota(QuotaCommand::Set(arguments)) => operator::block_on(set(arguments)),
        Account::Quota(QuotaCommand::Show(arguments)) => operator::block_on(show(arguments)),
    }
}

async fn set(arguments: SetQuota) -> Result<()> {
    let (operator, defaults) = operator::open(arguments.store, arguments.account).await?;
    let new = arguments.quotas;
    let change = |quotas: Quotas| Quotas {
        key_pairs: new.key_pairs.map_or(quotas.key_pairs, QuotaArgument::own),
        instances: new.instances.map_or(quotas.instances, QuotaArgument::own),
    };
    match operator.change_quotas(change).await? {
        Some(quotas) => say(&sentence(&operator, quotas, defaults)),
        None => bail!(
            "there is no account {}; leave --account out for the root account",
            operator.account()
        ),
    }
}

async fn show(arguments: ShowQuota) -> Result<()> {
    let region = arguments.region.as_deref().map(read_region).transpose()?;
    let (operator, defaults) = operator::open_existing(arguments.store, arguments.account).await?;
    let regions = region.map_or(Region::ALL.to_vec(), |region| vec![region]);
    let mut usages = Vec::new();
    let mut quotas = Quotas::default();
    for in_region in regions {
        let usage = operator.usage(in_region).await?;
        // They are the same in each region.
        quotas = usage.quotas;
        if region.is_some() || usage.key_pairs + usage.instances > 0 {
            usages.push((in_region, usage));
        }
    }
    match arguments.output {
        Output::Json => say_json(&document(&operator, &usages, defaults)),
        Output::Table => {
            say(&sentence(&operator, quotas, defaults))?;
            if usages.is_empty() {
                return Ok(());
            }
            let mut table = Table::new(["REGION", "KEY PAIRS", "INSTANCES"]);
            for (region, usage) in usages {
                table.push([
                    region.to_string(),
                    usage.key_pairs.to_string(),
                    usage.instances.to_string(),
                ]);
            }
            say(&table.to_string())
        }
    }
}

fn sentence(operator: &Operator, quotas: Quotas, defaults: DefaultQuotas) -> String {
    let shown = |own: Option<u32>, default: u32, what: &str| match own {
        Some(quota) => format!("{quota} {what}"),
        None => format!("{default} {what} (the default)"),
    };
    format!(
        "In each region the account {} may have {} and {}.",
        operator.account(),
        shown(quotas.key_pairs, defaults.key_pairs.0, "key pairs"),
        shown(quotas.instances, defaults.instances.0, "instances")
    )
}

/// As DescribeGeneralResourceQuotas shows them, in the regions.
fn document(operator: &Operator, usages: &[(Region, Usage)], defaults: DefaultQuotas) -> Value {
    let quota = |region: Region, name: QuotaName, total: u32, count: u64| {
        let total = u64::from(total);
        json!({
            "Region": region,
            "ResourceName": name,
            "ResourceQuotaAvailable": total.saturating_sub(count),
            "ResourceQuotaTotal": total,
        })
    };
    let quotas = usages.iter().flat_map(|(region, usage)| {
        let Usage {
            key_pairs,
            instances,
            quotas,
        } = usage;
        [
            quota(
                *region,
                QuotaName::UserKeyPair,
                quotas.key_pairs.unwrap_or(defaults.key_pairs.0),
                *key_pairs,
            ),
            quota(
                *region,
                QuotaName::GeneralBundleInstance,
                quotas.instances.unwrap_or(defaults.instances.0),
                *instances,
            ),
        ]
    });
    json!({
        "AccountId": operator.account().to_string(),
        "GeneralResourceQuotaSet": quotas.collect::<Vec<_>>(),
    })
}

//! `pharos account`.

use anyhow::{Result, bail};
use pharos_api::region::Region;
use pharos_api::resource_quota::QuotaName;
use pharos_service::operator::Operator;
use pharos_store::record::{AccountRecord, Quotas, Usage};
use serde_json::{Value, json};

use crate::access_key::Made;
use crate::command_line::{
    Account, CreateAccount, ListAccounts, OneAccount, Output, QuotaArgument, QuotaCommand,
    SetQuota, ShowQuota,
};
use crate::configuration::DefaultQuotas;
use crate::operator;
use crate::output::{say, say_json};
use crate::remote::read_region;
use crate::table::Table;

/// Runs a `pharos account` command.
pub(crate) fn run(command: Account) -> Result<()> {
    match command {
        Account::Create(arguments) => operator::block_on(create(arguments)),
        Account::List(arguments) => operator::block_on(list(arguments)),
        Account::Disable(arguments) => operator::block_on(set_disabled(arguments, true)),
        Account::Enable(arguments) => operator::block_on(set_disabled(arguments, false)),
        Account::Quota(QuotaCommand::Set(arguments)) => operator::block_on(set(arguments)),
        Account::Quota(QuotaCommand::Show(arguments)) => operator::block_on(show(arguments)),
    }
}

async fn create(arguments: CreateAccount) -> Result<()> {
    let (operator, master_keys) = operator::open_to_seal(arguments.store, None, false).await?;
    let (access_key, secret_key) = operator.new_access_key(&master_keys).await?;
    let secret_id = access_key.secret_id.clone();
    let (account, app_id) = operator.create_account(access_key).await?;
    let made = Made {
        owner: json!({ "AccountId": account.to_string(), "AppId": app_id.to_string() }),
        secret_id,
        secret_key,
    };
    let sentence = format!(
        "Made the account {account} (AppId {app_id}), with an access key of its root user."
    );
    made.show(arguments.output, &sentence)
}

async fn list(arguments: ListAccounts) -> Result<()> {
    let (operator, _) = operator::open_existing(arguments.store, None).await?;
    let accounts = operator.accounts().await?;
    match arguments.output {
        Output::Json => {
            let accounts: Vec<_> = accounts.iter().map(seen).collect();
            say_json(&json!({ "TotalCount": accounts.len(), "AccountSet": accounts }))
        }
        Output::Table => {
            let mut table = Table::new(["ACCOUNT", "APP ID", "STATUS", "CREATED"]);
            for account in accounts {
                table.push([
                    account.account.to_string(),
                    account.app_id.to_string(),
                    status(&account).to_owned(),
                    account.created_time.rfc3339(),
                ]);
            }
            say(&table.to_string())
        }
    }
}

/// An account, as scripts get it. Numbers are texts: they go beyond what JSON's tools are exact in.
fn seen(account: &AccountRecord) -> Value {
    json!({
        "AccountId": account.account.to_string(),
        "AppId": account.app_id.to_string(),
        "IsRoot": account.is_root,
        "IsDisabled": account.is_disabled,
        "CreatedTime": account.created_time,
    })
}

/// The root account is never disabled, so one word tells both.
fn status(account: &AccountRecord) -> &'static str {
    match (account.is_root, account.is_disabled) {
        (true, _) => "root",
        (false, false) => "active",
        (false, true) => "disabled",
    }
}

async fn set_disabled(arguments: OneAccount, is_disabled: bool) -> Result<()> {
    let (operator, _) = operator::open_existing(arguments.store, Some(arguments.account)).await?;
    let account = operator.account();
    if !operator.set_disabled(is_disabled).await? {
        bail!(
            "the account {account} is the root account, which is never disabled: a server starts with it; to \
             stop one of its access keys, use `pharos user disable-key`"
        );
    }
    say(&if is_disabled {
        format!(
            "Disabled the account {account}: none of its access keys signs from the next request on; `pharos \
             account enable {account}` undoes it."
        )
    } else {
        format!("Enabled the account {account}: its access keys sign again.")
    })
}

async fn set(arguments: SetQuota) -> Result<()> {
    let (operator, defaults) = operator::open(arguments.store, arguments.account).await?;
    let new = arguments.quotas;
    let change = |quotas: Quotas| Quotas {
        key_pairs: new.key_pairs.map_or(quotas.key_pairs, QuotaArgument::own),
        instances: new.instances.map_or(quotas.instances, QuotaArgument::own),
    };
    let quotas = operator.change_quotas(change).await?;
    say(&sentence(&operator, quotas, defaults))
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

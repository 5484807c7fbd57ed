//! `pharos user`.

use std::fmt;

use anyhow::{Context, Result, anyhow, bail};
use pharos_api::access_key_status::AccessKeyStatus;
use pharos_api::credential::SecretId;
use pharos_api::error::quoted;
use pharos_api::time::Timestamp;
use pharos_service::operator::{self as service, Operator};
use pharos_store::directory::{AccessKeyRecord, ChangeError};
use serde_json::{Value, json};

use crate::access_key::Made;
use crate::command_line::{CreateAccessKey, ListUsers, OneAccessKey, Output, User};
use crate::operator;
use crate::output::{escaped, say, say_json};
use crate::table::Table;

/// Runs a `pharos user` command.
pub(crate) fn run(command: User) -> Result<()> {
    match command {
        User::List(arguments) => operator::block_on(list(arguments)),
        User::CreateKey(arguments) => operator::block_on(create_key(arguments)),
        User::DisableKey(arguments) => operator::block_on(set_status(arguments, false)),
        User::EnableKey(arguments) => operator::block_on(set_status(arguments, true)),
        User::DeleteKey(arguments) => operator::block_on(delete_key(arguments)),
    }
}

async fn list(arguments: ListUsers) -> Result<()> {
    let (operator, _) = operator::open_existing(arguments.store, arguments.account).await?;
    let users = operator.users().await?;
    match arguments.output {
        Output::Json => say_json(&json!({
            "AccountId": operator.account().to_string(),
            "TotalCount": users.len(),
            "UserSet": users.iter().map(seen).collect::<Vec<_>>(),
        })),
        Output::Table => {
            if operator.is_disabled().await? {
                say(&disabled(&operator))?;
            }
            say(&table(&users))
        }
    }
}

/// A user, as scripts get it.
fn seen(user: &service::User) -> Value {
    let access_keys = user.access_keys.iter().map(|access_key| {
        json!({
            "SecretId": access_key.secret_id,
            "Status": status(access_key),
            "CreatedTime": access_key.created_time,
            "LastUsedTime": access_key.last_used_time,
        })
    });
    json!({
        "UserId": user.user.to_string(),
        "Name": user.name,
        "AccessKeySet": access_keys.collect::<Vec<_>>(),
    })
}

/// A row for each access key, and one for each user that has none.
fn table(users: &[service::User]) -> String {
    let mut table = Table::new([
        "USER",
        "NAME",
        "ACCESS KEY",
        "STATUS",
        "CREATED",
        "LAST USED",
    ]);
    for user in users {
        let name = user.name.as_deref().unwrap_or("(root user)");
        let mut push = |cells: [String; 4]| {
            let [access_key, status, created, last_used] = cells;
            let (number, name) = (user.user.to_string(), name.to_owned());
            table.push([number, name, access_key, status, created, last_used]);
        };
        for access_key in &user.access_keys {
            push([
                access_key.secret_id.to_string(),
                status(access_key).to_string(),
                access_key.created_time.rfc3339(),
                last_used(access_key),
            ]);
        }
        if user.access_keys.is_empty() {
            push(["-"; 4].map(str::to_owned));
        }
    }
    table.to_string()
}

fn status(access_key: &AccessKeyRecord) -> AccessKeyStatus {
    AccessKeyStatus::of(access_key.is_active)
}

/// To the day, which is how exactly it is known.
fn last_used(access_key: &AccessKeyRecord) -> String {
    let day = access_key.last_used_time.map(Timestamp::date);
    day.unwrap_or_else(|| "never".to_owned())
}

fn disabled(operator: &Operator) -> String {
    let account = operator.account();
    format!(
        "The account {account} is disabled: none of its access keys signs until `pharos account enable \
         {account}`."
    )
}

async fn create_key(arguments: CreateAccessKey) -> Result<()> {
    let name = arguments.name;
    // Only the root user is made with its account.
    let has_to_exist = name.is_some();
    let opened = operator::open_to_seal(arguments.store, arguments.account, has_to_exist).await;
    let (operator, master_keys) = opened?;
    let users = operator.users().await?;
    let user = users.into_iter().find(|user| user.name == name);
    let user = user.with_context(|| no_such_user(&operator, name.as_deref()))?;
    let (access_key, secret_key) = operator.new_access_key(&master_keys).await?;
    let secret_id = access_key.secret_id.clone();
    let added = operator.add_access_key(&user, access_key).await;
    added.map_err(|error| match error {
        ChangeError::Full(_) => anyhow!(full(&user)),
        other => anyhow!(other),
    })?;
    let made = Made {
        owner: json!({
            "AccountId": user.account.to_string(),
            "UserId": user.user.to_string(),
        }),
        secret_id,
        secret_key,
    };
    made.show(
        arguments.output,
        &format!("Made an access key of {}.", Named(&user)),
    )?;
    if arguments.output == Output::Json {
        return Ok(());
    }
    if operator.is_disabled().await? {
        return say(&disabled(&operator));
    }
    for other in user.access_keys.iter().filter(|other| other.is_active) {
        let other = &other.secret_id;
        say(&format!(
            "{other} signs as before; `pharos user disable-key {other}` stops it."
        ))?;
    }
    Ok(())
}

fn no_such_user(operator: &Operator, name: Option<&str>) -> String {
    format!(
        "there is no user `{}` in the account {}; `pharos user list` shows those that there are, and without \
         a name it is the root user",
        quoted(name.unwrap_or_default()),
        operator.account()
    )
}

/// Why a user gets no other access key.
fn full(user: &service::User) -> String {
    let access_keys = user.access_keys.iter().map(|access_key| {
        let (status, last_used) = (status(access_key), last_used(access_key));
        format!(
            "{} ({status}, last used: {last_used})",
            access_key.secret_id
        )
    });
    let access_keys: Vec<_> = access_keys.collect();
    format!(
        "{} has as many access keys as it may have, {}; delete the one that is lost with `pharos user \
         delete-key SECRET_ID`, and run this again",
        Named(user),
        access_keys.join(" and ")
    )
}

async fn set_status(arguments: OneAccessKey, is_active: bool) -> Result<()> {
    let (operator, user, secret_id) = find(arguments).await?;
    let set = operator.set_access_key_status(&user, secret_id.clone(), is_active);
    set.await?;
    let user = Named(&user);
    say(&if is_active {
        format!("Enabled {secret_id} of {user}: it signs again.")
    } else {
        format!("Disabled {secret_id} of {user}: it signs nothing from the next request on.")
    })
}

async fn delete_key(arguments: OneAccessKey) -> Result<()> {
    let (operator, user, secret_id) = find(arguments).await?;
    operator.delete_access_key(&user, secret_id.clone()).await?;
    say(&format!(
        "Deleted {secret_id} of {}: it signs nothing from the next request on.",
        Named(&user)
    ))
}

/// Whose access key it is, in whichever account.
async fn find(arguments: OneAccessKey) -> Result<(Operator, service::User, SecretId)> {
    let (operator, _) = operator::open_existing(arguments.store, None).await?;
    let text = arguments.secret_id;
    if let Some(secret_id) = SecretId::parse(&text)
        && let Some(user) = operator.owner(&secret_id).await?
    {
        return Ok((operator, user, secret_id));
    }
    bail!(
        "there is no access key `{}` in any account; `pharos user list` shows those that there are, with \
         --account those of another account",
        quoted(&text)
    )
}

/// A user in a sentence.
struct Named<'u>(&'u service::User);

impl fmt::Display for Named<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service::User { account, name, .. } = self.0;
        match name {
            None => write!(formatter, "the root user of the account {account}"),
            Some(name) => write!(
                formatter,
                "the user `{}` of the account {account}",
                escaped(name)
            ),
        }
    }
}

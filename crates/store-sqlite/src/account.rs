//! Accounts and access keys.

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::resource::Account;
use pharos_store::audit::AuditEntry;
use pharos_store::directory::NewAccessKey;
use pharos_store::error::{InsertAccountError, StoreError};
use pharos_store::record::{
    AccessKey, AccessKeyOwner, AccountRecord, NewAccount, RootAccount, StartKey,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::column::{self, number, sealed_secret_key, uin};
use crate::rows::{self, ACCOUNT_RANGES};
use crate::undone::Undone;
use crate::{audit, directory, secret, statement};

pub(crate) fn ensure_root(
    connection: &Connection,
    root: &RootAccount,
) -> Result<Vec<SecretId>, Undone> {
    let found = connection
        .prepare_cached(statement::ROOT_FIND)?
        .query_row([], |row| uin(row, 0))
        .optional()?;
    let created_time = root.created_time.unix_seconds();
    let account = if let Some(account) = found {
        account
    } else {
        let app_id = root.app_id.0.cast_signed();
        connection
            .prepare_cached(statement::ROOT_INSERT)?
            .execute(params![number(root.account), app_id, created_time])?;
        root.account
    };
    let signing = root_secret_ids(connection)?;
    let key = match &root.start_key {
        Some(StartKey::Set(key)) => key,
        Some(StartKey::Made(key)) if signing.is_empty() => key,
        Some(StartKey::Made(_)) | None => return Ok(signing),
    };
    secret::check(connection, &key.sealed_secret_key)?;
    let (account, secret_id) = (number(account), key.secret_id.as_str());
    connection
        .prepare_cached(statement::START_KEYS_DELETE_OTHERS)?
        .execute(params![account, secret_id])?;
    let put = connection
        .prepare_cached(statement::START_KEY_PUT)?
        .execute(params![
            account,
            secret_id,
            key.sealed_secret_key.to_bytes(),
            created_time
        ])?;
    if put == 0 {
        let cause = format!("the SecretId `{secret_id}` is a user's; choose another");
        return Err(Undone::Refused(StoreError::Failed(cause.into())));
    }
    root_secret_ids(connection)
}

pub(crate) fn root_secret_ids(connection: &Connection) -> Result<Vec<SecretId>, Undone> {
    let mut statement = connection.prepare_cached(statement::ROOT_SECRET_IDS)?;
    let secret_ids = statement.query_map([], |row| column::parse(row, 0, SecretId::parse))?;
    Ok(secret_ids.collect::<Result<_, _>>()?)
}

/// The accounts, in the order of their numbers.
pub(crate) fn all(connection: &Connection) -> Result<Vec<AccountRecord>, Undone> {
    let mut statement = connection.prepare_cached(statement::EXPORT_ACCOUNTS)?;
    let mut accounts = Vec::new();
    for range in ACCOUNT_RANGES {
        let of_range = statement.query_map(range, rows::account)?;
        for entry in of_range {
            accounts.push(entry?.into());
        }
    }
    Ok(accounts)
}

/// Adds an account with an access key of its root user.
pub(crate) fn insert(
    connection: &Connection,
    new: &NewAccount,
    audit: &AuditEntry,
) -> Result<(), Undone<InsertAccountError>> {
    secret::check(connection, &new.access_key.sealed_secret_key)?;
    let row = params![
        number(new.account),
        new.app_id.0.cast_signed(),
        new.created_time.unix_seconds()
    ];
    let inserted = connection
        .prepare_cached(statement::ACCOUNT_INSERT)?
        .execute(row)?;
    let access_key = NewAccessKey {
        access_key: new.access_key.clone(),
        description: None,
        created_time: new.created_time,
    };
    if inserted == 0 || !insert_access_key(connection, new.account, None, &access_key)? {
        return Err(Undone::Refused(InsertAccountError::NumberTaken));
    }
    audit::append(connection, audit)?;
    Ok(())
}

/// False: there is no such account, or it is the root account.
pub(crate) fn set_status(
    connection: &Connection,
    account: Account,
    is_disabled: bool,
    audit: &AuditEntry,
) -> Result<bool, Undone> {
    let row = params![number(account.0), is_disabled];
    let changed = connection
        .prepare_cached(statement::ACCOUNT_STATUS_SET)?
        .execute(row)?;
    if changed > 0 {
        audit::append(connection, audit)?;
    }
    Ok(changed > 0)
}

/// Adds an access key that is not a start key; without a user, to the account's root user. False: somebody
/// has the SecretId, and nothing was added.
pub(crate) fn insert_access_key(
    connection: &Connection,
    account: Uin,
    user: Option<Uin>,
    new: &NewAccessKey,
) -> rusqlite::Result<bool> {
    let inserted = connection
        .prepare_cached(statement::ACCESS_KEY_INSERT)?
        .execute(params![
            new.access_key.secret_id.as_str(),
            number(account),
            user.map(number),
            new.access_key.sealed_secret_key.to_bytes(),
            new.description,
            new.created_time.unix_seconds(),
        ])?;
    Ok(inserted > 0)
}

pub(crate) fn access_key(
    connection: &Connection,
    secret_id: SecretId,
) -> Result<Option<(AccessKey, AccessKeyOwner)>, Undone> {
    // Two statements of one moment.
    let moment = connection.unchecked_transaction()?;
    let found = moment
        .prepare_cached(statement::ACCESS_KEY_FIND)?
        .query_row([secret_id.as_str()], |row| {
            Ok((
                sealed_secret_key(row, 0)?,
                uin(row, 1)?,
                row.get::<_, Option<i64>>(2)?,
            ))
        })
        .optional()?;
    let Some((sealed_secret_key, account, user)) = found else {
        return Ok(None);
    };
    let owner = match user.map(|user| Uin(user.cast_unsigned())) {
        None => AccessKeyOwner::Root { account },
        Some(user) => AccessKeyOwner::User {
            account,
            user,
            policies: directory::policies_of_user(&moment, account, user)?,
        },
    };
    let key = AccessKey {
        secret_id,
        sealed_secret_key,
    };
    Ok(Some((key, owner)))
}

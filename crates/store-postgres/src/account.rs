//! Accounts and access keys.

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::time::Timestamp;
use pharos_store::archive::AccountEntry;
use pharos_store::audit::{AuditEntry, AuditHead};
use pharos_store::directory::{NewAccessKey, documents};
use pharos_store::error::{InsertAccountError, StoreError};
use pharos_store::record::{
    AccessKey, AccessKeyOwner, AccountRecord, NewAccount, RootAccount, StartKey,
};

use crate::column::{app_id, number, parse, sealed_secret_key, some_uin, uin};
use crate::connection::Connection;
use crate::fault::Fault;
use crate::mark::Mark;
use crate::transaction::{Undone, store_row};
use crate::{archive, audit, directory, secret};

pub(crate) async fn ensure_root(
    connection: &Connection,
    root: &RootAccount,
) -> Result<Vec<SecretId>, Undone> {
    let Connection {
        client, statements, ..
    } = connection;
    let store = store_row(connection, &statements.store_lock).await?;
    let account = if let Some(account) = store.root_account {
        account
    } else {
        let is_free = add(
            connection,
            root.account,
            root.app_id,
            None,
            root.created_time,
        );
        if !is_free.await? {
            let cause = "a number of the root account is another account's or a user's";
            return Err(Undone::Refused(StoreError::Failed(cause.into())));
        }
        let account = number(root.account);
        client.execute(&statements.root_set, &[&account]).await?;
        root.account
    };
    let signing = root_secret_ids(connection).await?;
    let key = match &root.start_key {
        Some(StartKey::Set(key)) => key,
        Some(StartKey::Made(key)) if signing.is_empty() => key,
        Some(StartKey::Made(_)) | None => return Ok(signing),
    };
    secret::check(connection, &store, &key.sealed_secret_key).await?;
    let (account, secret_id) = (number(account), key.secret_id.as_str());
    client
        .execute(
            &statements.start_keys_delete_others,
            &[&account, &secret_id],
        )
        .await?;
    let sealed = key.sealed_secret_key.to_bytes();
    let created_time = root.created_time.unix_seconds();
    let put = client
        .execute(
            &statements.start_key_put,
            &[&secret_id, &account, &sealed, &created_time],
        )
        .await?;
    if put == 0 {
        let cause = format!("the SecretId `{secret_id}` is a user's; choose another");
        return Err(Undone::Refused(StoreError::Failed(cause.into())));
    }
    Ok(root_secret_ids(connection).await?)
}

/// Adds an account without access keys. False: a number of it is taken.
pub(crate) async fn add(
    connection: &Connection,
    account: Uin,
    second: AppId,
    quota: Option<u32>,
    created_time: Timestamp,
) -> Result<bool, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let (account, second) = (number(account), app_id(second));
    let quota = quota.map(i64::from);
    let no_hash = AuditHead::EMPTY.hash.0.as_slice();
    let second_numbers = client
        .execute(&statements.app_id_insert, &[&second, &account])
        .await?;
    let accounts = client
        .execute(
            &statements.account_insert,
            &[
                &account,
                &second,
                &quota,
                &created_time.unix_seconds(),
                &no_hash,
            ],
        )
        .await?;
    Ok(second_numbers > 0 && accounts > 0)
}

/// Adds an account with an access key of its root user.
pub(crate) async fn insert(
    connection: &Connection,
    new: &NewAccount,
    entry: &AuditEntry,
) -> Result<Mark, Undone<InsertAccountError>> {
    // Nobody else adds an account or a user meanwhile: so the numbers stay free.
    let store = store_row(connection, &connection.statements.store_lock).await?;
    let access_key = NewAccessKey {
        access_key: new.access_key.clone(),
        description: None,
        created_time: new.created_time,
    };
    secret::check(connection, &store, &access_key.access_key.sealed_secret_key).await?;
    let (account, second, created_time) = (new.account, new.app_id, new.created_time);
    let is_free = add(connection, account, second, None, created_time).await?
        && insert_access_key(connection, account, None, &access_key).await?;
    if !is_free {
        return Err(Undone::Refused(InsertAccountError::NumberTaken));
    }
    Ok(audit::append(connection, AuditHead::EMPTY, entry).await?)
}

/// The accounts, in the order of their numbers.
pub(crate) async fn all(connection: &Connection) -> Result<Vec<AccountRecord>, Fault> {
    let rows = connection
        .client
        .query(&connection.statements.accounts, &[])
        .await?;
    let accounts = rows.iter().map(archive::account);
    let accounts = accounts.map(|entry| entry.map(AccountEntry::into));
    let mut accounts: Vec<AccountRecord> = accounts.collect::<Result<_, _>>()?;
    accounts.sort_by_key(|account| account.account);
    Ok(accounts)
}

/// False: there is no such account, or it is the root account.
pub(crate) async fn set_status(
    connection: &Connection,
    account: Uin,
    is_disabled: bool,
    entry: &AuditEntry,
) -> Result<(Option<Mark>, bool), Undone> {
    let changed = connection
        .client
        .execute(
            &connection.statements.account_status_set,
            &[&number(account), &is_disabled],
        )
        .await?;
    if changed == 0 {
        return Ok((None, false));
    }
    let head = audit::lock_head(connection, account).await?;
    let mark = audit::append(connection, head, entry).await?;
    Ok((Some(mark), true))
}

pub(crate) async fn root_secret_ids(connection: &Connection) -> Result<Vec<SecretId>, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let rows = client.query(&statements.root_secret_ids, &[]).await?;
    rows.iter()
        .map(|row| parse(row, 0, SecretId::parse))
        .collect()
}

/// Adds an access key that is not a start key; without a user, to the account's root user. False: somebody
/// has the SecretId, and nothing was added.
pub(crate) async fn insert_access_key(
    connection: &Connection,
    account: Uin,
    user: Option<Uin>,
    new: &NewAccessKey,
) -> Result<bool, Fault> {
    let inserted = connection
        .client
        .execute(
            &connection.statements.access_key_insert,
            &[
                &new.access_key.secret_id.as_str(),
                &number(account),
                &user.map(number),
                &new.access_key.sealed_secret_key.to_bytes(),
                &new.description,
                &new.created_time.unix_seconds(),
            ],
        )
        .await?;
    Ok(inserted > 0)
}

pub(crate) async fn access_key(
    connection: &Connection,
    secret_id: &SecretId,
) -> Result<Option<(AccessKey, AccessKeyOwner)>, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let rows = client
        .query(&statements.access_key_find, &[&secret_id.as_str()])
        .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let key = AccessKey {
        secret_id: secret_id.clone(),
        sealed_secret_key: sealed_secret_key(first, 0)?,
    };
    let account = uin(first, 1)?;
    let owner = match some_uin(first, 2)? {
        None => AccessKeyOwner::Root { account },
        Some(user) => AccessKeyOwner::User {
            account,
            user,
            policies: documents(directory::attached(&rows, 3)?),
        },
    };
    Ok(Some((key, owner)))
}

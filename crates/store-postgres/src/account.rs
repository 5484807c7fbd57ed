//! Accounts, their users, and the access keys of both.

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::time::Timestamp;
use pharos_store::audit::AuditHead;
use pharos_store::error::StoreError;
use pharos_store::record::{AccessKey, AccessKeyOwner, NewUser, RootAccount, StartKey};

use crate::column::{app_id, number, parse, sealed_secret_key, uin};
use crate::connection::Connection;
use crate::fault::Fault;
use crate::secret;
use crate::transaction::{Undone, store_row};

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
        insert_account(
            connection,
            root.account,
            root.app_id,
            None,
            root.created_time,
        )
        .await?;
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

pub(crate) async fn insert_account(
    connection: &Connection,
    account: Uin,
    second: AppId,
    quota: Option<u32>,
    created_time: Timestamp,
) -> Result<(), Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let (account, second) = (number(account), app_id(second));
    let quota = quota.map(i64::from);
    let no_hash = AuditHead::EMPTY.hash.0.as_slice();
    client
        .execute(&statements.app_id_insert, &[&second, &account])
        .await?;
    client
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
    Ok(())
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

pub(crate) async fn insert_user(connection: &Connection, new: &NewUser) -> Result<(), Undone> {
    let Connection {
        client, statements, ..
    } = connection;
    let store = store_row(connection, &statements.store_share).await?;
    secret::check(connection, &store, &new.access_key.sealed_secret_key).await?;
    let (account, user) = (number(new.account), number(new.user));
    let created_time = new.created_time.unix_seconds();
    client
        .execute(&statements.user_uin_insert, &[&user, &account])
        .await?;
    client
        .execute(
            &statements.user_insert,
            &[&account, &user, &new.name, &created_time],
        )
        .await?;
    for (position, document) in (0_i64..).zip(&new.policies) {
        client
            .execute(
                &statements.user_policy_insert,
                &[&account, &user, &position, document],
            )
            .await?;
    }
    let key = &new.access_key;
    Ok(insert_access_key(
        connection,
        new.account,
        Some(new.user),
        key,
        true,
        new.created_time,
    )
    .await?)
}

/// Adds an access key that is not a start key; without a user, to the account's root user.
pub(crate) async fn insert_access_key(
    connection: &Connection,
    account: Uin,
    user: Option<Uin>,
    key: &AccessKey,
    is_active: bool,
    created_time: Timestamp,
) -> Result<(), Fault> {
    let is_start_key = false;
    connection
        .client
        .execute(
            &connection.statements.access_key_insert,
            &[
                &key.secret_id.as_str(),
                &number(account),
                &user.map(number),
                &key.sealed_secret_key.to_bytes(),
                &is_start_key,
                &is_active,
                &created_time.unix_seconds(),
            ],
        )
        .await?;
    Ok(())
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
    let user: Option<i64> = first.try_get(2)?;
    let owner = match user {
        None => AccessKeyOwner::Root { account },
        Some(user) => {
            let documents = rows.iter().map(|row| row.try_get::<_, Option<String>>(3));
            let documents: Vec<_> = documents.collect::<Result<_, _>>()?;
            AccessKeyOwner::User {
                account,
                user: Uin(user.cast_unsigned()),
                policies: documents.into_iter().flatten().collect(),
            }
        }
    };
    Ok(Some((key, owner)))
}

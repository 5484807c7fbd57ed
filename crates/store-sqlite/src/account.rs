//! Accounts, their users, and the access keys of both.

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::time::Timestamp;
use pharos_store::error::StoreError;
use pharos_store::record::{AccessKey, AccessKeyOwner, NewUser, RootAccount, StartKey};
use rusqlite::{Connection, OptionalExtension, params};

use crate::column::{self, number, sealed_secret_key, uin};
use crate::undone::Undone;
use crate::{secret, statement};

/// Whether an access key may sign.
#[derive(Clone, Copy)]
pub(crate) enum Status {
    Active,
    #[cfg(any(test, feature = "conformance"))]
    Inactive,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            #[cfg(any(test, feature = "conformance"))]
            Self::Inactive => "inactive",
        }
    }
}

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

pub(crate) fn insert_user(connection: &Connection, new: &NewUser) -> Result<(), Undone> {
    secret::check(connection, &new.access_key.sealed_secret_key)?;
    keep_user(
        connection,
        new.account,
        new.user,
        &new.name,
        &new.policies,
        new.created_time,
    )?;
    insert_access_key(
        connection,
        new.account,
        Some(new.user),
        &new.access_key,
        Status::Active,
        new.created_time.unix_seconds(),
    )?;
    Ok(())
}

/// Adds a user with its policies, and without an access key.
pub(crate) fn keep_user(
    connection: &Connection,
    account: Uin,
    user: Uin,
    name: &str,
    policies: &[String],
    created_time: Timestamp,
) -> rusqlite::Result<()> {
    let (account, user) = (number(account), number(user));
    connection
        .prepare_cached(statement::USER_INSERT)?
        .execute(params![account, user, name, created_time.unix_seconds()])?;
    let mut insert_policy = connection.prepare_cached(statement::USER_POLICY_INSERT)?;
    for (position, document) in (0_i64..).zip(policies) {
        insert_policy.execute(params![account, user, position, document])?;
    }
    Ok(())
}

/// The policies of a user, in their order.
pub(crate) fn policies(
    connection: &Connection,
    account: Uin,
    user: Uin,
) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(statement::USER_POLICIES)?
        .query_map([number(account), number(user)], |row| row.get(0))?
        .collect()
}

/// Adds an access key that is not a start key; without a user, to the account's root user.
pub(crate) fn insert_access_key(
    connection: &Connection,
    account: Uin,
    user: Option<Uin>,
    key: &AccessKey,
    status: Status,
    created_time: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(statement::ACCESS_KEY_INSERT)?
        .execute(params![
            key.secret_id.as_str(),
            number(account),
            user.map(number),
            key.sealed_secret_key.to_bytes(),
            status.name(),
            created_time,
        ])?;
    Ok(())
}

pub(crate) fn access_key(
    connection: &Connection,
    secret_id: SecretId,
) -> Result<Option<(AccessKey, AccessKeyOwner)>, Undone> {
    let mut statement = connection.prepare_cached(statement::ACCESS_KEY_FIND)?;
    let mut rows = statement.query([secret_id.as_str()])?;
    let Some(first) = rows.next()? else {
        return Ok(None);
    };
    let sealed_secret_key = sealed_secret_key(first, 0)?;
    let account = uin(first, 1)?;
    let user: Option<i64> = first.get(2)?;
    let mut policies = Vec::from_iter(first.get::<_, Option<String>>(3)?);
    while let Some(row) = rows.next()? {
        policies.push(row.get(3)?);
    }
    let owner = match user {
        None => AccessKeyOwner::Root { account },
        Some(user) => AccessKeyOwner::User {
            account,
            user: Uin(user.cast_unsigned()),
            policies,
        },
    };
    let key = AccessKey {
        secret_id,
        sealed_secret_key,
    };
    Ok(Some((key, owner)))
}

//! Sealed secrets, and the master key they are sealed under.

use pharos_api::credential::SecretId;
use pharos_store::error::StoreError;
use pharos_store::record::{AccessKey, MasterKeyId, Reseal, SealedSecretKey};
use rusqlite::{Connection, params};

use crate::column::{parse, sealed_secret_key};
use crate::statement;
use crate::undone::Undone;

pub(crate) fn master_key(connection: &Connection) -> Result<Option<MasterKeyId>, Undone> {
    let id: Option<[u8; MasterKeyId::BYTES]> = connection
        .prepare_cached(statement::MASTER_KEY)?
        .query_row([], |row| row.get(0))?;
    Ok(id.map(MasterKeyId))
}

pub(crate) fn set_master_key(connection: &Connection, id: MasterKeyId) -> Result<(), Undone> {
    connection
        .prepare_cached(statement::MASTER_KEY_SET)?
        .execute([id.0])?;
    Ok(())
}

/// Refuses a new secret that the master key of the store does not open. The first secret decides which
/// one that is.
pub(crate) fn check<E: From<StoreError>>(
    connection: &Connection,
    new: &SealedSecretKey,
) -> Result<(), Undone<E>> {
    let decided = connection
        .prepare_cached(statement::MASTER_KEY_DECIDE)?
        .query_row([new.master_key.0], |row| row.get(0).map(MasterKeyId))?;
    if decided == new.master_key {
        return Ok(());
    }
    let other = StoreError::other_master_key(new.master_key, decided);
    Err(Undone::Refused(other.into()))
}

pub(crate) fn outdated(
    connection: &Connection,
    after: &str,
    limit: u32,
) -> Result<Vec<AccessKey>, Undone> {
    let mut statement = connection.prepare_cached(statement::SECRETS_OUTDATED)?;
    let rows = statement.query_map(params![after, limit], |row| {
        Ok(AccessKey {
            secret_id: parse(row, 0, SecretId::parse)?,
            sealed_secret_key: sealed_secret_key(row, 1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Answers how many secrets took their places.
pub(crate) fn reseal(connection: &Connection, secrets: &[Reseal]) -> Result<u64, Undone> {
    let mut statement = connection.prepare_cached(statement::SECRET_RESEAL)?;
    let mut resealed = 0;
    for Reseal {
        secret_id,
        from,
        to,
    } in secrets
    {
        let changed =
            statement.execute(params![secret_id.as_str(), from.to_bytes(), to.to_bytes()])?;
        resealed += changed as u64;
    }
    Ok(resealed)
}

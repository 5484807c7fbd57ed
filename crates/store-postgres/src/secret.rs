//! Sealed secrets, and the master key they are sealed under.

use pharos_api::credential::SecretId;
use pharos_store::error::StoreError;
use pharos_store::record::{AccessKey, MasterKeyId, Reseal, SealedSecretKey};

use crate::column::{parse, sealed_secret_key};
use crate::connection::Connection;
use crate::fault::Fault;
use crate::transaction::{StoreRow, Undone};

pub(crate) async fn set_master_key(connection: &Connection, id: MasterKeyId) -> Result<(), Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    client
        .execute(&statements.master_key_set, &[&id.0.as_slice()])
        .await?;
    Ok(())
}

/// Refuses a new secret that the master key of the store does not open. The first secret decides which
/// one that is.
pub(crate) async fn check<E: From<StoreError>>(
    connection: &Connection,
    store: &StoreRow,
    new: &SealedSecretKey,
) -> Result<(), Undone<E>> {
    match store.master_key {
        Some(decided) if decided == new.master_key => Ok(()),
        Some(decided) => {
            let other = StoreError::other_master_key(new.master_key, decided);
            Err(Undone::Refused(other.into()))
        }
        None => Ok(set_master_key(connection, new.master_key).await?),
    }
}

pub(crate) async fn outdated(
    connection: &Connection,
    after: &str,
    limit: u32,
) -> Result<Vec<AccessKey>, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let limit = i64::from(limit);
    let rows = client
        .query(&statements.secrets_outdated, &[&after, &limit])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(AccessKey {
                secret_id: parse(row, 0, SecretId::parse)?,
                sealed_secret_key: sealed_secret_key(row, 1)?,
            })
        })
        .collect()
}

/// Answers how many secrets took their places.
pub(crate) async fn reseal(connection: &Connection, secrets: &[Reseal]) -> Result<u64, Undone> {
    let Connection {
        client, statements, ..
    } = connection;
    let secret_ids: Vec<&str> = secrets.iter().map(|one| one.secret_id.as_str()).collect();
    let old: Vec<Vec<u8>> = secrets.iter().map(|one| one.from.to_bytes()).collect();
    let sealed: Vec<Vec<u8>> = secrets.iter().map(|one| one.to.to_bytes()).collect();
    let resealed = client
        .execute(&statements.secrets_reseal, &[&secret_ids, &old, &sealed])
        .await?;
    Ok(resealed)
}

//! Key pairs.

use pharos_api::key_name::KeyName;
use pharos_api::resource::KeyPairs;
use pharos_store::KeyPairQuota;
use pharos_store::error::InsertKeyPairError;
use pharos_store::record::{AuditEntry, KeyPairRecord};
use rusqlite::{Connection, params};

use crate::column::number;
use crate::undone::Undone;
use crate::{audit, statement};

/// Whether there is room for a key pair of this name. Looking and deciding are this one question,
/// so that they cannot disagree; the name goes first, because no quota would make it free.
pub(crate) fn find_room(
    connection: &Connection,
    collection: KeyPairs,
    name: &KeyName,
    default_quota: KeyPairQuota,
) -> Result<(), Undone<InsertKeyPairError>> {
    let (account, region) = (number(collection.account), collection.region.wire());
    let (is_taken, count, own_quota): (bool, u32, Option<u32>) = connection
        .prepare_cached(statement::KEY_PAIR_ROOM)?
        .query_row(params![account, region, name.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let quota = own_quota.unwrap_or(default_quota.0);
    if is_taken {
        return Err(Undone::Refused(InsertKeyPairError::NameTaken));
    }
    if count >= quota {
        return Err(Undone::Refused(InsertKeyPairError::QuotaUsedUp { quota }));
    }
    Ok(())
}

pub(crate) fn insert(
    connection: &Connection,
    collection: KeyPairs,
    key_pair: &KeyPairRecord,
    default_quota: KeyPairQuota,
    audit: &AuditEntry,
) -> Result<(), Undone<InsertKeyPairError>> {
    find_room(connection, collection, &key_pair.key_name, default_quota)?;
    let (account, region) = (number(collection.account), collection.region.wire());
    let key_id = key_pair.key_id.as_str();
    let inserted = connection
        .prepare_cached(statement::KEY_PAIR_INSERT)?
        .execute(params![
            account,
            region,
            key_id,
            key_pair.key_name.as_str(),
            key_pair.public_key,
            key_pair.fingerprint,
            key_pair.created_time.unix_seconds(),
        ])?;
    if inserted == 0 {
        return Err(Undone::Refused(InsertKeyPairError::KeyIdTaken));
    }
    let mut insert_tag = connection.prepare_cached(statement::KEY_PAIR_TAG_INSERT)?;
    for (position, tag) in (0_i64..).zip(key_pair.tags.as_slice()) {
        insert_tag.execute(params![
            account, region, key_id, position, tag.key, tag.value
        ])?;
    }
    audit::append(connection, audit)?;
    Ok(())
}

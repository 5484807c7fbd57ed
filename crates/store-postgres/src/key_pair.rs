//! Key pairs.

use std::collections::HashMap;

use crate::column::{self, bytes, number, parse, time};
use crate::connection::Connection;
use crate::fault::Fault;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::resource::KeyPairs;
use pharos_store::KeyPairQuota;
use pharos_store::error::InsertKeyPairError;
use pharos_store::record::{KeyPairPage, KeyPairRecord, Page};

/// Whether there is room for a key pair of this name: the name goes first, because no quota would make
/// it free.
pub(crate) async fn look(
    connection: &Connection,
    place: KeyPairs,
    name: &KeyName,
    default_quota: KeyPairQuota,
) -> Result<Result<(), InsertKeyPairError>, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let row = client
        .query_one(
            &statements.key_pair_room,
            &[&number(place.account), &place.region.wire(), &name.as_str()],
        )
        .await?;
    let (is_taken, count): (bool, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    let own_quota: Option<i64> = row.try_get(2)?;
    let quota = own_quota.map_or(default_quota.0, |quota| {
        u32::try_from(quota).unwrap_or(u32::MAX)
    });
    Ok(if is_taken {
        Err(InsertKeyPairError::NameTaken)
    } else if count.unwrap_or(0) >= i64::from(quota) {
        Err(InsertKeyPairError::QuotaUsedUp { quota })
    } else {
        Ok(())
    })
}

/// A page of key pairs. Their tags are read after them, and never change.
pub(crate) async fn page(
    connection: &Connection,
    place: KeyPairs,
    page: Page,
) -> Result<KeyPairPage, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let (account, region) = (number(place.account), place.region.wire());
    let offset = i64::try_from(page.offset).unwrap_or(i64::MAX);
    let limit = i64::from(page.limit);
    let mut rows = client
        .query(
            &statements.key_pair_page,
            &[&account, &region, &limit, &offset],
        )
        .await?;
    let total: Option<i64> = rows.first().map(|row| row.try_get(0)).transpose()?;
    // The count stands beside nothing where the page is empty.
    if let [only] = &*rows
        && only.try_get::<_, Option<&str>>(1)?.is_none()
    {
        rows.clear();
    }
    let key_ids = rows.iter().map(|row| row.try_get(1));
    let key_ids: Vec<&str> = key_ids.collect::<Result<_, _>>()?;
    let tag_rows = client
        .query(&statements.key_pair_tags, &[&account, &region, &key_ids])
        .await?;
    let mut tags = HashMap::<&str, Vec<(&str, &str)>>::new();
    for row in &tag_rows {
        let tag = (row.try_get(1)?, row.try_get(2)?);
        tags.entry(row.try_get(0)?).or_default().push(tag);
    }
    let key_pairs = rows.iter().map(|row| {
        let key_id = parse(row, 1, KeyId::parse)?;
        let tags = column::tags(tags.remove(key_id.as_str()).unwrap_or_default())?;
        Ok(KeyPairRecord {
            key_id,
            key_name: parse(row, 2, |text| KeyName::try_from(text.to_owned()).ok())?,
            public_key: row.try_get(3)?,
            fingerprint: bytes(row, 4)?,
            tags,
            created_time: time(row, 5)?,
        })
    });
    let key_pairs = key_pairs.collect::<Result<_, Fault>>()?;
    Ok(KeyPairPage {
        total: total.unwrap_or(0).cast_unsigned(),
        key_pairs,
    })
}

/// Adds key pairs, without their tags.
pub(crate) async fn insert(
    connection: &Connection,
    key_pairs: &[(KeyPairs, &KeyPairRecord)],
) -> Result<(), Fault> {
    // A column each; what is gone through several times is gone through in the same order.
    let places = || key_pairs.iter().map(|(place, _)| place);
    let records = || key_pairs.iter().map(|(_, record)| record);
    let accounts: Vec<i64> = places().map(|place| number(place.account)).collect();
    let regions: Vec<&str> = places().map(|place| place.region.wire()).collect();
    let key_ids: Vec<&str> = records().map(|record| record.key_id.as_str()).collect();
    let names: Vec<&str> = records().map(|record| record.key_name.as_str()).collect();
    let public_keys: Vec<&str> = records().map(|record| record.public_key.as_str()).collect();
    let fingerprints: Vec<&[u8]> = records()
        .map(|record| record.fingerprint.as_slice())
        .collect();
    let times: Vec<i64> = records()
        .map(|record| record.created_time.unix_seconds())
        .collect();
    connection
        .client
        .execute(
            &connection.statements.key_pairs_insert,
            &[
                &accounts,
                &regions,
                &key_ids,
                &names,
                &public_keys,
                &fingerprints,
                &times,
            ],
        )
        .await?;
    Ok(())
}

/// Adds the tags of key pairs.
pub(crate) async fn insert_tags(
    connection: &Connection,
    key_pairs: &[(KeyPairs, &KeyPairRecord)],
) -> Result<(), Fault> {
    let (mut accounts, mut regions, mut key_ids) = (Vec::new(), Vec::new(), Vec::new());
    let (mut positions, mut keys, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (place, record) in key_pairs {
        for (position, tag) in (0_i64..).zip(record.tags.as_slice()) {
            accounts.push(number(place.account));
            regions.push(place.region.wire());
            key_ids.push(record.key_id.as_str());
            positions.push(position);
            keys.push(&tag.key);
            values.push(&tag.value);
        }
    }
    if accounts.is_empty() {
        return Ok(());
    }
    connection
        .client
        .execute(
            &connection.statements.key_pair_tags_insert,
            &[&accounts, &regions, &key_ids, &positions, &keys, &values],
        )
        .await?;
    Ok(())
}

//! What is read of key pairs.

use std::collections::HashMap;

use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::resource::KeyPairs;
use pharos_api::tag::Tags;
use pharos_store::KeyPairQuota;
use pharos_store::error::InsertKeyPairError;
use pharos_store::record::{KeyPairPage, KeyPairRecord, Page};
use serde_json::{Value, json};

use tokio::try_join;

use crate::column::{bytes, number, parse, time};
use crate::connection::Connection;
use crate::fault::Fault;

/// Whether there is room for a key pair of this name: the name goes first, because no quota would make
/// it free.
pub(crate) async fn look(
    connection: &Connection,
    place: KeyPairs,
    name: &KeyName,
    default_quota: KeyPairQuota,
) -> Result<Result<(), InsertKeyPairError>, Fault> {
    let Connection { client, statements } = connection;
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

/// A page of key pairs; the count and the tags are read beside it, of the same moment.
pub(crate) async fn page(
    connection: &Connection,
    place: KeyPairs,
    page: Page,
) -> Result<KeyPairPage, Fault> {
    let Connection { client, statements } = connection;
    let (account, region) = (number(place.account), place.region.wire());
    let offset = i64::try_from(page.offset).unwrap_or(i64::MAX);
    let limit = i64::from(page.limit);
    let (total, rows) = try_join!(
        biased; // they are sent in this order
        async { client.query_opt(&statements.key_pair_count, &[&account, &region]).await },
        async { client.query(
            &statements.key_pair_page,
            &[&account, &region, &limit, &offset]
        ).await },
    )?;
    let key_ids = rows.iter().map(|row| row.try_get(0));
    let key_ids: Vec<&str> = key_ids.collect::<Result<_, _>>()?;
    let tag_rows = client
        .query(&statements.key_pair_tags, &[&account, &region, &key_ids])
        .await?;
    let mut tags = HashMap::<&str, Vec<Value>>::new();
    for row in &tag_rows {
        let tag = json!({"Key": row.try_get::<_, &str>(1)?, "Value": row.try_get::<_, &str>(2)?});
        tags.entry(row.try_get(0)?).or_default().push(tag);
    }
    let key_pairs = rows.iter().map(|row| {
        let key_id = parse(row, 0, KeyId::parse)?;
        let tags = tags.remove(key_id.as_str()).unwrap_or_default();
        let tags: Tags = serde_json::from_value(Value::Array(tags))
            .map_err(|error| Fault::Foreign(format!("tags of {key_id}: {error}")))?;
        Ok(KeyPairRecord {
            key_id,
            key_name: parse(row, 1, |text| KeyName::try_from(text.to_owned()).ok())?,
            public_key: row.try_get(2)?,
            fingerprint: bytes(row, 3)?,
            tags,
            created_time: time(row, 4)?,
        })
    });
    let key_pairs = key_pairs.collect::<Result<_, Fault>>()?;
    let total: Option<i64> = total.map(|row| row.try_get(0)).transpose()?;
    Ok(KeyPairPage {
        total: total.unwrap_or(0).cast_unsigned(),
        key_pairs,
    })
}

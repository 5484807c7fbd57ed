//! Key pairs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::pin::pin;

use futures_util::TryStreamExt;
use futures_util::future::try_join_all;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_api::resource::{KeyPair, KeyPairs};
use pharos_store::KeyPairQuota;
use pharos_store::audit::AuditEntry;
use pharos_store::error::{DeleteKeyPairsError, InsertKeyPairError};
use pharos_store::record::{KeyPairPage, KeyPairRecord, ListedKeyPair, Page};
use pharos_store::selection::{Candidates, Chosen, Selection, TagQuery};
use tokio::try_join;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::column::{self, bytes, number, parse, time};
use crate::connection::Connection;
use crate::fault::Fault;
use crate::mark::Mark;
use crate::transaction::Undone;
use crate::{audit, binding};

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

/// A page of key pairs. With filters, what is listed and how many there are may be of two moments.
pub(crate) async fn page(
    connection: &Connection,
    place: KeyPairs,
    filters: &[KeyPairFilter],
    page: Page,
) -> Result<KeyPairPage, Fault> {
    let selection = Selection::of(filters);
    if selection.is_everything() {
        return whole_page(connection, place, page).await;
    }
    let (total, key_ids) = selected(connection, place, &selection, page).await?;
    let rows = connection
        .client
        .query(
            &connection.statements.key_pairs_find,
            &[
                &number(place.account),
                &place.region.wire(),
                &texts(&key_ids),
            ],
        )
        .await?;
    let mut key_pairs = listed(connection, place, &rows, 0).await?;
    key_pairs.sort_by_key(|listed| {
        let of_it = |key_id: &KeyId| *key_id == listed.record.key_id;
        key_ids.iter().position(of_it)
    });
    Ok(KeyPairPage { total, key_pairs })
}

/// A page of everything.
async fn whole_page(
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
    Ok(KeyPairPage {
        total: total.unwrap_or(0).cast_unsigned(),
        key_pairs: listed(connection, place, &rows, 1).await?,
    })
}

/// Reads key pairs from rows whose columns begin at `first`, and what they open: as it is a little later.
async fn listed(
    connection: &Connection,
    place: KeyPairs,
    rows: &[Row],
    first: usize,
) -> Result<Vec<ListedKeyPair>, Fault> {
    let records = records(connection, place, rows, first).await?;
    let key_ids: Vec<_> = records.iter().map(|one| one.key_id.as_str()).collect();
    let mut bindings = binding::of_key_pairs(connection, place, &key_ids).await?;
    let listed = records.into_iter().map(|record| ListedKeyPair {
        bindings: bindings.remove(&record.key_id).unwrap_or_default(),
        record,
    });
    Ok(listed.collect())
}

/// Reads key pairs from rows whose columns begin at `first`. Their tags are read after them, and never
/// change.
async fn records(
    connection: &Connection,
    place: KeyPairs,
    rows: &[Row],
    first: usize,
) -> Result<Vec<KeyPairRecord>, Fault> {
    let key_ids = rows.iter().map(|row| row.try_get(first));
    let key_ids: Vec<&str> = key_ids.collect::<Result<_, _>>()?;
    let (account, region) = (number(place.account), place.region.wire());
    let tag_rows = connection
        .client
        .query(
            &connection.statements.key_pair_tags,
            &[&account, &region, &key_ids],
        )
        .await?;
    let mut tags = HashMap::<&str, BTreeMap<i64, (&str, &str)>>::new();
    for row in &tag_rows {
        let tag = (row.try_get(2)?, row.try_get(3)?);
        let of_key_pair = tags.entry(row.try_get(0)?).or_default();
        of_key_pair.insert(row.try_get(1)?, tag);
    }
    let records = rows.iter().map(|row| {
        let key_id = parse(row, first, KeyId::parse)?;
        let tags = tags.remove(key_id.as_str()).unwrap_or_default();
        Ok(KeyPairRecord {
            key_id,
            key_name: key_name(row, first + 1)?,
            public_key: row.try_get(first + 2)?,
            fingerprint: bytes(row, first + 3)?,
            tags: column::tags(tags.into_values())?,
            created_time: time(row, first + 4)?,
        })
    });
    records.collect()
}

/// How many fit, and which of them are on the page.
async fn selected(
    connection: &Connection,
    place: KeyPairs,
    selection: &Selection<'_>,
    page: Page,
) -> Result<(u64, Vec<KeyId>), Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let (account, region) = (number(place.account), place.region.wire());
    let tagged = selection.tags().iter();
    let tagged =
        try_join_all(tagged.map(|query| key_ids_by_tag(connection, place, *query))).await?;
    let mut chosen = Chosen::new(page);
    match selection.candidates(tagged) {
        Candidates::All => {
            let rows = client.query_raw(
                &statements.key_pair_list,
                [&account as &(dyn ToSql + Sync), &region],
            );
            let mut rows = pin!(rows.await?);
            while let Some(row) = rows.try_next().await? {
                if selection.fits(&key_name(&row, 1)?) {
                    chosen.take(|| parse(&row, 0, KeyId::parse))?;
                }
            }
        }
        Candidates::Some(key_ids) => {
            let key_ids: Vec<_> = key_ids.into_iter().collect();
            let rows = client
                .query(
                    &statements.key_pairs_look,
                    &[&account, &region, &texts(&key_ids)],
                )
                .await?;
            let mut found = Vec::with_capacity(rows.len());
            for row in &rows {
                if selection.fits(&key_name(row, 1)?) {
                    found.push((Reverse(time(row, 2)?), parse(row, 0, KeyId::parse)?));
                }
            }
            found.sort_unstable();
            for (_, key_id) in found {
                chosen.take(|| Ok::<_, Fault>(key_id))?;
            }
        }
    }
    Ok(chosen.into_parts())
}

async fn key_ids_by_tag(
    connection: &Connection,
    place: KeyPairs,
    query: TagQuery<'_>,
) -> Result<HashSet<KeyId>, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let (account, region) = (number(place.account), place.region.wire());
    let (statement, key, values) = match query {
        TagQuery::Keys(keys) => (&statements.key_ids_by_tag_key, None, keys),
        TagQuery::Values(values) => (&statements.key_ids_by_tag_value, None, values),
        TagQuery::KeyAndValues(key, values) => (&statements.key_ids_by_tag, Some(key), values),
    };
    let rows = try_join_all(values.iter().map(async |value| match key {
        Some(key) => {
            let parameters: [&(dyn ToSql + Sync); 4] = [&account, &region, &key, value];
            client.query(statement, &parameters).await
        }
        None => client.query(statement, &[&account, &region, value]).await,
    }));
    let rows = rows.await?;
    let rows = rows.iter().flatten();
    rows.map(|row| parse(row, 0, KeyId::parse)).collect()
}

fn key_name(row: &Row, index: usize) -> Result<KeyName, Fault> {
    parse(row, index, |text| KeyName::try_from(text.to_owned()).ok())
}

fn texts(key_ids: &[KeyId]) -> Vec<&str> {
    key_ids.iter().map(KeyId::as_str).collect()
}

/// Which of these there are.
pub(crate) async fn there<'k>(
    connection: &Connection,
    key_pairs: impl Iterator<Item = &'k KeyPair> + Clone,
) -> Result<HashSet<KeyId>, Fault> {
    let Some(KeyPair { collection, .. }) = key_pairs.clone().next() else {
        return Ok(HashSet::new());
    };
    let (account, region) = (number(collection.account), collection.region.wire());
    let key_ids: Vec<_> = key_pairs.map(|one| one.key_id.as_str()).collect();
    let rows = connection
        .client
        .query(
            &connection.statements.key_pairs_there,
            &[&account, &region, &key_ids],
        )
        .await?;
    rows.iter().map(|row| parse(row, 0, KeyId::parse)).collect()
}

/// Deletes all of them, or none.
pub(crate) async fn delete(
    connection: &Connection,
    key_pairs: &[KeyPair],
    audit: &AuditEntry,
) -> Result<Mark, Undone<DeleteKeyPairsError>> {
    let Connection {
        client, statements, ..
    } = connection;
    // Whoever changes anything of an account locks its row first.
    let head = audit::lock_head(connection, audit.account).await?;
    // All have to be there before one of them is looked at.
    let there = there(connection, key_pairs.iter()).await?;
    let mut key_ids = key_pairs.iter().map(|key_pair| &key_pair.key_id);
    if let Some(key_id) = key_ids.find(|key_id| !there.contains(*key_id)) {
        let missing = DeleteKeyPairsError::NotFound(key_id.clone());
        return Err(Undone::Refused(missing));
    }
    for KeyPair { collection, key_id } in key_pairs {
        let bindings = binding::of_key_pairs(connection, *collection, &[key_id.as_str()]).await?;
        let mut bindings = bindings.into_values().flatten();
        if let Some(binding) = bindings.find(|one| one.is_held(audit.time)) {
            return Err(Undone::Refused(DeleteKeyPairsError::InUse {
                key_id: binding.key_id,
                instance_id: binding.instance_id,
            }));
        }
        let (account, region) = (number(collection.account), collection.region.wire());
        let row: [&(dyn ToSql + Sync); 3] = [&account, &region, &key_id.as_str()];
        try_join!(
            biased; // they are sent in this order: what refers to the key pair goes first
            client.execute(&statements.bindings_delete_of_key_pair, &row),
            client.execute(&statements.key_pair_tags_delete, &row),
            client.execute(&statements.key_pair_delete, &row),
        )?;
        client
            .execute(&statements.key_pair_count_down, &[&account, &region])
            .await?;
    }
    Ok(audit::append(connection, head, audit).await?)
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

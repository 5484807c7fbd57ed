//! Key pairs.

use std::cmp::Reverse;
use std::collections::HashSet;

use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_api::resource::{KeyPair, KeyPairs};
use pharos_api::tag::Tags;
use pharos_store::KeyPairQuota;
use pharos_store::audit::AuditEntry;
use pharos_store::error::{DeleteKeyPairsError, InsertKeyPairError};
use pharos_store::record::{KeyPairPage, KeyPairRecord, ListedKeyPair, Page};
use pharos_store::selection::{Candidates, Chosen, Selection, TagQuery};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Value, json};

use crate::column::{number, parse, time};
use crate::undone::Undone;
use crate::{audit, binding, statement};

/// Whether there is room for a key pair of this name. Looking and deciding are this one question,
/// so that they cannot disagree; the name and the public key go first, because no quota would make them
/// free.
pub(crate) fn find_room(
    connection: &Connection,
    collection: KeyPairs,
    name: &KeyName,
    fingerprint: Option<&[u8; 32]>,
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
    if let Some(fingerprint) = fingerprint {
        let key_id = connection
            .prepare_cached(statement::KEY_PAIR_TAKEN_BY)?
            .query_row(params![account, region, fingerprint], |row| {
                parse(row, 0, KeyId::parse)
            })
            .optional()?;
        if let Some(key_id) = key_id {
            let taken = InsertKeyPairError::PublicKeyTaken { key_id };
            return Err(Undone::Refused(taken));
        }
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
    find_room(
        connection,
        collection,
        &key_pair.key_name,
        Some(&key_pair.fingerprint),
        default_quota,
    )?;
    if !keep(connection, collection, key_pair)? {
        return Err(Undone::Refused(InsertKeyPairError::KeyIdTaken));
    }
    audit::append(connection, audit)?;
    Ok(())
}

/// Adds a key pair with its tags, and counts it. False: the KeyId is taken, and nothing was added.
pub(crate) fn keep(
    connection: &Connection,
    collection: KeyPairs,
    key_pair: &KeyPairRecord,
) -> rusqlite::Result<bool> {
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
        return Ok(false);
    }
    let mut take = connection.prepare_cached(statement::KEY_PAIR_TAKE)?;
    take.execute(params![account, region, key_pair.key_name.as_str(), key_id])?;
    take.execute(params![account, region, key_pair.fingerprint, key_id])?;
    connection
        .prepare_cached(statement::KEY_PAIR_COUNT_UP)?
        .execute(params![account, region])?;
    let mut insert_tag = connection.prepare_cached(statement::KEY_PAIR_TAG_INSERT)?;
    for (position, tag) in (0_i64..).zip(key_pair.tags.as_slice()) {
        insert_tag.execute(params![
            account, region, key_id, position, tag.key, tag.value
        ])?;
    }
    Ok(true)
}

/// Whether there is a key pair of this id.
pub(crate) fn is_there(
    connection: &Connection,
    collection: KeyPairs,
    key_id: &KeyId,
) -> rusqlite::Result<bool> {
    let (account, region) = (number(collection.account), collection.region.wire());
    connection
        .prepare_cached(statement::KEY_PAIR_IS_THERE)?
        .query_row(params![account, region, key_id.as_str()], |row| row.get(0))
}

/// Deletes all of them, or none.
pub(crate) fn delete(
    connection: &Connection,
    key_pairs: &[KeyPair],
    audit: &AuditEntry,
) -> Result<(), Undone<DeleteKeyPairsError>> {
    // All have to be there before one of them is looked at.
    for KeyPair { collection, key_id } in key_pairs {
        if !is_there(connection, *collection, key_id)? {
            let missing = DeleteKeyPairsError::NotFound(key_id.clone());
            return Err(Undone::Refused(missing));
        }
    }
    for KeyPair { collection, key_id } in key_pairs {
        let (account, region) = (number(collection.account), collection.region.wire());
        let row = params![account, region, key_id.as_str()];
        let bindings = binding::of_key_pair(connection, *collection, key_id)?;
        if let Some(held) = bindings.into_iter().find(|one| one.is_held(audit.time)) {
            let (key_id, instance_id) = (held.key_id, held.instance_id);
            let held = DeleteKeyPairsError::InUse {
                key_id,
                instance_id,
            };
            return Err(Undone::Refused(held));
        }
        // What refers to the key pair goes first; what it opened once is over.
        connection
            .prepare_cached(statement::BINDINGS_DELETE_OF_KEY_PAIR)?
            .execute(row)?;
        connection
            .prepare_cached(statement::KEY_PAIR_GIVE_FREE)?
            .execute(row)?;
        connection
            .prepare_cached(statement::KEY_PAIR_TAGS_DELETE)?
            .execute(row)?;
        connection
            .prepare_cached(statement::KEY_PAIR_DELETE)?
            .execute(row)?;
        connection
            .prepare_cached(statement::KEY_PAIR_COUNT_DOWN)?
            .execute(params![account, region])?;
    }
    audit::append(connection, audit)?;
    Ok(())
}

pub(crate) fn page(
    connection: &Connection,
    collection: KeyPairs,
    filters: &[KeyPairFilter],
    page: Page,
) -> Result<KeyPairPage, Undone> {
    // Several statements of one moment.
    let moment = connection.unchecked_transaction()?;
    let selection = Selection::of(filters);
    if selection.is_everything() {
        return Ok(whole_page(&moment, collection, page)?);
    }
    let (total, key_ids) = selected(&moment, collection, &selection, page)?;
    let mut find = moment.prepare_cached(statement::KEY_PAIR_FIND)?;
    let (account, region) = (number(collection.account), collection.region.wire());
    let key_pairs = key_ids.iter().map(|key_id| {
        find.query_row(params![account, region, key_id.as_str()], |row| {
            listed(&moment, collection, row)
        })
    });
    Ok(KeyPairPage {
        total,
        key_pairs: key_pairs.collect::<Result<_, _>>()?,
    })
}

/// A page of everything.
fn whole_page(
    moment: &Connection,
    collection: KeyPairs,
    page: Page,
) -> rusqlite::Result<KeyPairPage> {
    let (account, region) = (number(collection.account), collection.region.wire());
    let total: Option<i64> = moment
        .prepare_cached(statement::KEY_PAIR_COUNT)?
        .query_row(params![account, region], |row| row.get(0))
        .optional()?;
    let offset = i64::try_from(page.offset).unwrap_or(i64::MAX);
    let mut statement = moment.prepare_cached(statement::KEY_PAIR_PAGE)?;
    let key_pairs = statement.query_map(params![account, region, page.limit, offset], |row| {
        listed(moment, collection, row)
    })?;
    Ok(KeyPairPage {
        total: total.unwrap_or(0).cast_unsigned(),
        key_pairs: key_pairs.collect::<Result<_, _>>()?,
    })
}

/// How many fit, and which of them are on the page.
fn selected(
    moment: &Connection,
    collection: KeyPairs,
    selection: &Selection<'_>,
    page: Page,
) -> rusqlite::Result<(u64, Vec<KeyId>)> {
    let (account, region) = (number(collection.account), collection.region.wire());
    let tagged = selection.tags().iter();
    let tagged = tagged.map(|query| key_ids_by_tag(moment, collection, *query));
    let tagged: Vec<_> = tagged.collect::<Result<_, _>>()?;
    let name =
        |row: &Row<'_>, index| parse(row, index, |text| KeyName::try_from(text.to_owned()).ok());
    let mut chosen = Chosen::new(page);
    match selection.candidates(tagged) {
        Candidates::All => {
            let mut statement = moment.prepare_cached(statement::KEY_PAIR_NAMES)?;
            let mut rows = statement.query(params![account, region])?;
            while let Some(row) = rows.next()? {
                if selection.fits(&name(row, 1)?) {
                    chosen.take(|| parse(row, 0, KeyId::parse))?;
                }
            }
        }
        Candidates::Some(key_ids) => {
            let mut statement = moment.prepare_cached(statement::KEY_PAIR_NAME)?;
            let mut found = Vec::new();
            for key_id in key_ids {
                let row = params![account, region, key_id.as_str()];
                let row = statement
                    .query_row(row, |row| Ok((name(row, 0)?, time(row, 1)?)))
                    .optional()?;
                found.extend(
                    row.filter(|(key_name, _)| selection.fits(key_name))
                        .map(|(_, created_time)| (Reverse(created_time), key_id)),
                );
            }
            found.sort_unstable();
            for (_, key_id) in found {
                chosen.take(|| Ok::<_, rusqlite::Error>(key_id))?;
            }
        }
    }
    Ok(chosen.into_parts())
}

fn key_ids_by_tag(
    moment: &Connection,
    collection: KeyPairs,
    query: TagQuery<'_>,
) -> rusqlite::Result<HashSet<KeyId>> {
    let (account, region) = (number(collection.account), collection.region.wire());
    let (sql, key, texts) = match query {
        TagQuery::Keys(keys) => (statement::KEY_IDS_BY_TAG_KEY, None, keys),
        TagQuery::Values(values) => (statement::KEY_IDS_BY_TAG_VALUE, None, values),
        TagQuery::KeyAndValues(key, values) => (statement::KEY_IDS_BY_TAG, Some(key), values),
    };
    let mut statement = moment.prepare_cached(sql)?;
    let mut key_ids = HashSet::new();
    for text in texts {
        let mut rows = match key {
            Some(key) => statement.query(params![account, region, key, text])?,
            None => statement.query(params![account, region, text])?,
        };
        while let Some(row) = rows.next()? {
            key_ids.insert(parse(row, 0, KeyId::parse)?);
        }
    }
    Ok(key_ids)
}

/// Reads a row that begins with the columns of [`statement::KEY_PAIR_PAGE`], and what belongs to it.
fn listed(
    moment: &Connection,
    collection: KeyPairs,
    row: &Row<'_>,
) -> rusqlite::Result<ListedKeyPair> {
    let record = record(moment, collection, row)?;
    Ok(ListedKeyPair {
        bindings: binding::of_key_pair(moment, collection, &record.key_id)?,
        record,
    })
}

/// Reads a row that begins with the columns of [`statement::KEY_PAIR_PAGE`], and the tags to it.
pub(crate) fn record(
    connection: &Connection,
    collection: KeyPairs,
    row: &Row<'_>,
) -> rusqlite::Result<KeyPairRecord> {
    let key_id = parse(row, 0, KeyId::parse)?;
    Ok(KeyPairRecord {
        tags: tags(connection, collection, &key_id)?,
        key_id,
        key_name: parse(row, 1, |text| KeyName::try_from(text.to_owned()).ok())?,
        public_key: row.get(2)?,
        fingerprint: row.get(3)?,
        created_time: time(row, 4)?,
    })
}

fn tags(connection: &Connection, collection: KeyPairs, id: &KeyId) -> rusqlite::Result<Tags> {
    let (account, region) = (number(collection.account), collection.region.wire());
    let mut statement = connection.prepare_cached(statement::KEY_PAIR_TAGS)?;
    let rows = statement.query_map(params![account, region, id.as_str()], |row| {
        Ok(json!({"Key": row.get::<_, String>(0)?, "Value": row.get::<_, String>(1)?}))
    })?;
    let list = Value::Array(rows.collect::<Result<_, _>>()?);
    serde_json::from_value(list)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}

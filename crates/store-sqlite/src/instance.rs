//! Instances, and what is done to them.

use pharos_api::client_token::ClientToken;
use pharos_api::instance_id::InstanceId;
use pharos_api::resource::Instances;
use pharos_store::InstanceQuota;
use pharos_store::audit::AuditEntry;
use pharos_store::error::InsertInstancesError;
use pharos_store::instance::{Found, InstanceRecord, Operate, OperateError};
use pharos_store::record::{ListedInstance, NewInstances};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use crate::column::{number, parse};
use crate::undone::Undone;
use crate::{audit, binding, key_pair, statement};

/// All instances of a place, or those of these ids that there are.
pub(crate) fn list(
    connection: &Connection,
    place: Instances,
    instance_ids: Option<&[InstanceId]>,
) -> Result<Vec<ListedInstance>, Undone> {
    // Several statements of one moment.
    let moment = connection.unchecked_transaction()?;
    let records = if let Some(instance_ids) = instance_ids {
        find(&moment, place, instance_ids)?
    } else {
        let (account, region) = (number(place.account), place.region.wire());
        let mut statement = moment.prepare_cached(statement::INSTANCES)?;
        let records = statement.query_map(params![account, region], record)?;
        records.collect::<Result<_, _>>()?
    };
    let listed = records.into_iter().map(|record| {
        Ok(ListedInstance {
            bindings: binding::of_instance(&moment, place, &record.instance_id)?,
            record,
        })
    });
    Ok(listed.collect::<rusqlite::Result<_>>()?)
}

/// Those of these that there are.
fn find(
    connection: &Connection,
    place: Instances,
    instance_ids: &[InstanceId],
) -> rusqlite::Result<Vec<InstanceRecord>> {
    let (account, region) = (number(place.account), place.region.wire());
    let mut statement = connection.prepare_cached(statement::INSTANCE_FIND)?;
    let mut records = Vec::with_capacity(instance_ids.len());
    for instance_id in instance_ids {
        let row = params![account, region, instance_id.as_str()];
        let found = statement.query_map(row, record)?;
        records.extend(found.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(records)
}

/// Adds instances, or answers which ones an earlier call with the same client token added.
pub(crate) fn insert(
    connection: &Connection,
    place: Instances,
    instances: &NewInstances,
    default_quota: InstanceQuota,
    audit: &AuditEntry,
) -> Result<Vec<InstanceId>, Undone<InsertInstancesError>> {
    let (account, region) = (number(place.account), place.region.wire());
    let client_token = instances.client_token();
    if let Some(token) = client_token {
        let mut statement = connection.prepare_cached(statement::INSTANCES_BY_CLIENT_TOKEN)?;
        let earlier = statement.query_map(params![account, region, token.as_str()], |row| {
            parse(row, 0, InstanceId::parse)
        })?;
        let earlier: Vec<_> = earlier.collect::<Result<_, _>>()?;
        if !earlier.is_empty() {
            return Ok(earlier);
        }
    }
    for key_pair in &instances.key_pairs {
        let key_id = &key_pair.key_id;
        if !key_pair::is_there(connection, key_pair.collection, key_id)? {
            let missing = InsertInstancesError::KeyPairNotFound(key_id.clone());
            return Err(Undone::Refused(missing));
        }
    }
    let (count, own_quota): (i64, Option<u32>) = connection
        .prepare_cached(statement::INSTANCE_ROOM)?
        .query_row(params![account, region], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let quota = own_quota.unwrap_or(default_quota.0);
    let more = i64::try_from(instances.records.len()).unwrap_or(i64::MAX);
    if count.saturating_add(more) > i64::from(quota) {
        let used_up = InsertInstancesError::QuotaUsedUp { quota };
        return Err(Undone::Refused(used_up));
    }
    if instances.is_dry_run {
        return Ok(Vec::new());
    }
    for record in &instances.records {
        if !keep(connection, place, record)? {
            return Err(Undone::Refused(InsertInstancesError::InstanceIdTaken));
        }
    }
    for binding in instances.bindings() {
        binding::keep(connection, place, &binding)?;
    }
    audit::append(connection, audit)?;
    Ok(instances.instance_ids())
}

/// Adds an instance. False: its id is taken, and nothing was added.
pub(crate) fn keep(
    connection: &Connection,
    place: Instances,
    record: &InstanceRecord,
) -> rusqlite::Result<bool> {
    let inserted = connection
        .prepare_cached(statement::INSTANCE_INSERT)?
        .execute(params![
            number(place.account),
            place.region.wire(),
            record.instance_id.as_str(),
            record.client_token.as_ref().map(ClientToken::as_str),
            record.to_document(),
        ])?;
    Ok(inserted > 0)
}

/// Does what is asked for to all of the instances, or to none.
pub(crate) fn operate(
    connection: &Connection,
    operate: &Operate,
    audit: &AuditEntry,
) -> Result<(), Undone<OperateError>> {
    let Some(place) = operate.collection() else {
        return Ok(());
    };
    let instance_ids = operate.instances.iter();
    let instance_ids: Vec<_> = instance_ids
        .map(|instance| instance.instance_id.clone())
        .collect();
    let mut found = Found {
        instances: find(connection, place, &instance_ids)?,
        ..Found::default()
    };
    for instance_id in &instance_ids {
        found
            .bindings
            .extend(binding::of_instance(connection, place, instance_id)?);
    }
    for key_pair in operate.order.key_pairs() {
        if key_pair::is_there(connection, key_pair.collection, &key_pair.key_id)? {
            found.key_ids.insert(key_pair.key_id.clone());
        }
    }
    let operated = operate.decide(&found, audit).map_err(Undone::Refused)?;
    for binding in &operated.unbound {
        binding::remove(connection, place, binding)?;
    }
    let (account, region) = (number(place.account), place.region.wire());
    for instance_id in &operated.removed {
        connection
            .prepare_cached(statement::INSTANCE_DELETE)?
            .execute(params![account, region, instance_id.as_str()])?;
    }
    for record in &operated.changed {
        connection
            .prepare_cached(statement::INSTANCE_CHANGE)?
            .execute(params![
                account,
                region,
                record.instance_id.as_str(),
                record.to_document()
            ])?;
    }
    for binding in &operated.bound {
        binding::keep(connection, place, binding)?;
    }
    audit::append(connection, audit)?;
    Ok(())
}

/// Reads a row that begins with the document.
pub(crate) fn record(row: &Row<'_>) -> rusqlite::Result<InstanceRecord> {
    let document = row.get_ref(0)?.as_str()?;
    InstanceRecord::from_document(document)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}

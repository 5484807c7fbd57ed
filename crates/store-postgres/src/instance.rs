//! Instances, and what is done to them.

use std::ops::Deref;

use pharos_api::client_token::ClientToken;
use pharos_api::instance_id::InstanceId;
use pharos_api::resource::Instances;
use pharos_store::InstanceQuota;
use pharos_store::audit::AuditEntry;
use pharos_store::error::InsertInstancesError;
use pharos_store::instance::{Found, InstanceRecord, Operate, OperateError, Operated};
use pharos_store::record::{ListedInstance, NewInstances};
use tokio_postgres::{Row, Statement};

use crate::column::{number, parse};
use crate::connection::Connection;
use crate::fault::Fault;
use crate::mark::Mark;
use crate::transaction::Undone;
use crate::{audit, binding, key_pair};

/// All instances of a place, or those of these ids that there are, each with its bindings: one statement, so
/// that what was last done to one and what came of it are of the same moment.
pub(crate) async fn list(
    connection: &Connection,
    place: Instances,
    instance_ids: Option<&[InstanceId]>,
) -> Result<Vec<ListedInstance>, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let (account, region) = (number(place.account), place.region.wire());
    let rows = if let Some(instance_ids) = instance_ids {
        let instance_ids: Vec<_> = instance_ids.iter().map(InstanceId::as_str).collect();
        client
            .query(
                &statements.instances_find,
                &[&account, &region, &instance_ids],
            )
            .await?
    } else {
        client
            .query(&statements.instances, &[&account, &region])
            .await?
    };
    let mut listed = Vec::<ListedInstance>::new();
    for row in &rows {
        let record = record(row)?;
        match listed.last_mut() {
            Some(last) if last.record.instance_id == record.instance_id => {}
            _ => listed.push(ListedInstance {
                record,
                bindings: Vec::new(),
            }),
        }
        let is_bound = row.try_get::<_, Option<&str>>(1)?.is_some();
        if let (true, Some(last)) = (is_bound, listed.last_mut()) {
            last.bindings.push(binding::read(row, 1)?);
        }
    }
    Ok(listed)
}

/// Adds instances, or answers which ones an earlier call with the same client token added.
pub(crate) async fn insert(
    connection: &Connection,
    place: Instances,
    instances: &NewInstances,
    default_quota: InstanceQuota,
    entry: &AuditEntry,
) -> Result<(Option<Mark>, Vec<InstanceId>), Undone<InsertInstancesError>> {
    let Connection {
        client, statements, ..
    } = connection;
    let (account, region) = (number(place.account), place.region.wire());
    // Whoever changes anything of an account locks its row first.
    let head = audit::lock_head(connection, place.account).await?;
    if let Some(token) = instances.client_token().map(ClientToken::as_str) {
        let statement = &statements.instances_by_client_token;
        let rows = client
            .query(statement, &[&account, &region, &token])
            .await?;
        let earlier = rows.iter().map(|row| parse(row, 0, InstanceId::parse));
        let earlier: Vec<_> = earlier.collect::<Result<_, Fault>>()?;
        if !earlier.is_empty() {
            return Ok((None, earlier));
        }
    }
    let there = key_pair::there(connection, instances.key_pairs.iter().map(Deref::deref)).await?;
    let mut key_ids = instances.key_pairs.iter().map(|key_pair| &key_pair.key_id);
    if let Some(key_id) = key_ids.find(|key_id| !there.contains(*key_id)) {
        let missing = InsertInstancesError::KeyPairNotFound(key_id.clone());
        return Err(Undone::Refused(missing));
    }
    let room = client
        .query_one(&statements.instance_room, &[&account, &region])
        .await?;
    let (count, own_quota): (i64, Option<i64>) = (room.try_get(0)?, room.try_get(1)?);
    let quota = own_quota.map_or(default_quota.0, |quota| {
        u32::try_from(quota).unwrap_or(u32::MAX)
    });
    let more = i64::try_from(instances.records.len()).unwrap_or(i64::MAX);
    if count.saturating_add(more) > i64::from(quota) {
        let used_up = InsertInstancesError::QuotaUsedUp { quota };
        return Err(Undone::Refused(used_up));
    }
    if instances.is_dry_run {
        return Ok((None, Vec::new()));
    }
    let records: Vec<_> = instances.records.iter().collect();
    if keep(connection, &statements.instances_insert, place, &records).await? < records.len() {
        return Err(Undone::Refused(InsertInstancesError::InstanceIdTaken));
    }
    let bindings: Vec<_> = instances.bindings().collect();
    binding::keep(connection, place, &bindings).await?;
    let mark = audit::append(connection, head, entry).await?;
    Ok((Some(mark), instances.instance_ids()))
}

/// Adds or changes instances, and answers how many were not in the way.
async fn keep(
    connection: &Connection,
    statement: &Statement,
    place: Instances,
    records: &[&InstanceRecord],
) -> Result<usize, Fault> {
    let (account, region) = (number(place.account), place.region.wire());
    let ids: Vec<_> = records.iter().map(|one| one.instance_id.as_str()).collect();
    let tokens = records.iter().map(|one| one.client_token.as_ref());
    let tokens: Vec<_> = tokens.map(|token| token.map(ClientToken::as_str)).collect();
    let documents: Vec<_> = records.iter().map(|one| one.to_document()).collect();
    let kept = connection
        .client
        .execute(statement, &[&account, &region, &ids, &tokens, &documents])
        .await?;
    Ok(usize::try_from(kept).unwrap_or(usize::MAX))
}

/// Does what is asked for to all of the instances, or to none.
pub(crate) async fn operate(
    connection: &Connection,
    place: Instances,
    operate: &Operate,
    entry: &AuditEntry,
) -> Result<Mark, Undone<OperateError>> {
    let head = audit::lock_head(connection, place.account).await?;
    let instance_ids = operate.instances.iter();
    let instance_ids: Vec<_> = instance_ids
        .map(|instance| instance.instance_id.clone())
        .collect();
    let mut found = Found::default();
    for listed in list(connection, place, Some(&instance_ids)).await? {
        found.instances.push(listed.record);
        found.bindings.extend(listed.bindings);
    }
    let key_pairs = operate.order.key_pairs().iter();
    found.key_ids = key_pair::there(connection, key_pairs.map(Deref::deref)).await?;
    let operated = operate.decide(&found, entry).map_err(Undone::Refused)?;
    write(connection, place, &operated).await?;
    Ok(audit::append(connection, head, entry).await?)
}

async fn write(
    connection: &Connection,
    place: Instances,
    operated: &Operated,
) -> Result<(), Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let Operated {
        unbound,
        removed,
        changed,
        bound,
    } = operated;
    if !unbound.is_empty() {
        binding::remove(connection, place, unbound).await?;
    }
    if !removed.is_empty() {
        let (account, region) = (number(place.account), place.region.wire());
        let ids: Vec<_> = removed.iter().map(InstanceId::as_str).collect();
        client
            .execute(&statements.instances_delete, &[&account, &region, &ids])
            .await?;
    }
    if !changed.is_empty() {
        let changed: Vec<_> = changed.iter().collect();
        keep(connection, &statements.instances_change, place, &changed).await?;
    }
    if !bound.is_empty() {
        binding::keep(connection, place, bound).await?;
    }
    Ok(())
}

/// Reads a row that begins with the document.
pub(crate) fn record(row: &Row) -> Result<InstanceRecord, Fault> {
    let document: &str = row.try_get(0)?;
    InstanceRecord::from_document(document)
        .map_err(|error| Fault::Foreign(format!("an instance: {error}")))
}

//! What opens what.

use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::resource::{Instances, KeyPairs};
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_store::instance::Binding;
use rusqlite::{Connection, Params, Row, params};

use crate::column::{number, parse, time};
use crate::statement;

/// The bindings of an instance, in the order of key pairs and users.
pub(crate) fn of_instance(
    connection: &Connection,
    place: Instances,
    instance_id: &InstanceId,
) -> rusqlite::Result<Vec<Binding>> {
    let (account, region) = (number(place.account), place.region.wire());
    let row = params![account, region, instance_id.as_str()];
    list(connection, statement::BINDINGS_OF_INSTANCE, row)
}

/// The bindings of a key pair, in the order of instances and users.
pub(crate) fn of_key_pair(
    connection: &Connection,
    place: KeyPairs,
    key_id: &KeyId,
) -> rusqlite::Result<Vec<Binding>> {
    let (account, region) = (number(place.account), place.region.wire());
    let row = params![account, region, key_id.as_str()];
    list(connection, statement::BINDINGS_OF_KEY_PAIR, row)
}

fn list(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> rusqlite::Result<Vec<Binding>> {
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map(parameters, binding)?.collect()
}

/// Adds a binding.
pub(crate) fn keep(
    connection: &Connection,
    place: Instances,
    binding: &Binding,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(statement::BINDING_INSERT)?
        .execute(params![
            number(place.account),
            place.region.wire(),
            binding.instance_id.as_str(),
            binding.key_id.as_str(),
            binding.username.as_str(),
            binding.bound_from.unix_seconds(),
            binding.bound_until.map(Timestamp::unix_seconds),
        ])?;
    Ok(())
}

/// Removes a binding.
pub(crate) fn remove(
    connection: &Connection,
    place: Instances,
    binding: &Binding,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(statement::BINDING_DELETE)?
        .execute(params![
            number(place.account),
            place.region.wire(),
            binding.instance_id.as_str(),
            binding.key_id.as_str(),
            binding.username.as_str(),
        ])?;
    Ok(())
}

/// Reads a row that begins with the columns of [`statement::BINDINGS_OF_INSTANCE`].
pub(crate) fn binding(row: &Row<'_>) -> rusqlite::Result<Binding> {
    let is_over: Option<i64> = row.get(4)?;
    Ok(Binding {
        instance_id: parse(row, 0, InstanceId::parse)?,
        key_id: parse(row, 1, KeyId::parse)?,
        username: parse(row, 2, |text| Username::try_from(text.to_owned()).ok())?,
        bound_from: time(row, 3)?,
        bound_until: is_over.map(|_| time(row, 4)).transpose()?,
    })
}

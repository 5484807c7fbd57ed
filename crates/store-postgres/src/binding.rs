//! What opens what.

use std::collections::HashMap;

use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::resource::{Instances, KeyPairs};
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_store::instance::Binding;
use tokio_postgres::Row;

use crate::column::{number, parse, time};
use crate::connection::Connection;
use crate::fault::Fault;

/// The bindings of key pairs, those of each in the order of instances and users.
pub(crate) async fn of_key_pairs(
    connection: &Connection,
    place: KeyPairs,
    key_ids: &[&str],
) -> Result<HashMap<KeyId, Vec<Binding>>, Fault> {
    let (account, region) = (number(place.account), place.region.wire());
    let rows = connection
        .client
        .query(
            &connection.statements.bindings_of_key_pairs,
            &[&account, &region, &key_ids],
        )
        .await?;
    let mut bindings = HashMap::<_, Vec<_>>::new();
    for row in &rows {
        let binding = read(row, 0)?;
        let of_key_pair = bindings.entry(binding.key_id.clone()).or_default();
        of_key_pair.push(binding);
    }
    Ok(bindings)
}

/// Adds bindings.
pub(crate) async fn keep(
    connection: &Connection,
    place: Instances,
    bindings: &[Binding],
) -> Result<(), Fault> {
    let (account, region) = (number(place.account), place.region.wire());
    let [instance_ids, key_ids, usernames] = columns(bindings);
    let from = bindings.iter().map(|one| one.bound_from.unix_seconds());
    let until = bindings.iter().map(|one| one.bound_until);
    let until = until.map(|until| until.map(Timestamp::unix_seconds));
    let (from, until): (Vec<i64>, Vec<Option<i64>>) = (from.collect(), until.collect());
    connection
        .client
        .execute(
            &connection.statements.bindings_insert,
            &[
                &account,
                &region,
                &instance_ids,
                &key_ids,
                &usernames,
                &from,
                &until,
            ],
        )
        .await?;
    Ok(())
}

/// Removes bindings.
pub(crate) async fn remove(
    connection: &Connection,
    place: Instances,
    bindings: &[Binding],
) -> Result<(), Fault> {
    let (account, region) = (number(place.account), place.region.wire());
    let [instance_ids, key_ids, usernames] = columns(bindings);
    connection
        .client
        .execute(
            &connection.statements.bindings_delete,
            &[&account, &region, &instance_ids, &key_ids, &usernames],
        )
        .await?;
    Ok(())
}

/// Which ones they are.
fn columns(bindings: &[Binding]) -> [Vec<&str>; 3] {
    let column = |of: fn(&Binding) -> &str| bindings.iter().map(of).collect();
    [
        column(|binding| binding.instance_id.as_str()),
        column(|binding| binding.key_id.as_str()),
        column(|binding| binding.username.as_str()),
    ]
}

/// Reads the columns of a binding, which begin at `first`.
pub(crate) fn read(row: &Row, first: usize) -> Result<Binding, Fault> {
    let is_over: Option<i64> = row.try_get(first + 4)?;
    Ok(Binding {
        instance_id: parse(row, first, InstanceId::parse)?,
        key_id: parse(row, first + 1, KeyId::parse)?,
        username: parse(row, first + 2, |text| {
            Username::try_from(text.to_owned()).ok()
        })?,
        bound_from: time(row, first + 3)?,
        bound_until: is_over.map(|_| time(row, first + 4)).transpose()?,
    })
}

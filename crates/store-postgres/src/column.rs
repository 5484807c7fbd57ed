//! How the contract's types stand in columns.

use pharos_api::account::{AppId, Uin};
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_store::record::{MasterKeyId, SealedSecretKey};
use serde_json::{Value, json};
use tokio_postgres::Row;

use crate::fault::Fault;

/// PostgreSQL's integers are signed; the bits stay the same.
pub(crate) fn number(uin: Uin) -> i64 {
    uin.0.cast_signed()
}

/// The same for an account's second number.
pub(crate) fn app_id(app_id: AppId) -> i64 {
    app_id.0.cast_signed()
}

/// The other way round.
pub(crate) fn uin(row: &Row, column: usize) -> Result<Uin, Fault> {
    Ok(Uin(row.try_get::<_, i64>(column)?.cast_unsigned()))
}

/// Reads the number of a user, or that there is none.
pub(crate) fn some_uin(row: &Row, column: usize) -> Result<Option<Uin>, Fault> {
    let number: Option<i64> = row.try_get(column)?;
    Ok(number.map(|number| Uin(number.cast_unsigned())))
}

/// Reads an id that is a number.
pub(crate) fn id(row: &Row, column: usize) -> Result<u64, Fault> {
    Ok(row.try_get::<_, i64>(column)?.cast_unsigned())
}

/// Reads a text of the contract. One that does not parse was not written by us.
pub(crate) fn parse<T>(
    row: &Row,
    column: usize,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Fault> {
    let text: &str = row.try_get(column)?;
    parse(text).ok_or_else(|| Fault::Foreign(format!("`{text}`")))
}

/// Reads UNIX seconds.
pub(crate) fn time(row: &Row, column: usize) -> Result<Timestamp, Fault> {
    let seconds: i64 = row.try_get(column)?;
    Timestamp::from_unix_seconds(seconds).ok_or_else(|| Fault::Foreign(format!("time {seconds}")))
}

/// Reads UNIX seconds, or that there are none.
pub(crate) fn some_time(row: &Row, column: usize) -> Result<Option<Timestamp>, Fault> {
    let is_set = row.try_get::<_, Option<i64>>(column)?.is_some();
    is_set.then(|| time(row, column)).transpose()
}

/// Reads bytes of which there is a known number.
pub(crate) fn bytes<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], Fault> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes
        .try_into()
        .map_err(|_| Fault::Foreign(format!("{} bytes instead of {N}", bytes.len())))
}

/// Reads the id of a master key, or that there is none.
pub(crate) fn master_key(row: &Row, column: usize) -> Result<Option<MasterKeyId>, Fault> {
    let is_set = row.try_get::<_, Option<&[u8]>>(column)?.is_some();
    let id = is_set.then(|| bytes(row, column)).transpose()?;
    Ok(id.map(MasterKeyId))
}

/// Reads a sealed secret.
pub(crate) fn sealed_secret_key(row: &Row, column: usize) -> Result<SealedSecretKey, Fault> {
    SealedSecretKey::from_bytes(row.try_get(column)?)
        .ok_or_else(|| Fault::Foreign("too few bytes for a sealed secret".to_owned()))
}

/// Reads tags from their keys and values.
pub(crate) fn tags<'t>(tags: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Tags, Fault> {
    let list = tags
        .into_iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}));
    serde_json::from_value(Value::Array(list.collect()))
        .map_err(|error| Fault::Foreign(format!("tags: {error}")))
}

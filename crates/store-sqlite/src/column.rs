//! How the contract's types stand in columns.

use pharos_api::account::Uin;
use pharos_api::time::Timestamp;
use pharos_store::record::SealedSecretKey;
use rusqlite::Row;
use rusqlite::types::Type;

/// SQLite's integers are signed; the bits stay the same.
pub(crate) fn number(uin: Uin) -> i64 {
    uin.0.cast_signed()
}

/// The other way round.
pub(crate) fn uin(row: &Row<'_>, column: usize) -> rusqlite::Result<Uin> {
    let number: i64 = row.get(column)?;
    Ok(Uin(number.cast_unsigned()))
}

/// Reads a text of the contract. One that does not parse was not written by us.
pub(crate) fn parse<T>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    parse(text).ok_or_else(|| {
        let cause = format!("`{text}` does not belong there");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, cause.into())
    })
}

/// Reads UNIX seconds.
pub(crate) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let seconds = row.get(column)?;
    Timestamp::from_unix_seconds(seconds)
        .ok_or(rusqlite::Error::IntegralValueOutOfRange(column, seconds))
}

/// Reads a sealed secret.
pub(crate) fn sealed_secret_key(row: &Row<'_>, column: usize) -> rusqlite::Result<SealedSecretKey> {
    let bytes = row.get_ref(column)?.as_blob()?;
    SealedSecretKey::from_bytes(bytes).ok_or_else(|| {
        let cause = "it is too short for a sealed secret".into();
        rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, cause)
    })
}

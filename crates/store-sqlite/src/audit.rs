//! The audit log.

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_store::audit::{AuditEntry, AuditHash, AuditHead, AuditRow};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::column::{number, parse, time, uin};
use crate::statement;

/// Adds an entry to the chain of its account, in the transaction of what it tells about.
pub(crate) fn append(connection: &Connection, entry: &AuditEntry) -> rusqlite::Result<()> {
    let mut head = head(connection, entry.account)?;
    insert(connection, &head.append(entry))
}

/// The end of an account's chain.
pub(crate) fn head(connection: &Connection, account: Uin) -> rusqlite::Result<AuditHead> {
    let head = connection
        .prepare_cached(statement::AUDIT_HEAD)?
        .query_row([number(account)], |row| {
            Ok(AuditHead {
                sequence: row.get::<_, i64>(0)?.cast_unsigned(),
                hash: AuditHash(row.get(1)?),
            })
        })
        .optional()?;
    Ok(head.unwrap_or(AuditHead::EMPTY))
}

/// Adds a row that is known to be the next of its account.
pub(crate) fn insert(connection: &Connection, row: &AuditRow) -> rusqlite::Result<()> {
    let resources = serde_json::to_string(&row.resources)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare_cached(statement::AUDIT_INSERT)?
        .execute(params![
            number(row.account),
            row.sequence.cast_signed(),
            row.time.unix_seconds(),
            row.request_id,
            number(row.user),
            row.secret_id.as_str(),
            row.source.to_string(),
            row.operation,
            resources,
            row.code,
            row.hash.0,
        ])?;
    Ok(())
}

/// Reads a row: the columns of the table in their order, up to the code; what is behind it is not
/// looked at.
pub(crate) fn row_before_hash(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        account: uin(row, 0)?,
        sequence: row.get::<_, i64>(1)?.cast_unsigned(),
        time: time(row, 2)?,
        request_id: row.get(3)?,
        user: uin(row, 4)?,
        secret_id: parse(row, 5, SecretId::parse)?,
        source: parse(row, 6, |text| text.parse().ok())?,
        operation: row.get(7)?,
        resources: parse(row, 8, |text| serde_json::from_str(text).ok())?,
        code: row.get(9)?,
        hash: AuditHead::EMPTY.hash,
    })
}

/// Reads a row.
pub(crate) fn row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        hash: AuditHash(row.get(10)?),
        ..row_before_hash(row)?
    })
}

/// The rows of an account behind the one of this number, at most so many, in their order.
pub(crate) fn page(
    connection: &Connection,
    account: Uin,
    after: u64,
    limit: u32,
) -> rusqlite::Result<Vec<AuditRow>> {
    connection
        .prepare_cached(statement::AUDIT_PAGE)?
        .query_map(params![number(account), after.cast_signed(), limit], row)?
        .collect()
}

/// Gives the rows of version 1 of the store, which had no hashes, their place in the chain.
pub(crate) fn hash_rows_of_version_1(connection: &Connection) -> rusqlite::Result<()> {
    let mut rows = connection.prepare(
        "SELECT account, sequence, time, request_id, user, secret_id, source, operation, resources,
                code
           FROM audit_before_hashes ORDER BY account, sequence",
    )?;
    let mut rows = rows.query([])?;
    let (mut account, mut head) = (None, AuditHead::EMPTY);
    while let Some(row) = rows.next()? {
        let row = row_before_hash(row)?;
        if account != Some(row.account) {
            (account, head) = (Some(row.account), AuditHead::EMPTY);
        }
        insert(connection, &head.adopt(row))?;
    }
    drop(rows);
    connection.execute_batch("DROP TABLE audit_before_hashes")
}

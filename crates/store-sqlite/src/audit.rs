//! The audit log.

use pharos_api::code::Code;
use pharos_store::record::AuditEntry;
use rusqlite::{Connection, params};

use crate::column::number;
use crate::statement;

/// Adds a row, in the transaction of what it tells about.
pub(crate) fn append(connection: &Connection, entry: &AuditEntry) -> rusqlite::Result<()> {
    let resources = serde_json::to_string(&entry.resources)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare_cached(statement::AUDIT_INSERT)?
        .execute(params![
            number(entry.account),
            entry.time.unix_seconds(),
            entry.request_id.to_string(),
            number(entry.user),
            entry.secret_id.as_str(),
            entry.source.to_string(),
            entry.operation,
            resources,
            entry.refusal.map(Code::wire),
        ])?;
    Ok(())
}

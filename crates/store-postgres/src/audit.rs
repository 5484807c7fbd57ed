//! The audit log.

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_store::audit::{AuditEntry, AuditHash, AuditHead, AuditRow};
use tokio_postgres::Row;

use crate::column::{bytes, number, parse, time, uin};
use crate::connection::Connection;
use crate::fault::Fault;
use crate::mark::Mark;

/// The end of an account's chain.
pub(crate) async fn end(connection: &Connection, account: Uin) -> Result<AuditHead, Fault> {
    let statement = &connection.statements.audit_end;
    let row = connection
        .client
        .query_opt(statement, &[&number(account)])
        .await?;
    let Some(row) = row else {
        return Ok(AuditHead::EMPTY);
    };
    Ok(AuditHead {
        sequence: row.try_get::<_, i64>(0)?.cast_unsigned(),
        hash: AuditHash(bytes(&row, 1)?),
    })
}

/// The rows of an account behind the one of this number, at most so many, in their order.
pub(crate) async fn page(
    connection: &Connection,
    account: Uin,
    after: u64,
    limit: u32,
) -> Result<Vec<AuditRow>, Fault> {
    let (account, after, limit) = (number(account), after.cast_signed(), i64::from(limit));
    let statement = &connection.statements.audit_page;
    let rows = connection
        .client
        .query(statement, &[&account, &after, &limit])
        .await?;
    rows.iter().map(row).collect()
}

/// Adds rows that are known to be the next of their accounts.
pub(crate) async fn insert(connection: &Connection, rows: &[&AuditRow]) -> Result<(), Fault> {
    let numbers = |of: fn(&AuditRow) -> i64| rows.iter().map(|row| of(row)).collect::<Vec<_>>();
    let accounts = numbers(|row| number(row.account));
    let sequences = numbers(|row| row.sequence.cast_signed());
    let times = numbers(|row| row.time.unix_seconds());
    let users = numbers(|row| number(row.user));
    let request_ids: Vec<&str> = rows.iter().map(|row| row.request_id.as_str()).collect();
    let secret_ids: Vec<&str> = rows.iter().map(|row| row.secret_id.as_str()).collect();
    let sources: Vec<String> = rows.iter().map(|row| row.source.to_string()).collect();
    let operations: Vec<&str> = rows.iter().map(|row| row.operation.as_str()).collect();
    let resources: Vec<String> = rows
        .iter()
        .map(|row| serde_json::Value::from(row.resources.as_slice()).to_string())
        .collect();
    let codes: Vec<Option<&str>> = rows.iter().map(|row| row.code.as_deref()).collect();
    let hashes: Vec<&[u8]> = rows.iter().map(|row| row.hash.0.as_slice()).collect();
    connection
        .client
        .execute(
            &connection.statements.audit_insert,
            &[
                &accounts,
                &sequences,
                &times,
                &request_ids,
                &users,
                &secret_ids,
                &sources,
                &operations,
                &resources,
                &codes,
                &hashes,
            ],
        )
        .await?;
    Ok(())
}

/// Sets the ends of the chains of some accounts.
pub(crate) async fn set_heads(
    connection: &Connection,
    heads: &[(Uin, AuditHead)],
) -> Result<(), Fault> {
    let accounts: Vec<i64> = heads.iter().map(|(account, _)| number(*account)).collect();
    let sequences: Vec<i64> = heads
        .iter()
        .map(|(_, head)| head.sequence.cast_signed())
        .collect();
    let hashes: Vec<&[u8]> = heads
        .iter()
        .map(|(_, head)| head.hash.0.as_slice())
        .collect();
    connection
        .client
        .execute(
            &connection.statements.audit_heads_set,
            &[&accounts, &sequences, &hashes],
        )
        .await?;
    Ok(())
}

/// Locks an account until the transaction ends, and reads the end of its chain.
pub(crate) async fn lock_head(connection: &Connection, account: Uin) -> Result<AuditHead, Fault> {
    let rows = connection
        .client
        .query_opt(
            &connection.statements.accounts_lock,
            &[&vec![number(account)]],
        )
        .await?;
    let Some(row) = rows else {
        return Err(Fault::Foreign(format!("there is no account {account}")));
    };
    head(&row)
}

/// The end of an account's chain, in a row of the statements that lock accounts.
pub(crate) fn head(row: &Row) -> Result<AuditHead, Fault> {
    Ok(AuditHead {
        sequence: row.try_get::<_, i64>(2)?.cast_unsigned(),
        hash: AuditHash(bytes(row, 3)?),
    })
}

/// Adds a row behind the end of a chain that was locked.
pub(crate) async fn append(
    connection: &Connection,
    mut head: AuditHead,
    entry: &AuditEntry,
) -> Result<Mark, Fault> {
    let row = head.append(entry);
    insert(connection, &[&row]).await?;
    set_heads(connection, &[(row.account, head)]).await?;
    Ok(Mark::of(&row))
}

/// Reads a row: the columns of the table in their order.
pub(crate) fn row(row: &Row) -> Result<AuditRow, Fault> {
    Ok(AuditRow {
        account: uin(row, 0)?,
        sequence: row.try_get::<_, i64>(1)?.cast_unsigned(),
        time: time(row, 2)?,
        request_id: row.try_get(3)?,
        user: uin(row, 4)?,
        secret_id: parse(row, 5, SecretId::parse)?,
        source: parse(row, 6, |text| text.parse().ok())?,
        operation: row.try_get(7)?,
        resources: parse(row, 8, |text| serde_json::from_str(text).ok())?,
        code: row.try_get(9)?,
        hash: AuditHash(bytes(row, 10)?),
    })
}

//! `pharos audit`: the log of what was done and denied in an account.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::net::IpAddr;

use anyhow::{Context, Result, anyhow, bail};
use base64ct::{Base64, Encoding};
use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::time::Timestamp;
use pharos_service::operator::Operator;
use pharos_store::audit::{AuditHead, AuditRow};
use serde::Serialize;

use crate::command_line::{Audit, ListAudit, OfAccount, Output};
use crate::operator;
use crate::output::{say, say_json};
use crate::progress::Progress;
use crate::table::Table;

/// Rows that are read at a time.
const ROWS_TOGETHER: u32 = 1_000;

/// Runs a `pharos audit` command.
pub(crate) fn run(command: Audit) -> Result<()> {
    match command {
        Audit::List(arguments) => operator::block_on(list(arguments)),
        Audit::Verify(arguments) => operator::block_on(verify(arguments)),
        Audit::Export(arguments) => operator::block_on(export(arguments)),
    }
}

async fn list(arguments: ListAudit) -> Result<()> {
    let log = Log::open(arguments.of).await?;
    let mut rows = Vec::new();
    let before = log.end.sequence.saturating_sub(arguments.last);
    log.walk(before, |row| {
        rows.push(row);
        Ok(())
    })
    .await?;
    match arguments.output {
        Output::Json => {
            let rows: Vec<_> = rows.iter().map(Shown::from).collect();
            say_json(&rows)
        }
        Output::Table => say(&table(&rows)),
    }
}

async fn verify(arguments: OfAccount) -> Result<()> {
    let log = Log::open(arguments).await?;
    let account = log.operator.account();
    let (mut head, total) = (AuditHead::EMPTY, log.end.sequence);
    let progress = Progress::start("Verifying");
    log.walk(0, |row| {
        progress.show(row.sequence, total);
        head.follow(&row).map_err(|broken| {
            anyhow!(
                "the audit log of the account {account} is not what was written: {broken}; compare it with a \
                 backup, and see who else can write to the store"
            )
        })
    })
    .await?;
    drop(progress);
    if head != log.end {
        bail!(
            "the audit log of the account {account} ends with row {}, and row {total} was written; compare \
             it with a backup, and see who else can write to the store",
            head.sequence
        );
    }
    let hash = Base64::encode_string(&head.hash.0);
    say(&format!(
        "{total} rows, the chain is unbroken and ends in {hash}"
    ))
}

async fn export(arguments: OfAccount) -> Result<()> {
    let log = Log::open(arguments).await?;
    let total = log.end.sequence;
    let mut out = BufWriter::new(io::stdout().lock());
    let progress = Progress::start("Exporting");
    let written = log
        .walk(0, |row| {
            progress.show(row.sequence, total);
            serde_json::to_writer(&mut out, &Shown::from(&row)).map_err(io::Error::from)?;
            Ok(out.write_all(b"\n")?)
        })
        .await
        .and_then(|()| Ok(out.flush()?));
    match written {
        // Whoever reads it may have had enough of it.
        Err(error) if is_broken_pipe(&error) => Ok(()),
        written => written.context("cannot export the audit log"),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// The log of an account, as far as it went when it was opened.
struct Log {
    operator: Operator,
    end: AuditHead,
}

impl Log {
    async fn open(arguments: OfAccount) -> Result<Self> {
        let opened = operator::open_existing(arguments.store, arguments.account).await;
        let (operator, _) = opened?;
        let end = operator.audit_end().await?;
        Ok(Self { operator, end })
    }

    /// Takes each row behind the one of this number.
    async fn walk(&self, before: u64, mut take: impl FnMut(AuditRow) -> Result<()>) -> Result<()> {
        let mut last = before;
        while last < self.end.sequence {
            let rows = self.operator.audit_page(last, ROWS_TOGETHER).await?;
            let rows = rows.into_iter();
            let rows: Vec<_> = rows
                .filter(|row| row.sequence <= self.end.sequence)
                .collect();
            let Some(end) = rows.last() else { break };
            last = end.sequence;
            rows.into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    }
}

fn table(rows: &[AuditRow]) -> String {
    let mut table = Table::new([
        "ROW",
        "TIME",
        "USER",
        "ACCESS KEY",
        "SOURCE",
        "OPERATION",
        "RESOURCES",
        "OUTCOME",
    ]);
    for row in rows {
        table.push([
            row.sequence.to_string(),
            row.time.rfc3339(),
            row.user.to_string(),
            row.secret_id.to_string(),
            row.source.to_string(),
            row.operation.clone(),
            row.resources.join(", "),
            row.code.clone().unwrap_or_else(|| "done".to_owned()),
        ]);
    }
    table.to_string()
}

/// A row, as scripts get it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown<'r> {
    /// As a text: numbers of accounts go beyond what JSON's tools are exact in.
    account_id: String,
    sequence: u64,
    time: Timestamp,
    request_id: &'r str,
    user_id: String,
    secret_id: &'r SecretId,
    source: IpAddr,
    operation: &'r str,
    resources: &'r [String],
    /// `null`: it was done.
    code: Option<&'r str>,
    /// Base64.
    hash: String,
}

impl<'r> From<&'r AuditRow> for Shown<'r> {
    fn from(row: &'r AuditRow) -> Self {
        let number = |Uin(number)| number.to_string();
        Self {
            account_id: number(row.account),
            sequence: row.sequence,
            time: row.time,
            request_id: &row.request_id,
            user_id: number(row.user),
            secret_id: &row.secret_id,
            source: row.source,
            operation: &row.operation,
            resources: &row.resources,
            code: row.code.as_deref(),
            hash: Base64::encode_string(&row.hash.0),
        }
    }
}

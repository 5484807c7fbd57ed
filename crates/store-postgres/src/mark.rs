//! Finding out what became of a commit whose answer did not come.

use std::time::Duration;

use pharos_store::audit::{AuditHash, AuditRow};
use tokio::time::{Instant, sleep, timeout_at};
use tokio::try_join;
use tracing::{debug, info, warn};

use crate::column::{bytes, number};
use crate::connection::{Connection, commit, roll_back};
use crate::fault::Fault;
use crate::line::Line;

/// How long to wait before something is tried again: a conflict is over by then.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// A row of the audit log that is there if and only if its transaction was committed: its hash names it.
pub(crate) struct Mark {
    account: i64,
    sequence: i64,
    hash: AuditHash,
}

impl Mark {
    /// The row.
    pub(crate) fn of(row: &AuditRow) -> Self {
        Self {
            account: number(row.account),
            sequence: row.sequence.cast_signed(),
            hash: row.hash,
        }
    }

    /// Whether the transaction was committed; `None` if that could not be found out in time.
    pub(crate) async fn resolve(&self, line: &Line) -> Option<bool> {
        warn!("PostgreSQL broke off while it committed; finding out whether it did");
        let deadline = Instant::now() + line.patience().doubt;
        while let Ok(found) = timeout_at(deadline, self.look(line)).await {
            match found {
                Ok(was_committed) => {
                    info!(was_committed, "found out what PostgreSQL did");
                    return Some(was_committed);
                }
                Err(fault) => debug!(
                    error = &fault as &dyn std::error::Error,
                    "not found out yet what PostgreSQL did"
                ),
            }
            sleep(PAUSE).await;
        }
        None
    }

    async fn look(&self, line: &Line) -> Result<bool, Fault> {
        let connection = line.take().await?;
        let found = connection.in_time(self.is_there(&connection)).await;
        match &found {
            Err(fault) if fault.ends_the_connection() => {}
            _ => line.put_back(connection).await,
        }
        found
    }

    /// Whether the row is there. Waits for the transaction to end if PostgreSQL is still about it: it holds
    /// the lock on the account, or on the store if it adds that account.
    async fn is_there(&self, connection: &Connection) -> Result<bool, Fault> {
        let Connection {
            client, statements, ..
        } = connection;
        let accounts = vec![self.account];
        let look = async {
            try_join!(
                biased; // they are sent in this order
                client.batch_execute("BEGIN"),
                async { client.query(&statements.accounts_lock, &[&accounts]).await },
                async { client.query(&statements.store_share, &[]).await },
            )?;
            let row = client
                .query_opt(&statements.audit_hash, &[&self.account, &self.sequence])
                .await?;
            let Some(row) = row else { return Ok(false) };
            Ok(AuditHash(bytes(&row, 0)?) == self.hash)
        };
        let is_there = match look.await {
            Ok(is_there) => is_there,
            Err(fault) => {
                roll_back(connection).await?;
                return Err(fault);
            }
        };
        // Committed, not rolled back: who commits behind it has waited for the same standby.
        commit(connection).await?;
        Ok(is_there)
    }
}

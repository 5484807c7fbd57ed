//! Calls that all nodes count together.
//!
//! What it costs is bounded: a node has one transaction for it at a time, which decides about every call
//! that waits then, and no disk is waited for. A crash of the database forgets the last second.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pharos_api::call_window::{CallWindow, TooManyCalls};
use pharos_api::region::Region;
use pharos_store::calls::{CallKind, SharedCalls};
use pharos_store::error::StoreError;
use pharos_store::queue::{Caller, Entrance, Waiting, queue};
use tokio::try_join;

use crate::PostgresStore;
use crate::column::{number, uin};
use crate::connection::{Connection, Connector};
use crate::fault::Fault;
use crate::line::Line;

/// Begins a transaction whose commit waits for no disk; an engine that always waits refuses nothing. A
/// lock is waited for, in milliseconds, for many times as long as another node counts: only one that was
/// lost in the middle holds it for longer, and calls are not to wait for that.
const BEGIN: &str = "BEGIN; SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = 1000";

struct Call {
    kind: CallKind,
    limit: u32,
    caller: Caller<Result<(), TooManyCalls>, StoreError>,
}

/// The counter: a handle on its task.
pub(crate) struct Counter(Entrance<Call>);

impl Counter {
    /// Starts the task, which connects when the first call is counted.
    pub(crate) fn start(connector: Arc<Connector>) -> Self {
        let (entrance, waiting) = queue();
        tokio::spawn(work_off(Line::new(connector), waiting));
        Self(entrance)
    }
}

#[async_trait]
impl SharedCalls for PostgresStore {
    async fn admit(
        &self,
        kind: CallKind,
        limit: u32,
    ) -> Result<Result<(), TooManyCalls>, StoreError> {
        let call = |caller| Call {
            kind,
            limit,
            caller,
        };
        self.counter.0.ask(call).await
    }
}

/// The life of the task.
async fn work_off(line: Line, mut waiting: Waiting<Call>) {
    while let Some(mut batch) = waiting.batch().await {
        batch.retain(|call| call.caller.take());
        if batch.is_empty() {
            continue;
        }
        let counted = match line.connection().await {
            Ok(connection) => {
                let counted = connection.in_time(count(&connection, &batch)).await;
                if counted.is_err() {
                    // Whatever is left of the transaction ends with it.
                    line.give_up(&connection).await;
                }
                counted
            }
            Err(fault) => Err(fault),
        };
        match counted {
            Ok(decisions) => {
                for (call, decision) in batch.into_iter().zip(decisions) {
                    call.caller.answer(Ok(decision));
                }
            }
            Err(fault) => {
                let fault = Arc::new(fault);
                for call in batch {
                    let failed = StoreError::Failed(Box::new(Arc::clone(&fault)));
                    call.caller.answer(Err(failed));
                }
            }
        }
    }
}

/// Decides about the calls in their order, in one transaction.
async fn count(
    connection: &Connection,
    batch: &[Call],
) -> Result<Vec<Result<(), TooManyCalls>>, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    // Sorted, so that two nodes take the rows in the same order.
    let mut windows: BTreeMap<_, _> = batch
        .iter()
        .map(|call| (key(&call.kind), CallWindow::default()))
        .collect();
    let (accounts, regions, operations) = columns(windows.keys().copied());
    let ((), _, rows, now) = try_join!(
        biased; // they are sent in this order
        client.batch_execute(BEGIN),
        async {
            client
                .execute(&statements.call_windows_add, &[&accounts, &regions, &operations])
                .await
        },
        async {
            client
                .query(&statements.call_windows_lock, &[&accounts, &regions, &operations])
                .await
        },
        client.query_one(&statements.clock, &[]),
    )?;
    let now = Duration::from_micros(now.try_get::<_, i64>(0)?.unsigned_abs());
    for row in &rows {
        let key = (
            number(uin(row, 0)?),
            row.try_get::<_, &str>(1)?,
            row.try_get::<_, &str>(2)?,
        );
        if let Some(window) = windows.get_mut(&key) {
            *window = CallWindow::from_bytes(row.try_get(3)?, now);
        }
    }
    let mut decisions = Vec::with_capacity(batch.len());
    for call in batch {
        let window = windows.entry(key(&call.kind)).or_default();
        decisions.push(window.admit(now, call.limit));
    }
    let calls: Vec<_> = windows.values().map(CallWindow::to_bytes).collect();
    try_join!(
        biased; // they are sent in this order
        async {
            client
                .execute(
                    &statements.call_windows_set,
                    &[&accounts, &regions, &operations, &calls],
                )
                .await
        },
        client.batch_execute("COMMIT"),
    )?;
    Ok(decisions)
}

/// As the columns have it; no region is an empty text.
type Key<'k> = (i64, &'k str, &'k str);

fn key(kind: &CallKind) -> Key<'_> {
    let region = kind.region.map_or("", Region::wire);
    (number(kind.account), region, &kind.operation)
}

fn columns<'k>(keys: impl Iterator<Item = Key<'k>>) -> (Vec<i64>, Vec<&'k str>, Vec<&'k str>) {
    let (mut accounts, mut regions, mut operations) = (Vec::new(), Vec::new(), Vec::new());
    for (account, region, operation) in keys {
        accounts.push(account);
        regions.push(region);
        operations.push(operation);
    }
    (accounts, regions, operations)
}

//! Transactions of one operation: those that are too rare to be worth a batch.

use std::sync::Arc;
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_store::error::StoreError;
use pharos_store::record::MasterKeyId;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio::try_join;
use tokio_postgres::Statement;

use crate::column::{master_key, uin};
use crate::connection::{Connection, Connector, commit, roll_back};
use crate::fault::Fault;
use crate::line::{Line, PAUSE};
use crate::schema;

/// What a transaction ends with instead of its result.
pub(crate) enum Undone {
    /// It was decided so.
    Refused(StoreError),
    /// PostgreSQL failed.
    Failed(Fault),
}

impl<F: Into<Fault>> From<F> for Undone {
    fn from(fault: F) -> Self {
        Self::Failed(fault.into())
    }
}

/// The one place for such transactions, one at a time.
pub(crate) struct Transactions {
    line: Mutex<Line>,
    turn: Duration,
}

impl Transactions {
    pub(crate) fn new(connector: Arc<Connector>) -> Self {
        Self {
            turn: connector.patience().turn,
            line: Mutex::new(Line::new(connector)),
        }
    }

    /// Does the work in a transaction, and returns when that is durable. It is done again while what
    /// hinders it may pass, for a turn in all. A caller that goes away in the middle undoes it, unless it
    /// is being committed.
    pub(crate) async fn run<T, F>(
        &self,
        work: impl Fn(Arc<Connection>) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Undone>>,
    {
        self.run_until(work, false).await
    }

    /// The same with work that comes to the same when it is done twice: so what became of a commit need
    /// not be known.
    pub(crate) async fn run_twice<T, F>(
        &self,
        work: impl Fn(Arc<Connection>) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Undone>>,
    {
        self.run_until(work, true).await
    }

    async fn run_until<T, F>(
        &self,
        work: impl Fn(Arc<Connection>) -> F,
        may_be_done_twice: bool,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Undone>>,
    {
        let deadline = Instant::now() + self.turn;
        let Ok(line) = timeout_at(deadline, self.line.lock()).await else {
            let seconds = self.turn.as_secs();
            let cause = format!("the transactions before it took longer than {seconds} seconds");
            return Err(StoreError::Failed(cause.into()));
        };
        let mut is_in_doubt = false;
        loop {
            let undone = match once(&line, &work).await {
                Ended::Committed(done) => return Ok(done),
                Ended::InDoubt(_) if may_be_done_twice && Instant::now() < deadline => {
                    is_in_doubt = true;
                    continue;
                }
                Ended::InDoubt(fault) => return Err(StoreError::OutcomeUnknown(Box::new(fault))),
                Ended::Undone(undone) => undone,
            };
            match undone {
                Undone::Failed(fault) if fault.is_passing() && Instant::now() < deadline => {
                    sleep(PAUSE).await;
                }
                // It may have happened the time before.
                Undone::Failed(fault) if is_in_doubt => {
                    return Err(StoreError::OutcomeUnknown(Box::new(fault)));
                }
                Undone::Failed(fault) => return Err(fault.failed()),
                Undone::Refused(refusal) => return Err(refusal),
            }
        }
    }
}

enum Ended<T> {
    Committed(T),
    Undone(Undone),
    InDoubt(Fault),
}

impl<T> Ended<T> {
    fn is_broken(&self) -> bool {
        match self {
            Self::Undone(Undone::Failed(fault)) | Self::InDoubt(fault) => {
                fault.ends_the_connection()
            }
            _ => false,
        }
    }
}

async fn once<T, F>(line: &Line, work: impl Fn(Arc<Connection>) -> F) -> Ended<T>
where
    F: Future<Output = Result<T, Undone>>,
{
    let connection = match line.take().await {
        Ok(connection) => connection,
        Err(fault) => return Ended::Undone(Undone::Failed(fault)),
    };
    let ended = transact(&connection, work(Arc::clone(&connection))).await;
    if !ended.is_broken() {
        line.put_back(connection).await;
    }
    ended
}

/// The connection is left without a transaction, or is of no more use.
async fn transact<T>(
    connection: &Connection,
    work: impl Future<Output = Result<T, Undone>>,
) -> Ended<T> {
    let Connection {
        client, statements, ..
    } = connection;
    let begun = connection
        .in_time(async {
            let ((), version) = try_join!(
                biased; // they are sent in this order
                client.batch_execute("BEGIN"),
                client.query_one(&statements.version_share, &[]),
            )?;
            schema::check_version(version.try_get(0)?)
        })
        .await;
    let done = match begun {
        Ok(()) => timeout(connection.patience.answer, work)
            .await
            .unwrap_or(Err(Undone::Failed(Fault::Silent))),
        Err(fault) => Err(Undone::Failed(fault)),
    };
    match done {
        Ok(done) => match connection.in_time(commit(connection)).await {
            Ok(()) => Ended::Committed(done),
            Err(fault) if fault.ends_the_connection() => Ended::InDoubt(fault),
            Err(fault) => Ended::Undone(Undone::Failed(fault)),
        },
        Err(Undone::Failed(fault)) if fault.ends_the_connection() => {
            Ended::Undone(Undone::Failed(fault))
        }
        Err(undone) => match roll_back(connection).await {
            Ok(()) => Ended::Undone(undone),
            Err(fault) => Ended::Undone(Undone::Failed(fault)),
        },
    }
}

/// What holds for the whole store.
pub(crate) struct StoreRow {
    pub(crate) root_account: Option<Uin>,
    pub(crate) master_key: Option<MasterKeyId>,
}

/// Reads it, with the statement that locks it as it has to be locked.
pub(crate) async fn store_row(
    connection: &Connection,
    statement: &Statement,
) -> Result<StoreRow, Fault> {
    let row = connection.client.query_one(statement, &[]).await?;
    let has_root = row.try_get::<_, Option<i64>>(0)?.is_some();
    Ok(StoreRow {
        root_account: has_root.then(|| uin(&row, 0)).transpose()?,
        master_key: master_key(&row, 1)?,
    })
}

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
use crate::mark::Mark;
use crate::schema;

/// What a transaction ends with instead of its result.
pub(crate) enum Undone<E = StoreError> {
    /// It was decided so.
    Refused(E),
    /// PostgreSQL failed.
    Failed(Fault),
}

impl<E, F: Into<Fault>> From<F> for Undone<E> {
    fn from(fault: F) -> Self {
        Self::Failed(fault.into())
    }
}

/// What is done when it is not known whether a transaction was committed.
enum InDoubt<'t> {
    /// It is told so.
    Tell,
    /// It is done again: that comes to the same.
    Repeat,
    /// It is looked for.
    Look(&'t Mark),
}

/// Where nothing was changed, nothing is looked for.
fn look_for(mark: Option<&Mark>) -> InDoubt<'_> {
    mark.map_or(InDoubt::Repeat, InDoubt::Look)
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
        self.run_until(work, |_| InDoubt::Tell).await
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
        self.run_until(work, |_| InDoubt::Repeat).await
    }

    /// The same with work that leaves a mark where it changed anything: so what became of a commit is found
    /// out.
    pub(crate) async fn run_marked<T, E, F>(
        &self,
        work: impl Fn(Arc<Connection>) -> F,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Future<Output = Result<(Option<Mark>, T), Undone<E>>>,
    {
        let (_, done) = self
            .run_until(work, |(mark, _)| look_for(mark.as_ref()))
            .await?;
        Ok(done)
    }

    async fn run_until<T, E, F>(
        &self,
        work: impl Fn(Arc<Connection>) -> F,
        in_doubt: impl Fn(&T) -> InDoubt<'_>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Future<Output = Result<T, Undone<E>>>,
    {
        let deadline = Instant::now() + self.turn;
        let Ok(line) = timeout_at(deadline, self.line.lock()).await else {
            let seconds = self.turn.as_secs();
            let cause = format!("the transactions before it took longer than {seconds} seconds");
            return Err(StoreError::Failed(cause.into()).into());
        };
        let mut is_in_doubt = false;
        loop {
            let undone = match once(&line, &work).await {
                Ended::Committed(done) => return Ok(done),
                Ended::InDoubt(fault, done) => {
                    let was_committed = match in_doubt(&done) {
                        InDoubt::Tell => None,
                        InDoubt::Repeat => {
                            is_in_doubt = true;
                            Some(false)
                        }
                        InDoubt::Look(mark) => mark.resolve(&line).await,
                    };
                    match was_committed {
                        Some(true) => return Ok(done),
                        Some(false) if Instant::now() < deadline => continue,
                        Some(false) if !is_in_doubt => return Err(fault.failed().into()),
                        _ => return Err(StoreError::OutcomeUnknown(Box::new(fault)).into()),
                    }
                }
                Ended::Undone(undone) => undone,
            };
            match undone {
                Undone::Failed(fault) if fault.is_passing() && Instant::now() < deadline => {
                    sleep(PAUSE).await;
                }
                // It may have happened the time before.
                Undone::Failed(fault) if is_in_doubt => {
                    return Err(StoreError::OutcomeUnknown(Box::new(fault)).into());
                }
                Undone::Failed(fault) => return Err(fault.failed().into()),
                Undone::Refused(refusal) => return Err(refusal),
            }
        }
    }
}

enum Ended<T, E> {
    Committed(T),
    Undone(Undone<E>),
    InDoubt(Fault, T),
}

impl<T, E> Ended<T, E> {
    fn is_broken(&self) -> bool {
        match self {
            Self::Undone(Undone::Failed(fault)) | Self::InDoubt(fault, _) => {
                fault.ends_the_connection()
            }
            _ => false,
        }
    }
}

async fn once<T, E, F>(line: &Line, work: impl Fn(Arc<Connection>) -> F) -> Ended<T, E>
where
    F: Future<Output = Result<T, Undone<E>>>,
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
async fn transact<T, E>(
    connection: &Connection,
    work: impl Future<Output = Result<T, Undone<E>>>,
) -> Ended<T, E> {
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
            Err(fault) if fault.ends_the_connection() => Ended::InDoubt(fault, done),
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

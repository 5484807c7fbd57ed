//! The one task of a node that adds key pairs.
//!
//! It takes every request that waits, has all of them decided and written in one transaction, and only
//! then answers. A commit costs a sync of the disk and perhaps a round trip to a standby, and a batch
//! shares one; an account that is asked much is locked once for all of its requests.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pharos_store::error::InsertKeyPairError;
use pharos_store::queue::{Caller, End, Entrance, WAIT_MAX, Waiting, queue};
use tokio::time::{Instant, sleep};
use tracing::warn;

use crate::batch::{self, Broken, Decisions, Insert, Mark};
use crate::connection::{Connector, Line};
use crate::fault::Fault;

/// How long it is tried to find out whether a batch was committed, before its callers are told that it
/// is unknown: a failover takes seconds, and an HTTP request 30 at most.
const DOUBT_MAX: Duration = Duration::from_secs(20);

/// How long to wait before something is tried again: a conflict is over by then.
const PAUSE: Duration = Duration::from_millis(20);

/// A request that waits.
struct Request {
    insert: Insert,
    caller: Caller<(), InsertKeyPairError>,
}

/// The writer: a handle on its task, which ends when this is dropped and nothing waits any more.
pub(crate) struct Writer {
    entrance: Entrance<Request>,
    #[cfg_attr(
        not(any(test, feature = "conformance")),
        expect(
            dead_code,
            reason = "only the conformance suite and the bench look at it"
        )
    )]
    commits: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the task.
    pub(crate) fn start(connector: Arc<Connector>) -> Self {
        let (entrance, waiting) = queue();
        let commits = Arc::default();
        let line = Line::new(connector);
        tokio::spawn(work_off(line, waiting, Arc::clone(&commits)));
        Self { entrance, commits }
    }

    /// Adds a key pair, and returns when that is durable.
    pub(crate) async fn insert(&self, insert: Insert) -> Result<(), InsertKeyPairError> {
        self.entrance.ask(|caller| Request { insert, caller }).await
    }

    /// How many batches were committed.
    #[cfg(any(test, feature = "conformance"))]
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

/// The life of the task.
async fn work_off(line: Line, mut waiting: Waiting<Request>, commits: Arc<AtomicU64>) {
    while let Some(mut batch) = waiting.batch().await {
        batch.retain(|request| request.caller.take());
        if !batch.is_empty() {
            settle(&line, batch).await;
            commits.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Does a batch, and answers every request in it. One that spoils it for the others is found by doing
/// each account's alone, and then each request's.
async fn settle(line: &Line, batch: Vec<Request>) {
    let mut parts = vec![batch];
    while let Some(part) = parts.pop() {
        let inserts: Vec<_> = part.iter().map(|request| &request.insert).collect();
        match insert(line, &inserts).await {
            Ok(decisions) => answer(part, decisions, &End::Committed),
            Err(Broken::InDoubt(fault, decisions, _)) => {
                answer(part, decisions, &End::Unknown(Arc::new(fault)));
            }
            Err(Broken::Undone(fault)) if fault.may_be_of_one_request() && part.len() > 1 => {
                parts.extend(split(part));
            }
            Err(Broken::Undone(fault)) => {
                let undecided = part.iter().map(|_| Ok(())).collect();
                answer(part, undecided, &End::RolledBack(Arc::new(fault)));
            }
        }
    }
}

/// By account, or request by request if it is all of one.
fn split(part: Vec<Request>) -> Vec<Vec<Request>> {
    let mut by_account = BTreeMap::<_, Vec<_>>::new();
    for request in part {
        let account = request.insert.collection.account;
        by_account.entry(account).or_default().push(request);
    }
    if by_account.len() > 1 {
        return by_account.into_values().collect();
    }
    let single = by_account.into_values().flatten().map(|one| vec![one]);
    // Taken from the end: the first that came is the first that is done.
    single.rev().collect()
}

fn answer(part: Vec<Request>, decisions: Decisions, end: &End<Fault>) {
    for (request, decision) in part.into_iter().zip(decisions) {
        request.caller.answer(end.conclude(decision));
    }
}

/// Does a batch, again and again while what hinders it may pass, for [`WAIT_MAX`] in all. When it is
/// in doubt whether it was committed, that is found out first.
async fn insert(line: &Line, batch: &[&Insert]) -> Result<Decisions, Broken> {
    let deadline = Instant::now() + WAIT_MAX;
    loop {
        match once(line, batch).await {
            Err(Broken::Undone(fault)) if fault.is_passing() && Instant::now() < deadline => {
                sleep(PAUSE).await;
            }
            Err(Broken::InDoubt(fault, decisions, mark)) => {
                warn!(
                    error = &fault as &dyn std::error::Error,
                    "PostgreSQL broke off while it committed; finding out whether it did"
                );
                match resolve(line, &mark).await {
                    Some(true) => return Ok(decisions),
                    Some(false) if Instant::now() < deadline => {}
                    Some(false) => return Err(Broken::Undone(fault)),
                    None => return Err(Broken::InDoubt(fault, decisions, mark)),
                }
            }
            ended => return ended,
        }
    }
}

async fn once(line: &Line, batch: &[&Insert]) -> Result<Decisions, Broken> {
    let connection = line.connection().await?;
    let done = batch::insert(&connection, batch).await;
    if let Err(Broken::Undone(fault) | Broken::InDoubt(fault, ..)) = &done
        && fault.ends_the_connection()
    {
        line.give_up(&connection).await;
    }
    done
}

/// Whether the batch was committed; `None` if that could not be found out in [`DOUBT_MAX`].
async fn resolve(line: &Line, mark: &Mark) -> Option<bool> {
    let deadline = Instant::now() + DOUBT_MAX;
    while Instant::now() < deadline {
        let look =
            line.once(|connection| async move { batch::was_committed(&connection, mark).await });
        match look.await {
            Ok(was_committed) => return Some(was_committed),
            Err(fault) => warn!(
                error = &fault as &dyn std::error::Error,
                "it cannot be found out yet whether PostgreSQL committed"
            ),
        }
        sleep(PAUSE).await;
    }
    None
}

//! The one task of a node that adds key pairs.
//!
//! It takes every request that waits, has all of them decided and written in one transaction, and only
//! then answers. A commit costs a sync of the disk and perhaps a round trip to a standby, and a batch
//! shares one; an account that is asked much is locked once for all of its requests.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::FutureExt;
use pharos_api::account::Uin;
use pharos_store::error::InsertKeyPairError;
use pharos_store::queue::{Caller, End, Entrance, Waiting, queue};
use tokio::time::{Instant, sleep};

use crate::batch::{self, Broken, Decisions, Held, Insert};
use crate::connection::Connector;
use crate::fault::Fault;
use crate::line::Line;
use crate::mark::PAUSE;
use crate::put_off::PutOff;

/// A request that waits.
struct Request {
    insert: Insert,
    caller: Caller<(), InsertKeyPairError>,
    since: Instant,
}

impl Request {
    fn account(&self) -> Uin {
        self.insert.collection.account
    }
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
        let work = Work {
            line: Line::new(connector),
            commits: Arc::clone(&commits),
            put_off: PutOff::by(Request::account),
        };
        tokio::spawn(work.work_off(waiting));
        Self { entrance, commits }
    }

    /// Adds a key pair, and returns when that is durable.
    pub(crate) async fn insert(&self, insert: Insert) -> Result<(), InsertKeyPairError> {
        let since = Instant::now();
        self.entrance
            .ask(|caller| Request {
                insert,
                caller,
                since,
            })
            .await
    }

    /// How many batches were committed.
    #[cfg(any(test, feature = "conformance"))]
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

/// The task.
struct Work {
    line: Line,
    commits: Arc<AtomicU64>,
    put_off: PutOff<Request>,
}

impl Work {
    async fn work_off(mut self, mut waiting: Waiting<Request>) {
        loop {
            let batch = if self.put_off.is_empty() {
                waiting.batch().await
            } else {
                waiting.batch().now_or_never().unwrap_or(Some(Vec::new()))
            };
            if batch.is_none() && self.put_off.is_empty() {
                return;
            }
            let mut free = Vec::new();
            for request in batch.into_iter().flatten() {
                if !request.caller.take() {
                    continue;
                }
                if self.put_off.has(request.account()) {
                    self.put_off.push(request);
                } else {
                    free.push(request);
                }
            }
            self.settle(free, Held::LeaveOut).await;
            if let Some(held) = self.put_off.next() {
                self.settle(held, Held::Wait).await;
            }
        }
    }

    /// Does a batch, and answers every request in it that is not put off. One that spoils it for the
    /// others is found by doing each account's alone, and then each request's.
    async fn settle(&mut self, batch: Vec<Request>, held: Held) {
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            let inserts: Vec<_> = part.iter().map(|request| &request.insert).collect();
            match insert(&self.line, &inserts, held).await {
                Ok(decisions) => {
                    if decisions
                        .iter()
                        .any(|decision| matches!(decision, Some(Ok(()))))
                    {
                        self.commits.fetch_add(1, Ordering::Relaxed);
                    }
                    self.answer(part, decisions, &End::Committed);
                }
                Err(Broken::InDoubt(fault, decisions, _)) => {
                    self.answer(part, decisions, &End::Unknown(Arc::new(fault)));
                }
                Err(Broken::Undone(fault)) if fault.may_be_of_one_request() && part.len() > 1 => {
                    parts.extend(split(part));
                }
                Err(Broken::Undone(fault @ Fault::Locked(_))) if held == Held::Wait => {
                    let patience = self.line.patience().account;
                    let (given_up, rest) = part
                        .into_iter()
                        .partition(|request| request.since.elapsed() >= patience);
                    self.put_off.put_back(rest);
                    self.fail(given_up, fault);
                }
                Err(Broken::Undone(fault)) => self.fail(part, fault),
            }
        }
    }

    fn fail(&mut self, part: Vec<Request>, fault: Fault) {
        let undecided = part.iter().map(|_| Some(Ok(()))).collect();
        self.answer(part, undecided, &End::RolledBack(Arc::new(fault)));
    }

    fn answer(&mut self, part: Vec<Request>, decisions: Decisions, end: &End<Fault>) {
        for (request, decision) in part.into_iter().zip(decisions) {
            match decision {
                Some(decision) => request.caller.answer(end.conclude(decision)),
                None => self.put_off.push(request),
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

/// Does a batch, again and again while what hinders it may pass, for a turn in all. When it is in doubt
/// whether it was committed, that is found out first.
async fn insert(line: &Line, batch: &[&Insert], held: Held) -> Result<Decisions, Broken> {
    let deadline = Instant::now() + line.patience().turn;
    loop {
        match once(line, batch, held).await {
            Err(Broken::Undone(fault)) if fault.is_passing() && Instant::now() < deadline => {
                sleep(PAUSE).await;
            }
            Err(Broken::InDoubt(fault, decisions, mark)) => match mark.resolve(line).await {
                Some(true) => return Ok(decisions),
                Some(false) if Instant::now() < deadline => {}
                Some(false) => return Err(Broken::Undone(fault)),
                None => return Err(Broken::InDoubt(fault, decisions, mark)),
            },
            ended => return ended,
        }
    }
}

async fn once(line: &Line, batch: &[&Insert], held: Held) -> Result<Decisions, Broken> {
    let connection = line.take().await?;
    let done = batch::insert(&connection, batch, held).await;
    match &done {
        Err(Broken::Undone(fault) | Broken::InDoubt(fault, ..)) if fault.ends_the_connection() => {}
        _ => line.put_back(connection).await,
    }
    done
}

//! How requests wait for the one that writes: one queue, whatever the adapter.
//!
//! A commit costs a sync of the disk or a round trip to a standby, and a batch of requests shares one.
//! So the writer takes everything that waits, has each done so that a refusal does not spoil its
//! neighbours, commits once, and then answers all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::error::StoreError;

/// How long a request waits for the writer to take it. Longer than a backup, an operator's statement or
/// a short failover keeps it busy, and a sixth of what an HTTP request may take in all.
pub const WAIT_MAX: Duration = Duration::from_secs(5);

/// Requests in one commit: bounds how long the first waits for the last, and how many share the fate
/// of a commit that fails.
pub const BATCH_MAX: usize = 256;

/// Requests that wait for the writer. More wait outside, in their turn: a batch that is full and one
/// that is filling keep the writer busy, and more would only make the wait invisible.
const WAITING_MAX: usize = 2 * BATCH_MAX;

/// Makes a queue: its entrance, and its end for the writer.
pub fn queue<J>() -> (Entrance<J>, Waiting<J>) {
    let (entrance, waiting) = mpsc::channel(WAITING_MAX);
    (Entrance(entrance), Waiting(waiting))
}

/// Where requests come in. The writer ends when every entrance is dropped and nothing waits any more.
pub struct Entrance<J>(mpsc::Sender<J>);

/// The writer's end.
pub struct Waiting<J>(mpsc::Receiver<J>);

/// Whom a request is answered to.
pub struct Caller<T, E> {
    answer: oneshot::Sender<Result<T, E>>,
    is_settled: Arc<AtomicBool>,
}

/// How a batch ended.
pub enum End<C> {
    /// It is durable.
    Committed,
    /// It did not happen.
    RolledBack(Arc<C>),
    /// It may have happened.
    Unknown(Arc<C>),
}

impl<J> Entrance<J> {
    /// Sends a request and waits for its answer: at most [`WAIT_MAX`] until the writer takes it, and
    /// then for as long as the writer needs.
    ///
    /// A caller that goes away does not undo it.
    ///
    /// # Errors
    /// The request's own; a failure when the writer did not take it in time or has stopped.
    pub async fn ask<T, E: From<StoreError>>(
        &self,
        request: impl FnOnce(Caller<T, E>) -> J,
    ) -> Result<T, E> {
        let deadline = Instant::now() + WAIT_MAX;
        let (answer, mut answered) = oneshot::channel();
        let is_settled = Arc::new(AtomicBool::new(false));
        let caller = Caller {
            answer,
            is_settled: Arc::clone(&is_settled),
        };
        match timeout_at(deadline, self.0.send(request(caller))).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(stopped().into()),
            Err(_) => return Err(too_late().into()),
        }
        let answered = match timeout_at(deadline, &mut answered).await {
            Ok(answered) => answered,
            // Whoever is first decides: either it was taken, or it never will be.
            Err(_) if is_settled.swap(true, Ordering::AcqRel) => answered.await,
            Err(_) => return Err(too_late().into()),
        };
        answered.unwrap_or_else(|_| {
            let broken_off = "the writer stopped before it answered".into();
            Err(StoreError::OutcomeUnknown(broken_off).into())
        })
    }
}

fn stopped() -> StoreError {
    StoreError::Failed("the writer has stopped".into())
}

fn too_late() -> StoreError {
    let seconds = WAIT_MAX.as_secs();
    StoreError::Failed(format!("the writer did not get to it in {seconds} seconds").into())
}

impl<J> Waiting<J> {
    /// Waits for requests and takes all that are there, in their order; `None` at the end. Blocks.
    pub fn blocking_batch(&mut self) -> Option<Vec<J>> {
        let first = self.0.blocking_recv()?;
        Some(self.fill(first))
    }

    /// The same without blocking.
    pub async fn batch(&mut self) -> Option<Vec<J>> {
        let first = self.0.recv().await?;
        Some(self.fill(first))
    }

    fn fill(&mut self, first: J) -> Vec<J> {
        let mut batch = vec![first];
        while batch.len() < BATCH_MAX
            && let Ok(next) = self.0.try_recv()
        {
            batch.push(next);
        }
        batch
    }
}

impl<T, E> Caller<T, E> {
    /// The writer takes the request. False: its caller has been told that nothing will be done, and
    /// nothing may be.
    #[must_use = "a request that was not taken must not be done"]
    pub fn take(&self) -> bool {
        !self.is_settled.swap(true, Ordering::AcqRel)
    }

    /// Answers. The caller may have gone away; then nobody wants to know.
    pub fn answer(self, result: Result<T, E>) {
        let _ = self.answer.send(result);
    }
}

impl<C: std::error::Error + Send + Sync + 'static> End<C> {
    /// What is told of work that was done, or of a refusal, when its batch ended so.
    ///
    /// Work shares the fate of its batch. A refusal may rest on a neighbour that was then rolled back,
    /// so that it only stands when the batch is committed; but it changed nothing in any case.
    pub fn conclude<T, E: From<StoreError>>(&self, decided: Result<T, E>) -> Result<T, E> {
        match (self, decided) {
            (Self::Committed, decided) => decided,
            (Self::Unknown(cause), Ok(_)) => {
                Err(StoreError::OutcomeUnknown(Box::new(Arc::clone(cause))).into())
            }
            (Self::RolledBack(cause) | Self::Unknown(cause), _) => {
                Err(StoreError::Failed(Box::new(Arc::clone(cause))).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Job = Caller<u32, StoreError>;

    fn unknown() -> End<std::fmt::Error> {
        End::Unknown(Arc::new(std::fmt::Error))
    }

    #[tokio::test]
    async fn what_waits_is_taken_in_its_order_up_to_a_full_batch() {
        let (entrance, mut waiting) = queue();
        let send = async {
            let jobs = (0..BATCH_MAX + 3).map(|number| {
                let job = move |_: Caller<(), StoreError>| number;
                entrance.ask(job)
            });
            futures_util::future::join_all(jobs).await
        };
        // All send before anything is taken.
        let send = tokio::task::unconstrained(send);
        let take = async {
            let full = waiting.batch().await.unwrap();
            (full, waiting.batch().await.unwrap())
        };
        let (_, (full, rest)) = tokio::join!(send, take);
        assert_eq!(full, (0..BATCH_MAX).collect::<Vec<_>>());
        assert_eq!(rest, (BATCH_MAX..BATCH_MAX + 3).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_not_taken_in_time_is_told_so_and_never_taken() {
        let (entrance, mut waiting) = queue::<Job>();
        let told = entrance.ask(|caller| caller).await;
        assert!(matches!(told, Err(StoreError::Failed(_))), "{told:?}");
        let batch = waiting.batch().await.unwrap();
        assert!(batch.iter().all(|caller| !caller.take()));
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_taken_in_time_is_waited_for() {
        let (entrance, mut waiting) = queue::<Job>();
        let write = async {
            let caller = waiting.batch().await.unwrap().remove(0);
            assert!(caller.take());
            tokio::time::sleep(3 * WAIT_MAX).await;
            caller.answer(Ok(7));
        };
        let (told, ()) = tokio::join!(entrance.ask(|caller| caller), write);
        assert_eq!(told.unwrap(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn who_finds_the_queue_full_waits_no_longer() {
        let (entrance, _waiting) = queue::<Job>();
        let crowd = (0..=WAITING_MAX).map(|_| entrance.ask(|caller| caller));
        for told in futures_util::future::join_all(crowd).await {
            assert!(matches!(told, Err(StoreError::Failed(_))), "{told:?}");
        }
    }

    #[tokio::test]
    async fn a_writer_that_stops_leaves_nobody_waiting() {
        let (entrance, mut waiting) = queue::<Job>();
        let stop = async {
            drop(waiting.batch().await);
            drop(waiting);
        };
        let (told, ()) = tokio::join!(entrance.ask(|caller| caller), stop);
        assert!(
            matches!(told, Err(StoreError::OutcomeUnknown(_))),
            "{told:?}"
        );
        let told = entrance.ask(|caller| caller).await;
        assert!(matches!(told, Err(StoreError::Failed(_))), "{told:?}");
    }

    #[test]
    fn only_work_that_was_done_has_an_unknown_outcome() {
        let told = unknown().conclude::<_, StoreError>(Ok(()));
        assert!(
            matches!(told, Err(StoreError::OutcomeUnknown(_))),
            "{told:?}"
        );
        let refusal = StoreError::Failed("refused".into());
        let told = unknown().conclude::<(), _>(Err(refusal));
        assert!(matches!(told, Err(StoreError::Failed(_))), "{told:?}");
    }
}

//! Who is next: a fixed number of places, and accounts that take turns for them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pharos_api::account::Uin;
use tokio::sync::oneshot;

/// How many requests of one account may wait: about what one thread makes within the deadline.
const WAITING_PER_ACCOUNT_MAX: usize = 128;

/// How many requests may wait in all: 32 accounts that ask for all they may.
const WAITING_MAX: usize = 4096;

/// The places and the queue before them.
pub(super) struct Turns(Mutex<State>);

struct State {
    free: usize,
    /// One queue an account, in the order in which the accounts are next; none is empty.
    accounts: VecDeque<(Uin, Queue)>,
}

type Queue = VecDeque<oneshot::Sender<Turn>>;

/// A place. When it is dropped, the next who waits gets it.
pub(super) struct Turn(Arc<Turns>);

impl Turns {
    pub(super) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            free: places,
            accounts: VecDeque::new(),
        })))
    }

    /// Queues up; `None` if too many wait already. Who drops the receiver has left the queue.
    pub(super) fn wait(self: &Arc<Self>, account: Uin) -> Option<oneshot::Receiver<Turn>> {
        let (sender, receiver) = oneshot::channel();
        if !self.state().push(account, sender) {
            return None;
        }
        self.hand_out();
        Some(receiver)
    }

    /// Gives free places to those who are next.
    fn hand_out(self: &Arc<Self>) {
        loop {
            let Some(next) = self.state().take_place() else {
                return;
            };
            // Outside the lock: if the receiver left just now, the turn is dropped here and goes on.
            let _ = next.send(Turn(Arc::clone(self)));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock can panic between two halves of a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, account: Uin, sender: oneshot::Sender<Turn>) -> bool {
        if self.is_full_for(account) {
            // Those whose client is gone take no room.
            for (_, queue) in &mut self.accounts {
                queue.retain(|sender| !sender.is_closed());
            }
            self.accounts.retain(|(_, queue)| !queue.is_empty());
            if self.is_full_for(account) {
                return false;
            }
        }
        match self
            .accounts
            .iter_mut()
            .find(|(queued, _)| *queued == account)
        {
            Some((_, queue)) => queue.push_back(sender),
            None => self.accounts.push_back((account, Queue::from([sender]))),
        }
        true
    }

    fn is_full_for(&self, account: Uin) -> bool {
        let lengths = || {
            self.accounts
                .iter()
                .map(|(queued, queue)| (*queued, queue.len()))
        };
        let all: usize = lengths().map(|(_, length)| length).sum();
        let own = lengths()
            .find(|(queued, _)| *queued == account)
            .map_or(0, |(_, length)| length);
        all >= WAITING_MAX || own >= WAITING_PER_ACCOUNT_MAX
    }

    /// Takes a free place for the first who still waits, if there are both.
    fn take_place(&mut self) -> Option<oneshot::Sender<Turn>> {
        if self.free == 0 {
            return None;
        }
        let next = std::iter::from_fn(|| self.next()).find(|sender| !sender.is_closed())?;
        self.free -= 1;
        Some(next)
    }

    /// The first of the account whose turn it is; the account goes behind the others.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let (account, mut queue) = self.accounts.pop_front()?;
        let next = queue.pop_front();
        if !queue.is_empty() {
            self.accounts.push_back((account, queue));
        }
        next
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state().free += 1;
        self.0.hand_out();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSY: Uin = Uin(1);
    const OTHER: Uin = Uin(2);

    #[test]
    fn accounts_take_turns() {
        let turns = Turns::new(1);
        let first = turns.wait(BUSY).unwrap().try_recv().unwrap();
        let mut waiting: Vec<_> = [BUSY, BUSY, BUSY, OTHER]
            .map(|account| (account, turns.wait(account).unwrap()))
            .into_iter()
            .collect();
        let mut order = Vec::new();
        let mut held = Some(first);
        while !waiting.is_empty() {
            drop(held.take());
            let at = waiting
                .iter_mut()
                .position(|(_, receiver)| match receiver.try_recv() {
                    Ok(turn) => {
                        held = Some(turn);
                        true
                    }
                    Err(_) => false,
                });
            order.push(waiting.remove(at.unwrap()).0);
        }
        assert_eq!(order, [BUSY, OTHER, BUSY, BUSY]);
    }

    #[test]
    fn a_place_is_never_lost() {
        let turns = Turns::new(2);
        for _ in 0..3 {
            let (one, two) = (turns.wait(BUSY).unwrap(), turns.wait(OTHER).unwrap());
            let three = turns.wait(BUSY).unwrap();
            // One left with its turn unread, one left while it waited, one took its turn.
            drop((one, three));
            assert!({ two }.try_recv().is_ok());
        }
        assert_eq!(turns.state().free, 2);
    }

    #[test]
    fn an_account_cannot_fill_the_queue_and_who_left_takes_no_room() {
        let turns = Turns::new(0);
        let waiting: Vec<_> = std::iter::from_fn(|| turns.wait(BUSY)).collect();
        assert_eq!(waiting.len(), WAITING_PER_ACCOUNT_MAX);
        assert!(turns.wait(OTHER).is_some());
        drop(waiting);
        assert!(turns.wait(BUSY).is_some());
    }

    #[test]
    fn the_queue_is_bounded() {
        let turns = Turns::new(0);
        let waiting: Vec<_> = (0..10_000).filter_map(|uin| turns.wait(Uin(uin))).collect();
        assert_eq!(waiting.len(), WAITING_MAX);
    }
}

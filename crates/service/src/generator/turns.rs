//! Who is next: a fixed number of places, and accounts that take turns for them.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pharos_api::account::Uin;
use tokio::sync::oneshot;

use super::GeneratorError;
use super::estimate::{RunningMean, ahead, done_after};

/// How many requests of one account may wait: an eighth of those that the edge acts on at a time, so that
/// one account leaves room for others.
const WAITING_PER_ACCOUNT_MAX: usize = 128;

/// How many requests may wait in all: 32 accounts that ask for all they may.
const WAITING_MAX: usize = 4096;

/// The places and the queue before them.
pub(super) struct Turns(Mutex<State>);

struct State {
    places: usize,
    free: usize,
    /// One queue an account, in the order in which the accounts are next; none is empty.
    accounts: VecDeque<(Uin, Queue)>,
    /// How long a place is needed.
    mean: RunningMean,
    is_closed: bool,
}

type Queue = VecDeque<oneshot::Sender<Place>>;

/// A place. When it is dropped, the next who waits gets it.
pub(super) struct Place(Arc<Turns>);

impl Turns {
    pub(super) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            places,
            free: places,
            accounts: VecDeque::new(),
            mean: RunningMean::default(),
            is_closed: false,
        })))
    }

    /// Queues up, if what the place is for would be done within this time. Who drops the receiver has left
    /// the queue; it ends without a place when the queue is closed.
    ///
    /// # Errors
    /// `Full`, `TooLate`, `Closed`.
    pub(super) fn wait(
        self: &Arc<Self>,
        account: Uin,
        within: Duration,
    ) -> Result<oneshot::Receiver<Place>, GeneratorError> {
        let (sender, receiver) = oneshot::channel();
        self.state().push(account, within, sender)?;
        self.hand_out();
        Ok(receiver)
    }

    /// How many places there are.
    pub(super) fn places(&self) -> usize {
        self.state().places
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        let state = self.state();
        let queues = state.accounts.iter().map(|(_, queue)| queue);
        queues
            .flatten()
            .filter(|sender| !sender.is_closed())
            .count()
    }

    /// Lets nobody in any more, and sends away who waits.
    pub(super) fn close(&self) {
        let left = {
            let mut state = self.state();
            state.is_closed = true;
            mem::take(&mut state.accounts)
        };
        drop(left);
    }

    /// Gives free places to those who are next.
    fn hand_out(self: &Arc<Self>) {
        loop {
            let Some(next) = self.state().take_place() else {
                return;
            };
            // Outside the lock: if the receiver left just now, the place is dropped here and goes on.
            let _ = next.send(Place(Arc::clone(self)));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock can panic between two halves of a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(
        &mut self,
        account: Uin,
        within: Duration,
        sender: oneshot::Sender<Place>,
    ) -> Result<(), GeneratorError> {
        if self.is_closed {
            return Err(GeneratorError::Closed);
        }
        self.forget_who_left();
        if self.is_full_for(account) {
            return Err(GeneratorError::Full);
        }
        let after = self.done_after(account);
        if after > within {
            return Err(GeneratorError::TooLate { after });
        }
        let mut accounts = self.accounts.iter_mut();
        match accounts.find(|(queued, _)| *queued == account) {
            Some((_, queue)) => queue.push_back(sender),
            None => self.accounts.push_back((account, Queue::from([sender]))),
        }
        Ok(())
    }

    /// Those whose client is gone take no room and no time.
    fn forget_who_left(&mut self) {
        for (_, queue) in &mut self.accounts {
            queue.retain(|sender| !sender.is_closed());
        }
        self.accounts.retain(|(_, queue)| !queue.is_empty());
    }

    fn lengths(&self) -> impl Iterator<Item = (Uin, usize)> {
        let accounts = self.accounts.iter();
        accounts.map(|(account, queue)| (*account, queue.len()))
    }

    fn own(&self, account: Uin) -> usize {
        let mut lengths = self.lengths();
        let own = lengths.find(|(queued, _)| *queued == account);
        own.map_or(0, |(_, length)| length)
    }

    fn is_full_for(&self, account: Uin) -> bool {
        let all: usize = self.lengths().map(|(_, length)| length).sum();
        all >= WAITING_MAX || self.own(account) >= WAITING_PER_ACCOUNT_MAX
    }

    /// When a new request of this account would be done.
    fn done_after(&self, account: Uin) -> Duration {
        if self.free > 0 {
            return Duration::ZERO;
        }
        done_after(self.ahead(account), self.mean.get(), self.places)
    }

    /// How many would come before a new request of this account.
    fn ahead(&self, account: Uin) -> usize {
        let is_other = |(queued, _): &(Uin, usize)| *queued != account;
        let before = self.lengths().take_while(is_other);
        // An account that does not wait yet comes behind all of them.
        let after = self.lengths().skip_while(is_other).skip(1);
        let length = |(_, length)| length;
        ahead(self.own(account), before.map(length), after.map(length))
    }

    /// Takes a free place for the first who still waits, if there are both.
    fn take_place(&mut self) -> Option<oneshot::Sender<Place>> {
        if self.free == 0 {
            return None;
        }
        let next = std::iter::from_fn(|| self.next()).find(|sender| !sender.is_closed())?;
        self.free -= 1;
        Some(next)
    }

    /// The first of the account whose turn it is; the account goes behind the others.
    fn next(&mut self) -> Option<oneshot::Sender<Place>> {
        let (account, mut queue) = self.accounts.pop_front()?;
        let next = queue.pop_front();
        if !queue.is_empty() {
            self.accounts.push_back((account, queue));
        }
        next
    }
}

impl Place {
    /// Says for how long it was needed.
    pub(super) fn took(&self, time: Duration) {
        self.0.state().mean.observe(time);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.state().free += 1;
        self.0.hand_out();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::random::Random;
    use pharos_testkit::random::SeededRandom;

    const BUSY: Uin = Uin(1);
    const OTHER: Uin = Uin(2);

    /// As long as it takes.
    const EVER: Duration = Duration::MAX;

    fn wait(turns: &Arc<Turns>, account: Uin) -> oneshot::Receiver<Place> {
        turns.wait(account, EVER).unwrap()
    }

    /// Takes the only place, so that others wait, and needed it for this long before.
    fn busy(turns: &Arc<Turns>, mean: Duration) -> Place {
        let place = wait(turns, BUSY).try_recv().unwrap();
        place.took(mean);
        place
    }

    /// Hands the only place from one to the next: whose turn it was, one after the other.
    fn order(first: Place, waiting: Vec<(Uin, oneshot::Receiver<Place>)>) -> Vec<usize> {
        let mut waiting: Vec<_> = waiting.into_iter().enumerate().collect();
        let mut order = Vec::new();
        let mut held = first;
        while !waiting.is_empty() {
            drop(held);
            let mut turns = waiting
                .iter_mut()
                .enumerate()
                .map(|(at, (_, (_, receiver)))| (at, receiver.try_recv()));
            let (at, place) = turns
                .find_map(|(at, place)| Some((at, place.ok()?)))
                .unwrap();
            held = place;
            order.push(waiting.remove(at).0);
        }
        order
    }

    #[test]
    fn accounts_take_turns() {
        let turns = Turns::new(1);
        let first = busy(&turns, Duration::ZERO);
        let waiting = [BUSY, BUSY, BUSY, OTHER].map(|account| (account, wait(&turns, account)));
        assert_eq!(order(first, waiting.into()), [0, 3, 1, 2]);
    }

    #[test]
    fn a_request_comes_after_as_many_as_were_counted_when_it_came() {
        let random = SeededRandom::announced();
        let draw = |below: u8| {
            let mut byte = [0];
            random.fill(&mut byte);
            byte[0] % below
        };
        for _ in 0..200 {
            let turns = Turns::new(1);
            let mut first = busy(&turns, Duration::ZERO);
            let mut waiting = Vec::new();
            for _ in 0..draw(30) {
                let account = Uin(u64::from(draw(5)));
                waiting.push((account, wait(&turns, account)));
                // So that it is not always the first account's turn.
                if draw(4) == 0 {
                    drop(first);
                    let at = waiting
                        .iter_mut()
                        .position(|(_, receiver)| !receiver.is_empty())
                        .unwrap();
                    first = waiting.remove(at).1.try_recv().unwrap();
                }
            }
            let last = Uin(u64::from(draw(6)));
            let counted = turns.state().ahead(last);
            waiting.push((last, wait(&turns, last)));
            let number = waiting.len() - 1;
            let came = order(first, waiting)
                .iter()
                .position(|other| *other == number);
            assert_eq!(came, Some(counted));
        }
    }

    #[test]
    fn a_place_is_never_lost() {
        let turns = Turns::new(2);
        for _ in 0..3 {
            let (one, two) = (wait(&turns, BUSY), wait(&turns, OTHER));
            let three = wait(&turns, BUSY);
            // One left with its place unread, one left while it waited, one took its place.
            drop((one, three));
            assert!({ two }.try_recv().is_ok());
        }
        assert_eq!(turns.state().free, 2);
    }

    #[test]
    fn who_would_be_late_is_refused_at_once_and_who_would_not_waits() {
        let turns = Turns::new(1);
        let seconds = Duration::from_secs;
        let place = busy(&turns, seconds(2));
        // What is in work, and what was asked for.
        let in_time = turns.wait(BUSY, seconds(4)).unwrap();
        // One more is before it.
        let refused = turns.wait(BUSY, seconds(5));
        assert!(matches!(refused, Err(GeneratorError::TooLate { after }) if after == seconds(6)));
        // The turn of another account comes as soon.
        assert!(turns.wait(OTHER, seconds(6)).is_ok());
        // Nothing is ahead of who takes a free place.
        drop((in_time, place));
        assert!(turns.wait(BUSY, Duration::ZERO).is_ok());
    }

    #[test]
    fn an_account_that_asks_for_much_does_not_make_others_late() {
        let turns = Turns::new(1);
        let _place = busy(&turns, Duration::from_secs(1));
        let _waiting: Vec<_> = (0..100).map(|_| wait(&turns, BUSY)).collect();
        assert!(turns.wait(OTHER, Duration::from_secs(3)).is_ok());
        assert!(turns.wait(BUSY, Duration::from_secs(3)).is_err());
    }

    #[test]
    fn an_account_cannot_fill_the_queue_and_who_left_takes_no_room() {
        let turns = Turns::new(0);
        let waiting: Vec<_> = std::iter::from_fn(|| turns.wait(BUSY, EVER).ok()).collect();
        assert_eq!(waiting.len(), WAITING_PER_ACCOUNT_MAX);
        assert_eq!(turns.waiting(), WAITING_PER_ACCOUNT_MAX);
        let refused = turns.wait(BUSY, EVER);
        assert!(matches!(refused, Err(GeneratorError::Full)));
        let other = turns.wait(OTHER, EVER);
        assert!(other.is_ok());
        drop(waiting);
        assert_eq!(turns.waiting(), 1);
        assert!(turns.wait(BUSY, EVER).is_ok());
    }

    #[test]
    fn the_queue_is_bounded() {
        let turns = Turns::new(0);
        let waiting: Vec<_> = (0..10_000)
            .filter_map(|uin| turns.wait(Uin(uin), EVER).ok())
            .collect();
        assert_eq!(waiting.len(), WAITING_MAX);
    }

    #[test]
    fn a_queue_that_is_closed_sends_away_who_waits_and_who_comes() {
        let turns = Turns::new(0);
        let mut waiting = wait(&turns, BUSY);
        turns.close();
        assert_eq!(
            waiting.try_recv().err(),
            Some(oneshot::error::TryRecvError::Closed)
        );
        let refused = turns.wait(OTHER, EVER);
        assert!(matches!(refused, Err(GeneratorError::Closed)));
    }
}

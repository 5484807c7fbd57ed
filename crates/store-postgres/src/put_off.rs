//! Requests that were taken, whose accounts other transactions hold.
//!
//! An account that is held by somebody who does not let go must not keep the others waiting. So a batch
//! leaves such accounts out, and between two batches one of them is waited for, for a moment.

use std::collections::VecDeque;

use pharos_api::account::Uin;
use pharos_store::queue::BATCH_MAX;

/// Such requests, each account's in their order. The accounts have their turns one after the other.
pub(crate) struct PutOff<R> {
    account: fn(&R) -> Uin,
    held: VecDeque<(Uin, Vec<R>)>,
}

impl<R> PutOff<R> {
    /// None yet, of requests with such accounts.
    pub(crate) fn by(account: fn(&R) -> Uin) -> Self {
        Self {
            account,
            held: VecDeque::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Whether there are requests of this account.
    pub(crate) fn has(&self, account: Uin) -> bool {
        self.held.iter().any(|(held, _)| *held == account)
    }

    /// Behind what is there of its account; a new account has the last turn.
    pub(crate) fn push(&mut self, request: R) {
        let account = (self.account)(&request);
        match self.held.iter_mut().find(|(held, _)| *held == account) {
            Some((_, requests)) => requests.push(request),
            None => self.held.push_back((account, vec![request])),
        }
    }

    /// The requests of the next account, as many as a batch may have. What is left has the last turn.
    pub(crate) fn next(&mut self) -> Option<Vec<R>> {
        let (account, mut requests) = self.held.pop_front()?;
        if requests.len() > BATCH_MAX {
            let rest = requests.split_off(BATCH_MAX);
            self.held.push_back((account, rest));
        }
        Some(requests)
    }

    /// Puts requests of one account off again, for the last turn. They come before what is there of it,
    /// which was put off since.
    pub(crate) fn put_back(&mut self, mut requests: Vec<R>) {
        let Some(account) = requests.first().map(self.account) else {
            return;
        };
        let since = self.held.iter().position(|(held, _)| *held == account);
        if let Some((_, since)) = since.and_then(|index| self.held.remove(index)) {
            requests.extend(since);
        }
        self.held.push_back((account, requests));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An account, and the number of its request.
    type Request = (u64, usize);

    fn put_off(requests: impl IntoIterator<Item = Request>) -> PutOff<Request> {
        let mut put_off = PutOff::by(|(account, _): &Request| Uin(*account));
        requests
            .into_iter()
            .for_each(|request| put_off.push(request));
        put_off
    }

    /// All turns from now on, when nothing comes any more.
    fn turns(mut put_off: PutOff<Request>) -> Vec<Vec<Request>> {
        let turns = std::iter::from_fn(|| put_off.next()).collect();
        assert!(put_off.is_empty());
        turns
    }

    #[test]
    fn each_account_has_its_turn_with_all_of_its_requests_in_their_order() {
        let put_off = put_off([(1, 1), (2, 2), (1, 3), (3, 4), (2, 5)]);
        assert!(!put_off.is_empty());
        assert_eq!(
            turns(put_off),
            [vec![(1, 1), (1, 3)], vec![(2, 2), (2, 5)], vec![(3, 4)]]
        );
    }

    #[test]
    fn an_account_is_there_until_its_last_request_is_taken() {
        let mut put_off = put_off((0..=BATCH_MAX).map(|number| (1, number)));
        assert!(put_off.has(Uin(1)) && !put_off.has(Uin(2)));
        put_off.next().unwrap();
        assert!(put_off.has(Uin(1)));
        put_off.next().unwrap();
        assert!(!put_off.has(Uin(1)) && put_off.is_empty());
    }

    #[test]
    fn an_account_that_is_still_held_lets_the_others_go_first() {
        let mut put_off = put_off([(1, 1), (2, 2), (3, 3)]);
        let held = put_off.next().unwrap();
        put_off.put_back(held);
        assert_eq!(turns(put_off), [[(2, 2)], [(3, 3)], [(1, 1)]]);
    }

    #[test]
    fn what_is_put_back_comes_before_what_was_put_off_since() {
        let mut put_off = put_off([(1, 1), (1, 2)]);
        let held = put_off.next().unwrap();
        put_off.push((1, 3));
        put_off.push((2, 4));
        put_off.put_back(held);
        assert_eq!(turns(put_off), [vec![(2, 4)], vec![(1, 1), (1, 2), (1, 3)]]);
    }

    #[test]
    fn a_turn_is_no_more_than_a_batch_and_the_rest_waits_for_the_others() {
        let of_one = (0..BATCH_MAX + 2).map(|number| (1, number));
        let turns = turns(put_off(of_one.chain([(2, 0)])));
        let full: Vec<_> = (0..BATCH_MAX).map(|number| (1, number)).collect();
        let rest = vec![(1, BATCH_MAX), (1, BATCH_MAX + 1)];
        assert_eq!(turns, [full, vec![(2, 0)], rest]);
    }

    #[test]
    fn a_full_batch_that_is_put_back_stays_in_front_of_its_rest() {
        let all: Vec<_> = (0..=BATCH_MAX).map(|number| (1, number)).collect();
        let mut put_off = put_off(all.iter().copied());
        let held = put_off.next().unwrap();
        put_off.put_back(held);
        assert_eq!(turns(put_off).concat(), all);
    }

    #[test]
    fn nothing_that_is_put_back_is_no_turn() {
        let mut put_off = put_off([]);
        put_off.put_back(Vec::new());
        assert!(put_off.is_empty());
        assert_eq!(put_off.next(), None);
    }
}

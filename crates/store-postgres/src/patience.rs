//! How long is waited for what.

use std::time::Duration;

use pharos_store::queue::WAIT_MAX;

/// Longest waits. [`Patience::default`] is what is used; tests shorten it.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// For one host to let us in. With two in the URL, the second has its time too before a request
    /// gives up.
    pub(crate) host: Duration,
    /// For an answer, before the connection is given up: twice what a lock is waited for.
    pub(crate) answer: Duration,
    /// For a request's turn, and for what hinders it to pass.
    pub(crate) turn: Duration,
    /// For an account that another transaction holds: a little less than a turn, as for other locks.
    pub(crate) account: Duration,
    /// For finding out whether a batch was committed, before its callers are told that it is unknown: a
    /// failover takes seconds, and an HTTP request 30 at most.
    pub(crate) doubt: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            host: Duration::from_secs(2),
            answer: Duration::from_secs(8),
            turn: WAIT_MAX,
            account: Duration::from_secs(4),
            doubt: Duration::from_secs(20),
        }
    }
}

#[cfg(any(test, feature = "conformance"))]
impl Patience {
    pub(crate) fn impatient() -> Self {
        let second = Duration::from_secs(1);
        Self {
            host: second,
            answer: 2 * second,
            turn: second,
            account: second,
            doubt: 3 * second,
        }
    }
}

//! What a proxy breaks, and when.

use super::message::Message;

/// The statement whose connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The next `COMMIT`, sent as a simple query.
    Commit,
    /// The n-th statement that is sent from now on, on whichever connection; the first is 1.
    Statement(u32),
}

impl At {
    pub(super) fn is_reached(self, message: &Message, statements: u32) -> bool {
        match self {
            Self::Commit => message.is_commit(),
            Self::Statement(number) => number == statements,
        }
    }
}

/// How far the statement comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The server never gets it, and loses its client, which got every answer to what it sent before.
    BeforeSending,
    /// The server gets it, and does what it says, sooner or later; the client is cut off at once.
    AfterSending,
    /// The server has done it and has answered; the client is cut off instead of hearing that.
    AfterAnswer,
    /// The server does not get it. The connection stays open, and nothing passes in either direction
    /// until [`Proxy::forward`](super::Proxy::forward), which lets the statement through too.
    BlackholeBeforeSending,
    /// The server gets it, and does what it says, sooner or later. Then the same.
    BlackholeAfterSending,
}

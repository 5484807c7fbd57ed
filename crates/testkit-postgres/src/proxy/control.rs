//! What the test tells the proxy, and what the proxy tells the test.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};

use super::connection::Connection;
use super::fault::{At, Cut};
use super::message::Message;

pub(super) struct Control {
    /// Where the server listens.
    pub(super) server: SocketAddr,
    state: Mutex<State>,
    passage_changed: Condvar,
}

pub(super) struct State {
    pub(super) passage: Passage,
    pub(super) armed: Option<(At, Cut)>,
    pub(super) has_fired: bool,
    /// How many there were since it was armed.
    pub(super) statements: u32,
    connections: Vec<Weak<Connection>>,
}

/// What becomes of what comes in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Passage {
    Open,
    /// New connections are closed.
    Refusing,
    /// Everything is held back.
    Blackhole,
    /// The proxy is gone.
    Ended,
}

impl Control {
    pub(super) fn new(server: SocketAddr) -> Self {
        Self {
            server,
            state: Mutex::new(State {
                passage: Passage::Open,
                armed: None,
                has_fired: false,
                statements: 0,
                connections: Vec::new(),
            }),
            passage_changed: Condvar::new(),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn set_passage(&self, passage: Passage) {
        let mut state = self.state();
        state.passage = passage;
        if passage == Passage::Open {
            for connection in state.connections.iter().filter_map(Weak::upgrade) {
                connection.is_blackhole.store(false, Ordering::SeqCst);
            }
        }
        self.passage_changed.notify_all();
    }

    /// Waits while everything on the connection is held back. An error when the proxy is gone.
    pub(super) fn wait_for_passage(&self, connection: &Connection) -> io::Result<()> {
        let is_held = |state: &mut State| match state.passage {
            Passage::Blackhole => true,
            Passage::Open | Passage::Refusing => connection.is_blackhole.load(Ordering::SeqCst),
            Passage::Ended => false,
        };
        let state = self.passage_changed.wait_while(self.state(), is_held);
        refuse_if_ended(&state.unwrap())
    }

    /// Counts a client's message, if it is a statement, and says how its connection is to break, if it is.
    pub(super) fn count(&self, message: &Message, connection: &Connection) -> Option<Cut> {
        if !message.is_statement() {
            return None;
        }
        let mut state = self.state();
        state.statements += 1;
        let (_, cut) = state
            .armed
            .filter(|(at, _)| at.is_reached(message, state.statements))?;
        state.armed = None;
        state.has_fired = true;
        let is_blackhole = matches!(
            cut,
            Cut::BlackholeBeforeSending | Cut::BlackholeAfterSending
        );
        connection
            .is_blackhole
            .store(is_blackhole, Ordering::SeqCst);
        Some(cut)
    }

    /// Takes note of a new connection. An error when the proxy is gone.
    pub(super) fn register(&self, connection: &Arc<Connection>) -> io::Result<()> {
        let mut state = self.state();
        state.connections.retain(|open| open.strong_count() > 0);
        state.connections.push(Arc::downgrade(connection));
        refuse_if_ended(&state)
    }

    /// Cuts every open connection.
    pub(super) fn cut_all(&self) {
        for connection in self.state().connections.drain(..) {
            if let Some(connection) = connection.upgrade() {
                connection.cut();
            }
        }
    }
}

fn refuse_if_ended(state: &State) -> io::Result<()> {
    match state.passage {
        Passage::Ended => Err(io::ErrorKind::NotConnected.into()),
        Passage::Open | Passage::Refusing | Passage::Blackhole => Ok(()),
    }
}

//! A proxy in front of a PostgreSQL, which breaks connections when it is told to.

mod connection;
mod control;
mod fault;
mod message;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::Postgres;
use connection::Connection;
use control::{Control, Passage};

pub use fault::{At, Cut};

/// Listens on a port of its own and forwards message by message, unencrypted. It ends, and with it every
/// connection, when dropped.
///
/// A statement is a simple query, or one execution of a prepared statement.
pub struct Proxy {
    address: SocketAddr,
    control: Arc<Control>,
    listener: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts one in front of a server, which may be stopped and started again behind it.
    pub fn start(postgres: &Postgres) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let control = Arc::new(Control::new(postgres.address()));
        let accepting = Arc::clone(&control);
        Self {
            address,
            control,
            listener: Some(thread::spawn(move || accept(&listener, &accepting))),
        }
    }

    /// How to connect through it to the database of a server's URL.
    pub fn url(&self, direct: &str) -> String {
        let server = self.control.server.to_string();
        assert!(direct.contains(&server), "the URL of another server");
        direct.replace(&server, &self.address.to_string())
    }

    /// Breaks one connection, once. Counting starts anew, and what was armed before is forgotten.
    pub fn arm(&self, at: At, cut: Cut) {
        let mut state = self.control.state();
        state.armed = Some((at, cut));
        state.has_fired = false;
        state.statements = 0;
    }

    /// Forgets what was armed and has not happened.
    pub fn disarm(&self) {
        self.control.state().armed = None;
    }

    /// Whether the statement for which it was last armed has come, so that its connection is broken.
    pub fn has_fired(&self) -> bool {
        self.control.state().has_fired
    }

    /// How many statements have come since it was last armed, or started.
    pub fn statements(&self) -> u32 {
        self.control.state().statements
    }

    /// Holds back everything, without closing anything, until [`Proxy::forward`].
    pub fn blackhole(&self) {
        self.control.set_passage(Passage::Blackhole);
    }

    /// Closes new connections at once, until [`Proxy::forward`]; open ones stay.
    pub fn refuse(&self) {
        self.control.set_passage(Passage::Refusing);
    }

    /// Forwards again, first what was held back.
    pub fn forward(&self) {
        self.control.set_passage(Passage::Open);
    }

    /// Cuts every open connection.
    pub fn cut_all(&self) {
        self.control.cut_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.control.set_passage(Passage::Ended);
        self.control.cut_all();
        // The listener looks up when somebody comes.
        let _ = TcpStream::connect(self.address);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn accept(listener: &TcpListener, control: &Arc<Control>) {
    for client in listener.incoming() {
        let Ok(client) = client else { continue };
        let passage = control.state().passage;
        match passage {
            Passage::Ended => return,
            Passage::Refusing => {}
            Passage::Open | Passage::Blackhole => {
                let control = Arc::clone(control);
                // An error is the end of the connection, which the client sees.
                thread::spawn(move || Connection::serve(client, &control));
            }
        }
    }
}

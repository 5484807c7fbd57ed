//! A server that creates key pairs over HTTP.

use std::any::Any;
use std::net::SocketAddr;

use anyhow::Result;
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;

pub(super) trait Contender {
    /// Its name, in figures.
    fn name(&self) -> &'static str;

    /// Starts it: each turn has a server that owes nothing to the one before.
    fn start(&mut self) -> Result<Running>;

    /// Asks the server at this address for a key pair, by a name that was never taken.
    fn request(&mut self, address: SocketAddr) -> Result<Request<Full<Bytes>>>;
}

/// A server that runs.
pub(super) struct Running {
    pub(super) address: SocketAddr,
    pub(super) process: u32,
    /// The server is stopped with it.
    pub(super) _server: Box<dyn Any>,
}

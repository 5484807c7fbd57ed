//! A private key on its one way out.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The PEM text of a private key, wiped when dropped. No `Debug`, no `Display`, no `Clone`: it can be
/// moved into the one reply that carries it and nowhere else.
#[derive(Deserialize, Serialize)]
#[serde(transparent)]
pub struct PrivateKey(Zeroizing<String>);

impl PrivateKey {
    /// Takes the PEM text.
    pub fn new(pem: Zeroizing<String>) -> Self {
        Self(pem)
    }

    /// The PEM text: for the reply, and for the file that a client writes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

//! A secret of a reply's, on its one way out.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A SecretKey, a token or a password, wiped when dropped; empty where there is none, as the vendor
/// writes it. No `Debug`, no `Display`, no `Clone`: it can be moved into the one reply that carries it and
/// nowhere else.
#[derive(Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes the secret.
    pub fn new(secret: Zeroizing<String>) -> Self {
        Self(secret)
    }

    /// The secret itself: for the reply, and for a client that keeps it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

//! Who owns things: accounts and the users inside them.

use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::random::{self, Random};
use crate::schema::{Type, Typed};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// Digits of a number that is drawn here, as the vendor's have. 9 × 10^11 of them, so a clash is rare, and
/// the store decides: the caller draws again.
const UIN_DIGITS: usize = 12;

/// The number of an account or of a user in it. The root user of an account has the account's own
/// number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Uin(pub u64);

impl Uin {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random::number(random, UIN_DIGITS))
    }
}

impl Typed for Uin {
    const TYPE: Type = Type::Uint64;
}

impl Parameter for Uin {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        u64::decode(value, path).map(Self)
    }
}

impl fmt::Display for Uin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The second number that the vendor gives each account; some resource names carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppId(pub u64);

/// Digits of an AppId, as the vendor's have.
const APP_ID_DIGITS: usize = 10;

impl AppId {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random::number(random, APP_ID_DIGITS))
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

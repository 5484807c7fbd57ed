//! The id of a role.

use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::random::{self, Random};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::fmt;

/// Where the vendor's begin: 2^62, so that none is the number of an account or of a user
/// (protocol.md section 7.3 has one).
const FIRST: u64 = 1 << 62;

/// Digits of what is added to [`FIRST`].
const RANDOM_DIGITS: usize = 12;

/// Which role, in its account. A number that is written as a text, because it is too large for a
/// client that counts in doubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleId(pub u64);

impl RoleId {
    /// A new one. A clash inside one account is rare, and the store decides: the caller draws again.
    pub fn generate(random: &dyn Random) -> Self {
        Self(FIRST + random::number(random, RANDOM_DIGITS))
    }

    /// `None` for a text that is no number.
    pub fn parse(text: &str) -> Option<Self> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok().map(Self))?
    }
}

impl fmt::Display for RoleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Typed for RoleId {
    const TYPE: Type = Type::String;
}

impl Parameter for RoleId {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let text = String::decode(value, path)?;
        Self::parse(&text).ok_or_else(|| {
            let help = Text::fixed("It should be a number.", "应为数字。");
            ApiError::invalid_parameter_value(&path.to_string(), &text, &help)
        })
    }
}

impl Serialize for RoleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RoleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not the id of a role"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_example_is_one_and_is_written_as_a_text() {
        let id = RoleId::parse("4611686018427397919").unwrap();
        assert!(id.0 > FIRST);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"4611686018427397919\"");
        assert_eq!(serde_json::from_str::<RoleId>(&json).unwrap(), id);
        for text in ["", "-1", "+1", "1a", "18446744073709551616"] {
            assert_eq!(RoleId::parse(text), None, "{text}");
        }
    }
}

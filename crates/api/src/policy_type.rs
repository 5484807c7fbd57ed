//! Whose a policy is.

use crate::schema::{Type, Typed};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

/// Whose a policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyType {
    /// The account's own: 1 on the wire.
    Custom,
    /// One that every account has: 2 on the wire.
    Preset,
}

impl Typed for PolicyType {
    const TYPE: Type = Type::Uint64;
}

impl Serialize for PolicyType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(match self {
            Self::Custom => 1,
            Self::Preset => 2,
        })
    }
}

impl<'de> Deserialize<'de> for PolicyType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self::Custom),
            2 => Ok(Self::Preset),
            _ => Err(de::Error::custom("not the type of a policy")),
        }
    }
}

crate::choice::choice! {
    /// The same, as lists of what is attached write it.
    AttachedPolicyType {
        /// The account's own.
        Custom = "User";
        /// One that every account has.
        Preset = "QCS";
    }
}

impl From<PolicyType> for AttachedPolicyType {
    fn from(policy_type: PolicyType) -> Self {
        match policy_type {
            PolicyType::Custom => Self::Custom,
            PolicyType::Preset => Self::Preset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_type_is_a_number_here_and_a_text_there() {
        for (policy_type, number, text) in [
            (PolicyType::Custom, 1, "User"),
            (PolicyType::Preset, 2, "QCS"),
        ] {
            assert_eq!(json!(policy_type), json!(number));
            assert_eq!(
                serde_json::from_value::<PolicyType>(json!(number)).unwrap(),
                policy_type
            );
            assert_eq!(json!(AttachedPolicyType::from(policy_type)), json!(text));
        }
        assert!(serde_json::from_value::<PolicyType>(json!(3)).is_err());
    }
}

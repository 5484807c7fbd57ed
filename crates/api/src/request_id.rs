//! The id of one request.

use crate::random::Random;
use serde::{Serialize, Serializer};
use std::fmt;
use uuid::{Builder, Uuid, fmt::Hyphenated};

/// A version 4 UUID; printed in lower case, as every reply carries it (protocol.md section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(Uuid);

impl RequestId {
    /// How long it is, in characters.
    pub const CHARS: usize = Hyphenated::LENGTH;

    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        Self(Builder::from_random_bytes(bytes).into_uuid())
    }

    /// Writes it into a buffer, for those who write one with every request.
    pub fn encode<'b>(&self, buffer: &'b mut [u8; Self::CHARS]) -> &'b str {
        self.0.as_hyphenated().encode_lower(buffer)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(formatter)
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.encode(&mut [0; Self::CHARS]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;

    impl Random for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn has_the_form_of_a_version_4_uuid() {
        assert_eq!(
            RequestId::generate(&Ones).to_string(),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
    }
}

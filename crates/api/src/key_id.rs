//! The id of a key pair.

use crate::code::Code;
use crate::ids::Id;
use crate::random::{self, ID_ALPHABET, Random};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// `lhkp-` and eight of `[0-9a-z]` (protocol.md section 8).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(String);

const PREFIX: &str = "lhkp-";
const RANDOM_CHARS: usize = 8;

impl KeyId {
    /// A new one. 36^8 is 2.8 × 10^12, so a clash inside one account and region is rare, and the
    /// store decides: the caller draws again.
    pub fn generate(random: &dyn Random) -> Self {
        Self(format!(
            "{PREFIX}{}",
            random::text(random, ID_ALPHABET, RANDOM_CHARS)
        ))
    }

    /// `None` for a text of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let tail = text.strip_prefix(PREFIX)?;
        let fits = tail.len() == RANDOM_CHARS && tail.bytes().all(|b| ID_ALPHABET.contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Id for KeyId {
    const MALFORMED: Code = Code::KeyPairIdMalformed;
    const FORM: Text = Text::fixed(
        "it should be `lhkp-` and eight digits or lower-case letters",
        "应为 `lhkp-` 加 8 位数字或小写字母",
    );

    fn parse(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_examples_are_ids_and_other_texts_are_not() {
        for text in ["lhkp-omd12oc1", "lhkp-hfenegt1", "lhkp-00000000"] {
            assert_eq!(KeyId::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "lhkp-",
            "lhkp-omd12oc",
            "lhkp-omd12oc11",
            "lhkp-OMD12OC1",
            "skey-omd12oc1",
        ] {
            assert_eq!(KeyId::parse(text), None, "{text}");
        }
    }
}

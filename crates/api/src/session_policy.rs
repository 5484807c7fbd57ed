//! The policy that narrows what a session may do.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::Serialize;
use serde_json::Value;

/// The text of a policy, as it is before a client URL-encodes it. Whether it is a policy is for whoever
/// parses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SessionPolicy(String);

impl SessionPolicy {
    /// Takes the text of a policy.
    pub fn new(document: String) -> Self {
        Self(document)
    }

    /// Reads it as the wire has it: URL-encoded, though not every client does that. A text that begins
    /// with `{` is a document already. `None` if it is not UTF-8, or has a `%` without two digits.
    pub fn from_wire(text: String) -> Option<Self> {
        if text.trim_start().starts_with('{') {
            return Some(Self(text));
        }
        let mut decoded = Vec::with_capacity(text.len());
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            decoded.push(match byte {
                b'%' => digit(bytes.next()?)? << 4 | digit(bytes.next()?)?,
                b'+' => b' ',
                other => other,
            });
        }
        String::from_utf8(decoded).ok().map(Self)
    }

    /// The text of the policy.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16)?.try_into().ok()
}

impl Typed for SessionPolicy {
    const TYPE: Type = Type::String;
}

impl Parameter for SessionPolicy {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        Self::from_wire(String::decode(value, path)?).ok_or_else(|| {
            ApiError::new(
                Code::StrategyFormatError,
                Text::new(
                    format!("`{path}` is neither a policy nor the URL encoding of one in UTF-8."),
                    format!("`{path}` 既不是策略，也不是策略的 URL 编码（UTF-8）。"),
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DOCUMENT: &str = r#"{"version":"2.0","statement":[]}"#;

    #[test]
    fn an_encoded_policy_and_a_bare_one_are_the_same() {
        let decode = |text: &str| SessionPolicy::decode(json!(text), &Path::Root).unwrap();
        let encoded = "%7B%22version%22%3a%222.0%22%2C%22statement%22%3A%5B%5D%7D";
        for text in [encoded, DOCUMENT] {
            assert_eq!(decode(text).as_str(), DOCUMENT);
        }
        assert_eq!(decode("%7B+%E9%92%A5").as_str(), "{ 钥");
        // What begins as a document is not decoded: a `+` or a `%` in it means itself.
        assert_eq!(decode(" {+%25").as_str(), " {+%25");
        assert_eq!(decode("").as_str(), "");
        let written = json!(SessionPolicy::new(DOCUMENT.to_owned()));
        assert_eq!(
            SessionPolicy::decode(written, &Path::Root)
                .unwrap()
                .as_str(),
            DOCUMENT
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        for text in ["%", "%7", "%7g", "%+1", "%ff"] {
            let error = SessionPolicy::decode(json!(text), &Path::Root).unwrap_err();
            assert_eq!(error.code, Code::StrategyFormatError, "{text}");
        }
    }
}

//! The texts that a signature was checked against, for people who compare them with what their client signed.
//!
//! They are made without any key, and hold no body, no signature, and no value that could be a secret.

use std::borrow::Cow;
use std::fmt::Write;

use pharos_api::credential::SECRET_ID_PREFIX;

use crate::form;

/// What stands in the place of a value that could be a secret.
pub const MASKED: &str = "***";

/// The headers whose values are shown. Any other could carry a secret: a token, a cookie, or what a proxy
/// signs in with.
const SHOWN_HEADERS: &[&str] = &[
    "accept",
    "content-length",
    "content-type",
    "date",
    "host",
    "user-agent",
    "x-tc-action",
    "x-tc-content-sha256",
    "x-tc-language",
    "x-tc-region",
    "x-tc-requestclient",
    "x-tc-timestamp",
    "x-tc-traceid",
    "x-tc-version",
];

/// The common parameters of version 1 whose values are shown, however long.
const SHOWN_PARAMETERS: &[&str] = &[
    "Action",
    "Language",
    "Nonce",
    "Region",
    "RequestClient",
    "SignatureMethod",
    "Timestamp",
    "Version",
];

/// The longest value of another parameter that is shown, in characters: a SecretKey that is made here has
/// one more, a private key and a token have many.
const SHOWN_CHARS_MAX: usize = 31;

/// What the names of parameters have in them whose values are shown in no length. A signature of version 1 in
/// a request of version 3 could be sent once more.
const SECRET_NAMES: &[&str] = &[
    "credential",
    "password",
    "privatekey",
    "secret",
    "signature",
    "token",
];

/// One way to read a request, from the request to the text that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stages {
    /// `TC3-HMAC-SHA256`, `HmacSHA1` or `HmacSHA256`.
    pub version: &'static str,
    /// Each stage's name and text: `canonical_request` and `string_to_sign` of version 3, `source_string`
    /// of version 1. Where a value is masked, the hash in the string to sign is still that of the value
    /// itself.
    pub texts: Vec<(&'static str, String)>,
}

/// Whether the value of a signed header is shown.
pub(crate) fn is_header_shown(name: &str) -> bool {
    SHOWN_HEADERS.contains(&name)
}

/// Whether what is said to be a SecretId is shown before anybody is known to have it: else it may be a SecretKey
/// in the wrong place.
pub fn is_secret_id_shown(secret_id: &str) -> bool {
    secret_id.starts_with(SECRET_ID_PREFIX)
}

/// The value of a parameter, decoded, or what is shown of it.
pub(crate) fn shown<'v>(name: &str, value: &'v str) -> &'v str {
    if SHOWN_PARAMETERS.contains(&name) || name == "SecretId" && is_secret_id_shown(value) {
        return value;
    }
    let lower = name.to_ascii_lowercase();
    let is_secret = SECRET_NAMES.iter().any(|secret| lower.contains(secret))
        || value.chars().nth(SHOWN_CHARS_MAX).is_some();
    if is_secret { MASKED } else { value }
}

/// An encoded query, or what is shown of it.
pub(crate) fn shown_query(query: &str) -> Cow<'_, str> {
    if query.is_empty() {
        return Cow::Borrowed(query);
    }
    let mut text = String::with_capacity(query.len());
    for (index, pair) in query.split('&').enumerate() {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let decoded = form::decode_part(name).and_then(|n| Ok((n, form::decode_part(value)?)));
        let is_shown = decoded.is_ok_and(|(name, value)| shown(&name, &value) == value);
        let joiner = if index > 0 { "&" } else { "" };
        // Writing to a String cannot fail.
        let _ = if is_shown {
            write!(text, "{joiner}{pair}")
        } else {
            write!(text, "{joiner}{name}={MASKED}")
        };
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_secret_is_not_shown() {
        let long = "k".repeat(SHOWN_CHARS_MAX + 1);
        for (name, value) in [
            ("Token", "t"),
            ("Password", "p"),
            ("SecretKey", "s"),
            ("Signature", "zmmjn35mikh6pM3V7sUEuX4wyYM="),
            ("SecretId", "Wb2Vd8Xq5Zr1Ty7Pn4Lk9Jh6Gf3Ds0Aa"),
            ("PublicKey", &long),
            ("KeyName", &long),
        ] {
            assert_eq!(shown(name, value), MASKED, "{name}");
        }
        for (name, value) in [
            ("SecretId", "AKIDWb2Vd8Xq5Zr1Ty7Pn4Lk9Jh6Gf3Ds0Aa"),
            ("KeyName", "k"),
            ("KeyIds.0", "lhkp-12345678"),
            ("SignatureMethod", "HmacSHA1"),
            ("KeyName", &"钥".repeat(SHOWN_CHARS_MAX)),
        ] {
            assert_eq!(shown(name, value), value, "{name}");
        }
        assert!(is_header_shown("host"));
        for name in ["x-tc-token", "cookie", "authorization", "x-api-key"] {
            assert!(!is_header_shown(name), "{name}");
        }
    }

    #[test]
    fn a_query_keeps_its_bytes_but_for_what_is_masked() {
        for (query, expected) in [
            ("", ""),
            ("KeyName=a+b&Limit=%31", "KeyName=a+b&Limit=%31"),
            ("Token=t&KeyName=a", "Token=***&KeyName=a"),
            ("%54oken=t", "%54oken=***"),
            ("alone", "alone"),
            ("A=%zz&B=1", "A=***&B=1"),
        ] {
            assert_eq!(shown_query(query), expected, "{query}");
        }
        let long = format!("A={}", "%41".repeat(SHOWN_CHARS_MAX + 1));
        assert_eq!(shown_query(&long), "A=***");
        let bare = "b".repeat(SHOWN_CHARS_MAX + 1);
        assert_eq!(shown_query(&bare), "=***");
    }
}

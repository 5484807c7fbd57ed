//! `application/x-www-form-urlencoded`, read strictly: what is no UTF-8 is refused, not replaced.

use pharos_api::error::{ApiError, quoted};
use pharos_api::text::Text;
use std::fmt::Write;

/// The names and values of a query, decoded, in the order they stand there.
///
/// A space may be `+` (Python, Go) or `%20` (Node).
///
/// # Errors
/// `InvalidParameter` for a `%` without two hexadecimal digits and for text that is no UTF-8.
pub(crate) fn decode(query: &str) -> Result<Vec<(String, String)>, ApiError> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode_part(name)?, decode_part(value)?))
        })
        .collect()
}

pub(crate) fn decode_part(text: &str) -> Result<String, ApiError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let rest = bytes.len();
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = bytes.next().and_then(hexadecimal);
                let low = bytes.next().and_then(hexadecimal);
                let (Some(high), Some(low)) = (high, low) else {
                    let fault = text.get(text.len() - rest - 1..).unwrap_or_default();
                    let end = fault
                        .char_indices()
                        .nth(3)
                        .map_or(fault.len(), |(end, _)| end);
                    return Err(malformed(fault.get(..end).unwrap_or_default()));
                };
                high << 4 | low
            }
            other => other,
        });
    }
    String::from_utf8(decoded).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let fault = error.as_bytes().get(at).copied().unwrap_or_default();
        malformed(&format!("%{fault:02X}"))
    })
}

/// One value, percent-encoded as RFC 3986 has it: upper-case hexadecimal, a space as `%20`.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// It repeats nothing but the fault: what stands around it may be a secret.
fn malformed(text: &str) -> ApiError {
    let text = quoted(text);
    ApiError::invalid_parameter(Text::new(
        format!("The query has `{text}`, which is not percent-encoded UTF-8."),
        format!("查询字符串中的 `{text}` 不是有效的百分号编码 UTF-8 文本。"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_official_clients_write() {
        let query = "A=a+b%2Bc&B=%E4%B8%AD%E6%96%87~%2A&C=a*b!c%27(d)~&D=&E=a%20b";
        let pairs = decode(query).unwrap();
        let values: Vec<_> = pairs.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["a b+c", "中文~*", "a*b!c'(d)~", "", "a b"]);
        assert!(decode("").unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_text_is_refused() {
        for (query, fault) in [
            ("A=%", "%"),
            ("A=b%4", "%4"),
            ("A=b%zzc", "%zz"),
            ("A=%+1", "%+1"),
            ("A=%é中c", "%é中"),
            ("A=b%FFc", "%FF"),
            ("%C3=a", "%C3"),
        ] {
            let error = decode(query).unwrap_err();
            let said = error.message.en.split('`').nth(1).unwrap().to_owned();
            assert_eq!(said, quoted(fault), "{query}");
        }
    }
}

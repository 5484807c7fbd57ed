//! Why a signature does not match: guesses about what the client signed instead, each put in the place
//! of what was sent until one makes the signature right.
//!
//! Nobody learns anything from it who does not hold the secret: without that, no guess comes out.

use crate::http::split_port;
use pharos_api::credential::SecretKey;
use pharos_api::error::quoted;
use pharos_api::text::Text;
use serde_json::Value;
use std::fmt::Write;
use zeroize::Zeroizing;

/// The largest body that is guessed about, in bytes: each guess hashes it again.
pub(crate) const BODY_BYTES_MAX: usize = 64 * 1024;

/// What stands behind the live service's sentence when a guess came out.
pub(crate) fn differs(part: &str, part_zh: &str, signed: &str, sent: &str) -> Text {
    let (signed, sent) = (quoted(signed), quoted(sent));
    Text::new(
        format!(
            "What differs is {part}: you signed \"{signed}\", the request says \"{sent}\". \
             Everything else is right, the SecretKey too."
        ),
        format!(
            "不一致之处为{part_zh}：签名使用的是 \"{signed}\"，而请求中为 \"{sent}\"。其余部分（包括 SecretKey）均正确。"
        ),
    )
}

/// The same for what cannot be shown side by side.
pub(crate) fn differs_in(what: &str, what_zh: &str) -> Text {
    Text::new(
        format!("What differs: {what}. Everything else is right, the SecretKey too."),
        format!("不一致之处：{what_zh}。其余部分（包括 SecretKey）均正确。"),
    )
}

/// No guess came out.
pub(crate) fn unknown() -> Text {
    Text::fixed(
        "Clock, date and form are right, and no single usual mistake in host, content type, body or \
         query explains it: most likely the SecretKey is not the one of this SecretId.",
        "时钟、日期和格式均正确，主机、Content-Type、请求体和查询字符串中也未发现常见错误：很可能 SecretKey 与该 SecretId 不匹配。",
    )
}

/// Hosts that a client may have signed in the place of the one it sent.
pub(crate) fn hosts(sent: &str, product: &str, region: Option<&str>) -> Vec<String> {
    let authority = sent.split_once("://").map_or(sent, |(_, rest)| rest);
    let (name, port) = split_port(authority);
    let with_port = |name: &str| match port {
        "" => name.to_owned(),
        port => format!("{name}:{port}"),
    };
    let mut hosts = vec![
        format!("http://{authority}"),
        format!("https://{authority}"),
        format!("{authority}/"),
        format!("{name}:80"),
        format!("{name}:443"),
        format!("{product}.tencentcloudapi.com"),
        format!("{product}.intl.tencentcloudapi.com"),
        format!("{product}.{name}"),
        with_port(&format!("{product}.{name}")),
    ];
    hosts.extend(region.map(|region| format!("{product}.{region}.tencentcloudapi.com")));
    for other in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"] {
        hosts.push(other.to_owned());
        hosts.push(with_port(other));
    }
    hosts
}

/// Content types that a client may have signed in the place of the one it sent.
pub(crate) const CONTENT_TYPES: &[&str] = &[
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=utf-8",
    "application/json; charset=UTF-8",
    "application/json;charset=UTF-8",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/x-www-form-urlencoded;charset=UTF-8",
    "multipart/form-data",
    "text/plain",
    "",
];

/// Bodies that a client may have signed in the place of the one it sent, and what that means.
pub(crate) fn bodies(sent: &[u8]) -> Vec<(Vec<u8>, &'static str, &'static str)> {
    let mut bodies = vec![
        (
            Vec::new(),
            "the hash is of an empty body",
            "签名使用了空请求体的哈希",
        ),
        (
            b"{}".to_vec(),
            "the hash is of the body `{}`",
            "签名使用了请求体 `{}` 的哈希",
        ),
        (
            sent.trim_ascii().to_vec(),
            "the hash is of the body without the white space around it",
            "签名使用了去除首尾空白后的请求体",
        ),
        (
            [sent, b"\n"].concat(),
            "the hash is of the body with a line feed behind it",
            "签名使用了末尾带换行符的请求体",
        ),
        (
            b"UNSIGNED-PAYLOAD".to_vec(),
            "the hash is that of `UNSIGNED-PAYLOAD`, without the header `X-TC-Content-SHA256` that says so",
            "签名使用了 `UNSIGNED-PAYLOAD`，但未发送请求头 `X-TC-Content-SHA256`",
        ),
    ];
    let rewritten = "the hash is of the same JSON written another way (spaces or escapes): sign the \
                     bytes that are sent";
    let rewritten_zh = "签名使用了另一种写法的同一 JSON（空格或转义不同），请对实际发送的字节签名";
    if let Ok(value) = serde_json::from_slice::<Value>(sent) {
        let compact = value.to_string();
        bodies.push((escaped(&compact).into_bytes(), rewritten, rewritten_zh));
        bodies.push((spaced(&compact).into_bytes(), rewritten, rewritten_zh));
        bodies.push((
            escaped(&spaced(&compact)).into_bytes(),
            rewritten,
            rewritten_zh,
        ));
        if let Ok(pretty) = serde_json::to_vec_pretty(&value) {
            bodies.push((pretty, rewritten, rewritten_zh));
        }
        bodies.push((compact.into_bytes(), rewritten, rewritten_zh));
    }
    bodies
}

/// JSON with a space behind each `:` and `,` outside strings: Python's way.
fn spaced(compact: &str) -> String {
    let mut text = String::with_capacity(compact.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for character in compact.chars() {
        text.push(character);
        match character {
            '"' if !is_escaped => in_string = !in_string,
            ':' | ',' if !in_string => text.push(' '),
            _ => {}
        }
        is_escaped = in_string && character == '\\' && !is_escaped;
    }
    text
}

/// JSON in ASCII only: Python's and Ruby's way.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// Queries that a client may have signed in the place of the one it sent, and what that means.
pub(crate) fn queries(sent: &str) -> Vec<(String, &'static str, &'static str)> {
    let mut pairs: Vec<_> = sent.split('&').collect();
    pairs.sort_unstable();
    let mut queries = vec![
        (
            pairs.join("&"),
            "the query was put in order for the signature and sent in another",
            "签名时对查询字符串排了序，但发送时顺序不同",
        ),
        (
            sent.replace('+', "%20"),
            "spaces in the query are `%20` in the signature and `+` in the request",
            "签名中空格为 `%20`，而请求中为 `+`",
        ),
        (
            sent.replace("%20", "+"),
            "spaces in the query are `+` in the signature and `%20` in the request",
            "签名中空格为 `+`，而请求中为 `%20`",
        ),
        (
            String::new(),
            "the query is not signed",
            "查询字符串未参与签名",
        ),
    ];
    if let Ok(decoded) = crate::form::decode(sent) {
        let decoded: Vec<_> = decoded
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        queries.push((
            decoded.join("&"),
            "the query is not percent-encoded in the signature",
            "签名中的查询字符串未进行百分号编码",
        ));
    }
    queries
}

/// SecretKeys as they are spoiled by copying, and what that means.
pub(crate) fn secret_keys(right: &SecretKey) -> Vec<(SecretKey, &'static str, &'static str)> {
    let right = right.expose();
    let spoiled = |before: &str, after: &str| {
        let mut text = Zeroizing::new(String::with_capacity(
            before.len() + right.len() + after.len(),
        ));
        text.extend([before, right, after]);
        SecretKey::new(text.as_str())
    };
    vec![
        (
            spoiled("", "\n"),
            "your SecretKey has a line feed at its end",
            "SecretKey 末尾多了换行符",
        ),
        (
            spoiled("", "\r\n"),
            "your SecretKey has a line end at its end",
            "SecretKey 末尾多了换行符",
        ),
        (
            spoiled("", " "),
            "your SecretKey has a space at its end",
            "SecretKey 末尾多了空格",
        ),
        (
            spoiled(" ", ""),
            "your SecretKey has a space before it",
            "SecretKey 开头多了空格",
        ),
        (
            spoiled("\"", "\""),
            "your SecretKey has quotation marks around it",
            "SecretKey 两侧多了引号",
        ),
    ]
}

/// A guess about the SecretKey came out.
pub(crate) fn secret_key_is_spoiled(what: &str, what_zh: &str) -> Text {
    Text::new(
        format!("What differs is only the secret: {what}. Everything else is right."),
        format!("不一致之处仅为密钥：{what_zh}。其余部分均正确。"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_rewritten_as_clients_write_it() {
        let compact = r#"{"a":["b,c:\"d",1],"e":"中"}"#;
        assert_eq!(spaced(compact), r#"{"a": ["b,c:\"d", 1], "e": "中"}"#);
        assert_eq!(escaped(compact), r#"{"a":["b,c:\"d",1],"e":"\u4e2d"}"#);
        assert_eq!(escaped("\"🔑\""), r#""\ud83d\udd11""#);
    }
}

//! A request as it came off the wire, before anything is known about it.

use crate::tc3::ALGORITHM;
use crate::v1;
use crate::v1::signature_method::SignatureMethod;
use pharos_api::code::Code;
use pharos_api::error::{ApiError, quoted};
use pharos_api::text::{Language, Text};
use std::borrow::Cow;

/// A view of one request. Nothing in it has been decoded or normalised: signatures cover the bytes
/// as they were sent.
#[derive(Clone, Copy)]
pub struct HttpRequest<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// The path of the target, `/` when there is none.
    pub path: &'a str,
    /// What follows `?` in the target, still percent-encoded; empty when there is none.
    pub query: &'a str,
    /// The header lines, in the order they came.
    pub headers: Headers<'a>,
    /// The body.
    pub body: &'a [u8],
}

/// Header lines: names in any case, values as bytes.
#[derive(Clone, Copy)]
pub struct Headers<'a>(pub &'a [(&'a str, &'a [u8])]);

impl<'a> Headers<'a> {
    /// The value of a header that may stand once, without the white space around it.
    ///
    /// # Errors
    /// `InvalidParameter` when the header stands twice or is not UTF-8: what was signed would then
    /// be a matter of opinion.
    pub fn once(&self, name: &str) -> Result<Option<&'a str>, ApiError> {
        let mut values = self.all(name);
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(ApiError::invalid_parameter(Text::new(
                format!(
                    "The header `{}` stands more than once. Send it once.",
                    quoted(name)
                ),
                format!("请求头 `{}` 重复出现，只能发送一次。", quoted(name)),
            )));
        }
        match std::str::from_utf8(value) {
            Ok(text) => Ok(Some(text.trim())),
            Err(_) => Err(ApiError::invalid_parameter(Text::new(
                format!("The header `{}` is not UTF-8 text.", quoted(name)),
                format!("请求头 `{}` 不是有效的 UTF-8 文本。", quoted(name)),
            ))),
        }
    }

    /// The value of a header for the log or for choosing words: the first one that can be read.
    pub fn hint(&self, name: &str) -> Option<&'a str> {
        self.all(name)
            .find_map(|value| std::str::from_utf8(value).ok())
            .map(str::trim)
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let lines = self.0;
        lines
            .iter()
            // The lengths first, in line: every request is asked for a dozen names.
            .filter(move |(line, _)| line.len() == name.len() && line.eq_ignore_ascii_case(name))
            .map(|(_, v)| *v)
    }
}

impl HttpRequest<'_> {
    /// The language that the client asked for; known even when the request turns out to be none.
    pub fn language(&self) -> Language {
        self.hint("Language")
            .map(|tag| Language::from_wire(&tag))
            .unwrap_or_default()
    }

    /// Which signature it seems to have, for a request that cannot be read: `TC3-HMAC-SHA256`, `HmacSHA1`
    /// or `HmacSHA256`.
    pub fn version_hint(&self) -> Option<&'static str> {
        match self.headers.hint("Authorization") {
            Some(value) => value.starts_with(ALGORITHM).then_some(ALGORITHM),
            None if v1::read::is_signed(self) => {
                let method = v1::read::hint(self, "SignatureMethod");
                Some(SignatureMethod::from_wire(&method.unwrap_or_default()).wire())
            }
            None => None,
        }
    }

    /// A common parameter, unchecked, for the log and for choosing words: `X-TC-Action` in version 3,
    /// `Action` in version 1.
    pub fn hint(&self, name: &str) -> Option<Cow<'_, str>> {
        let lines = self.headers.0.iter();
        let header = lines
            .filter(|(line, _)| is_common(line, name))
            .find_map(|(_, value)| std::str::from_utf8(value).ok());
        header
            .map(|value| Cow::Borrowed(value.trim()))
            .or_else(|| v1::read::hint(self, name).map(Cow::Owned))
    }
}

/// Whether a header is that of a common parameter: `X-TC-` and its name.
fn is_common(line: &str, name: &str) -> bool {
    line.split_at_checked("X-TC-".len())
        .is_some_and(|(prefix, rest)| {
            prefix.eq_ignore_ascii_case("X-TC-") && rest.eq_ignore_ascii_case(name)
        })
}

/// A host and its port; the port is empty when there is none.
pub(crate) fn split_port(host: &str) -> (&str, &str) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            (name, port)
        }
        _ => (host, ""),
    }
}

/// What a query may have, in bytes (protocol.md section 3.2).
pub const QUERY_BYTES_MAX: usize = 32 * 1024;

/// What the body of a version 3 POST may have, in bytes (protocol.md section 3.2). The edge stops
/// reading there.
pub const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;

/// The request is larger than its kind may be.
pub fn too_large(what: &Text, bytes_max: usize) -> ApiError {
    let kilobytes = bytes_max / 1024;
    ApiError::new(
        Code::RequestSizeLimitExceeded,
        Text::new(
            format!(
                "The request is too large: {} may have at most {kilobytes} KB. Send less in one call.",
                what.en
            ),
            format!(
                "请求过大：{}最多允许 {kilobytes} KB，请减少单次请求的内容。",
                what.zh
            ),
        ),
    )
}

/// The body went past [`BODY_BYTES_MAX`].
pub fn body_too_large() -> ApiError {
    too_large(&Text::fixed("the body", "请求体"), BODY_BYTES_MAX)
}

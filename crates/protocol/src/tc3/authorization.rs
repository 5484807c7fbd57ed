//! The `Authorization` header.

use super::credential_scope::CredentialScope;
use super::signature::Signature;
use super::{ALGORITHM, TERMINATOR};
use crate::unverified::in_lower_case;
use pharos_api::code::Code;
use pharos_api::error::{ApiError, quoted};
use pharos_api::text::Text;
use std::borrow::Cow;
use std::fmt;

/// `TC3-HMAC-SHA256 Credential=<SecretId>/<date>/<service>/tc3_request, SignedHeaders=<a;b>,
/// Signature=<hex>`
#[derive(Clone, Debug)]
pub struct Authorization<'a> {
    /// The SecretId, unchecked.
    pub secret_id: &'a str,
    /// What the signing key was derived for.
    pub scope: CredentialScope<'a>,
    /// The names of the signed headers, lower case, in ASCII order, `content-type` and `host` among
    /// them.
    pub signed_headers: Vec<Cow<'a, str>>,
    /// The signature.
    pub signature: Signature,
}

/// How many headers may be signed: SDKs sign two, the demos three, and each costs a search.
pub const SIGNED_HEADERS_MAX: usize = 32;

/// The longest name of a part that a refusal repeats, in bytes: `SignedHeaders` misspelt.
const WORD_BYTES_MAX: usize = 15;

/// The headers that have to be signed (protocol.md section 1.1).
const ALWAYS_SIGNED: [&str; 2] = ["content-type", "host"];

impl<'a> Authorization<'a> {
    /// Reads the header's value.
    ///
    /// # Errors
    /// `AuthFailure.InvalidAuthorization`, with the part that is wrong.
    pub fn parse(value: &'a str) -> Result<Self, ApiError> {
        let rest = value
            .strip_prefix(ALGORITHM)
            .filter(|rest| rest.starts_with([' ', '\t']))
            .ok_or_else(|| {
                invalid(
                    format!("it should start with `{ALGORITHM} `"),
                    format!("应以 `{ALGORITHM} ` 开头"),
                )
            })?;
        let mut parts = Parts::default();
        for part in rest.split(',') {
            parts.take(part.trim())?;
        }
        let (secret_id, scope) =
            parse_credential(parts.credential.ok_or_else(|| lacks("Credential"))?)?;
        let signed_headers =
            parse_signed_headers(parts.signed_headers.ok_or_else(|| lacks("SignedHeaders"))?)?;
        let signature = Signature::from_hex(parts.signature.ok_or_else(|| lacks("Signature"))?)
            .ok_or_else(|| {
                invalid(
                    "`Signature` should be 64 lower-case hexadecimal digits",
                    "`Signature` 应为 64 位小写十六进制数字",
                )
            })?;
        Ok(Self {
            secret_id,
            scope,
            signed_headers,
            signature,
        })
    }
}

#[derive(Default)]
struct Parts<'a> {
    credential: Option<&'a str>,
    signed_headers: Option<&'a str>,
    signature: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn take(&mut self, part: &'a str) -> Result<(), ApiError> {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let slot = match name {
            "Credential" => &mut self.credential,
            "SignedHeaders" => &mut self.signed_headers,
            "Signature" => &mut self.signature,
            _ => {
                // What is no word may be a secret in the wrong place: it is not repeated.
                let is_word = name.len() <= WORD_BYTES_MAX
                    && name.bytes().all(|byte| byte.is_ascii_alphabetic());
                let name = if is_word { name } else { "…" };
                return Err(invalid(
                    format!("`{name}` is none of `Credential`, `SignedHeaders` and `Signature`"),
                    format!("`{name}` 不是 `Credential`、`SignedHeaders` 或 `Signature`"),
                ));
            }
        };
        if slot.replace(value).is_some() {
            let name = quoted(name);
            return Err(invalid(
                format!("`{name}` stands twice"),
                format!("`{name}` 重复出现"),
            ));
        }
        Ok(())
    }
}

fn parse_credential(text: &str) -> Result<(&str, CredentialScope<'_>), ApiError> {
    let mut parts = text.split('/');
    match (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) {
        (Some(secret_id), Some(date), Some(service), Some(TERMINATOR), None)
            if ![secret_id, date, service].contains(&"") =>
        {
            Ok((secret_id, CredentialScope { date, service }))
        }
        _ => Err(invalid(
            format!("`Credential` should be `<SecretId>/<YYYY-MM-DD>/<service>/{TERMINATOR}`"),
            format!("`Credential` 应为 `<SecretId>/<YYYY-MM-DD>/<service>/{TERMINATOR}`"),
        )),
    }
}

fn parse_signed_headers(text: &str) -> Result<Vec<Cow<'_, str>>, ApiError> {
    let mut names = text
        .split(';')
        .map(|name| in_lower_case(name.trim()))
        .collect::<Vec<_>>();
    names.sort_unstable();
    for required in ALWAYS_SIGNED {
        if !names.iter().any(|name| name == required) {
            return Err(invalid(
                format!("`SignedHeaders` should hold `{required}`"),
                format!("`SignedHeaders` 应包含 `{required}`"),
            ));
        }
    }
    if names.len() > SIGNED_HEADERS_MAX {
        return Err(invalid(
            format!(
                "`SignedHeaders` has {} names; at most {SIGNED_HEADERS_MAX} are read",
                names.len()
            ),
            format!(
                "`SignedHeaders` 有 {} 个名称，最多允许 {SIGNED_HEADERS_MAX} 个",
                names.len()
            ),
        ));
    }
    if let Some(twice) = names.windows(2).find_map(|pair| match pair {
        [one, other] if one == other => Some(quoted(one)),
        _ => None,
    }) {
        return Err(invalid(
            format!("`SignedHeaders` names `{twice}` twice"),
            format!("`SignedHeaders` 中 `{twice}` 重复出现"),
        ));
    }
    Ok(names)
}

fn lacks(part: &str) -> ApiError {
    invalid(format!("it lacks `{part}`"), format!("缺少 `{part}`"))
}

/// The header is not what the algorithm asks for.
pub(crate) fn invalid(en: impl Into<String>, zh: impl Into<String>) -> ApiError {
    ApiError::new(
        Code::InvalidAuthorization,
        Text::new(
            format!("The `Authorization` header is not valid: {}.", en.into()),
            format!("请求头 `Authorization` 无效：{}。", zh.into()),
        ),
    )
}

impl fmt::Display for Authorization<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={}",
            self.secret_id,
            self.scope,
            self.signed_headers.join(";"),
            self.signature
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(credential: &str, signed: &str, signature: &str) -> String {
        format!(
            "{ALGORITHM} Credential={credential}, SignedHeaders={signed}, Signature={signature}"
        )
    }

    #[test]
    fn reads_what_it_writes() {
        let text = header(
            "AKIDx/2023-11-14/lighthouse/tc3_request",
            "content-type;host",
            &"0a".repeat(32),
        );
        assert_eq!(Authorization::parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn signed_headers_may_stand_in_any_case_and_order() {
        let text = header(
            "AKIDx/2023-11-14/127/tc3_request",
            "Host;X-TC-Action;Content-Type",
            &"0a".repeat(32),
        );
        let names = Authorization::parse(&text).unwrap().signed_headers;
        assert_eq!(names, ["content-type", "host", "x-tc-action"]);
    }

    #[test]
    fn each_fault_is_named() {
        let good = "AKIDx/2023-11-14/lighthouse/tc3_request";
        let signature = "0a".repeat(32);
        let many = format!(
            "content-type;host;{}",
            (0..40)
                .map(|i| format!("h{i}"))
                .collect::<Vec<_>>()
                .join(";")
        );
        for (text, part) in [
            (String::from("TC3-HMAC-SHA256"), "should start with"),
            (String::from("TC3-HMAC-SHA256X a"), "should start with"),
            (String::from("Basic abc"), "should start with"),
            (
                format!("{ALGORITHM} SignedHeaders=host, Signature={signature}"),
                "lacks `Credential`",
            ),
            (
                format!("{ALGORITHM} Credential={good}, Signature={signature}"),
                "lacks `SignedHeaders`",
            ),
            (
                format!("{ALGORITHM} Credential={good}, SignedHeaders=content-type;host"),
                "lacks `Signature`",
            ),
            (
                format!("{ALGORITHM} Credential={good}, Credential={good}"),
                "`Credential` stands twice",
            ),
            (
                format!("{ALGORITHM} Kredential={good}"),
                "`Kredential` is none of",
            ),
            (
                header(
                    "AKIDx/lighthouse/tc3_request",
                    "content-type;host",
                    &signature,
                ),
                "`Credential` should be",
            ),
            (
                header(
                    "AKIDx/2023-11-14//tc3_request",
                    "content-type;host",
                    &signature,
                ),
                "`Credential` should be",
            ),
            (
                header(
                    "AKIDx/2023-11-14/lighthouse/aws4_request",
                    "content-type;host",
                    &signature,
                ),
                "`Credential` should be",
            ),
            (
                header(&format!("{good}/more"), "content-type;host", &signature),
                "`Credential` should be",
            ),
            (
                header(good, "host", &signature),
                "should hold `content-type`",
            ),
            (
                header(good, "content-type", &signature),
                "should hold `host`",
            ),
            (
                header(good, "content-type;host;host", &signature),
                "names `host` twice",
            ),
            (header(good, &many, &signature), "has 42 names"),
            (header(good, "content-type;host", "abc"), "64 lower-case"),
        ] {
            let error = Authorization::parse(&text).unwrap_err();
            assert_eq!(error.code, Code::InvalidAuthorization);
            assert!(
                error.message.en.contains(part),
                "{text}: {}",
                error.message.en
            );
        }
    }
}

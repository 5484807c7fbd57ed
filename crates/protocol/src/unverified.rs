//! A request that has the form of one, from somebody who says who they are.

use crate::http::{HttpRequest, QUERY_BYTES_MAX, split_port, too_large};
use crate::keyring::Keyring;
use crate::stages::Stages;
use crate::verified::Verified;
use crate::{tc3, v1};
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::error::{ApiError, quoted};
use pharos_api::text::Text;
use pharos_api::time::Timestamp;
use std::borrow::Cow;

/// How far a request's clock may be from ours, in seconds (protocol.md section 1.2).
pub const CLOCK_SKEW_SECONDS_MAX: u64 = 300;

/// A well-formed request whose signature has not been checked. It tells nothing but its SecretId and its token.
pub struct Unverified<'a> {
    pub(crate) claims: Verified<'a>,
    pub(crate) time: Timestamp,
    pub(crate) proof: Proof<'a>,
}

/// What the signature is checked by.
pub(crate) enum Proof<'a> {
    Version1(v1::read::Proof<'a>),
    Version3(tc3::read::Proof<'a>),
}

impl<'a> Unverified<'a> {
    /// Reads a request.
    ///
    /// # Errors
    /// What docs/order-of-checks.md lists from the method to the form of the signature, in that order,
    /// and `AuthFailure.SecretIdNotFound` for what cannot be a SecretId.
    pub fn read(request: &HttpRequest<'a>) -> Result<Self, ApiError> {
        if !matches!(request.method, "GET" | "POST") {
            let method = quoted(request.method);
            return Err(ApiError::new(
                Code::UnsupportedProtocol,
                Text::new(
                    format!("The method `{method}` is not supported. Use POST or GET."),
                    format!("不支持请求方法 `{method}`，请使用 POST 或 GET。"),
                ),
            ));
        }
        if request.query.len() > QUERY_BYTES_MAX {
            return Err(too_large(
                &Text::fixed("the query", "查询字符串"),
                QUERY_BYTES_MAX,
            ));
        }
        match request.headers.once("Authorization")? {
            Some(authorization) => tc3::read::read(request, authorization),
            None if v1::read::is_signed(request) => v1::read::read(request),
            None => {
                let hint = Text::fixed(
                    "Every request is signed: point an official SDK or `tccli` at this endpoint.",
                    "所有请求都需要签名：请使用官方 SDK 或 `tccli` 访问本端点。",
                );
                Err(ApiError::missing_parameter("Authorization", Some(&hint)))
            }
        }
    }

    /// The SecretId it says it was signed with.
    pub fn secret_id(&self) -> &SecretId {
        &self.claims.secret_id
    }

    /// The token of temporary credentials, if one was sent. It says itself what the signature is checked with.
    pub fn token(&self) -> Option<&str> {
        self.claims.token()
    }

    /// Checks the clock, then the signature.
    ///
    /// A repeated request of version 3 is legal: SDKs repeat theirs within a second (protocol.md
    /// section 1.2). One of version 1 is not; [`Verified::single_use`] is what tells it apart.
    ///
    /// # Errors
    /// `AuthFailure.SignatureExpire`, `AuthFailure.SignatureFailure`.
    pub fn verify(self, keyring: &Keyring, now: Timestamp) -> Result<Verified<'a>, ApiError> {
        let judged = self.judge(keyring, now);
        judged
            .map(|(verified, _)| verified)
            .map_err(|refused| refused.error)
    }

    /// The same, with what shows a person why.
    ///
    /// # Errors
    /// As [`Unverified::verify`].
    pub fn judge(
        self,
        keyring: &Keyring,
        now: Timestamp,
    ) -> Result<(Verified<'a>, Stages), Box<Refused<'a>>> {
        match self.check(keyring, now) {
            Ok(stages) => Ok((self.claims, stages)),
            Err(mismatch) => Err(Box::new(Refused {
                is_explained: matches!(mismatch, Mismatch::Refused(_)),
                error: mismatch.into(),
                unverified: self,
            })),
        }
    }

    /// How it is read, in the likeliest of the ways in which its signature is checked; without any key.
    pub fn stages(&self) -> Stages {
        match &self.proof {
            Proof::Version1(proof) => proof.stages(&self.claims),
            Proof::Version3(proof) => proof.stages(&self.claims),
        }
    }

    /// Answers how it was read by whoever signed it.
    fn check(&self, keyring: &Keyring, now: Timestamp) -> Result<Stages, Mismatch> {
        if self.time.distance(now) > CLOCK_SKEW_SECONDS_MAX {
            return Err(Mismatch::Refused(expired(self.time, now)));
        }
        let matches = match &self.proof {
            Proof::Version1(proof) => proof.matches(&self.claims, keyring.secret_key()),
            Proof::Version3(proof) => {
                proof.check_date(self.time).map_err(Mismatch::Refused)?;
                proof.matches(&self.claims, keyring)
            }
        };
        matches.ok_or(Mismatch::Signature)
    }
}

/// A request that was not verified.
pub struct Refused<'a> {
    /// What its sender is told.
    pub error: ApiError,
    unverified: Unverified<'a>,
    /// Whether the error says all there is to say.
    is_explained: bool,
}

impl Refused<'_> {
    /// As [`Unverified::stages`].
    pub fn stages(&self) -> Stages {
        self.unverified.stages()
    }

    /// Which part of a signature that does not match differs, as far as that can be found; `None` where
    /// the error says why already. It never shows a key or the signature that would be right.
    ///
    /// It costs some hundred more hashes, so it is the operator's choice.
    pub fn explain(&self, keyring: &Keyring) -> Option<Text> {
        if self.is_explained {
            return None;
        }
        let (claims, secret_key) = (&self.unverified.claims, keyring.secret_key());
        Some(match &self.unverified.proof {
            Proof::Version1(proof) => proof.diagnose(claims, secret_key),
            Proof::Version3(proof) => proof.diagnose(claims, secret_key),
        })
    }
}

/// Why a request is not verified.
enum Mismatch {
    /// For a reason that was told.
    Refused(ApiError),
    /// The signature is of something else.
    Signature,
}

impl From<Mismatch> for ApiError {
    fn from(mismatch: Mismatch) -> Self {
        match mismatch {
            Mismatch::Refused(error) => error,
            Mismatch::Signature => ApiError::signature_failure(),
        }
    }
}

fn expired(time: Timestamp, now: Timestamp) -> ApiError {
    let skew = time.distance(now);
    let (direction, direction_zh) = if time < now {
        ("behind", "慢")
    } else {
        ("ahead of", "快")
    };
    ApiError::signature_expire().with_help(&Text::new(
        format!(
            "The timestamp of the request is {skew} seconds {direction} the server's clock, and at \
             most {CLOCK_SKEW_SECONDS_MAX} are allowed: check the clock of your machine."
        ),
        format!(
            "请求时间戳比服务器时间{direction_zh} {skew} 秒，最多允许 {CLOCK_SKEW_SECONDS_MAX} \
             秒，请检查本机时钟。"
        ),
    ))
}

/// Reads a timestamp: UNIX seconds in decimal digits.
pub(crate) fn parse_time(text: &str) -> Result<Timestamp, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if digits { text.parse().ok() } else { None };
    seconds
        .and_then(Timestamp::from_unix_seconds)
        .ok_or_else(|| {
            let text = quoted(text);
            ApiError::wrong_type("Timestamp", "uint64").with_help(&Text::new(
                format!("`{text}` is not UNIX time in whole seconds."),
                format!("`{text}` 不是以秒为单位的 UNIX 时间戳。"),
            ))
        })
}

/// A content type without its parameters.
pub(crate) fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// The `Host` as clients sign it: verbatim, which may hold a scheme (`tccli`); without its port
/// (Node); either in lower case.
pub(crate) fn signed_hosts(host: &str) -> Vec<Cow<'_, str>> {
    let (without_port, _) = split_port(host);
    let readings = [
        Cow::Borrowed(host),
        Cow::Borrowed(without_port),
        in_lower_case(host),
        in_lower_case(without_port),
    ];
    let mut hosts = Vec::with_capacity(readings.len());
    for reading in readings {
        if !hosts.contains(&reading) {
            hosts.push(reading);
        }
    }
    hosts
}

/// The text with its ASCII letters in lower case; most are already.
pub(crate) fn in_lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

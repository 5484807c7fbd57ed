//! A request that has the form of one, from somebody who says who they are.

use crate::http::{HttpRequest, QUERY_BYTES_MAX, too_large};
use crate::tc3::canonical_request::PayloadHash;
use crate::tc3::{self, authorization::Authorization};
use crate::verified::Verified;
use pharos_api::code::Code;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::{ApiError, quoted};
use pharos_api::text::Text;
use pharos_api::time::Timestamp;

/// How far a request's clock may be from ours, in seconds (protocol.md section 1.2).
pub const CLOCK_SKEW_SECONDS_MAX: u64 = 300;

/// A well-formed request whose signature has not been checked. It tells nothing but its SecretId.
pub struct Unverified<'a> {
    pub(crate) authorization: Authorization<'a>,
    pub(crate) time: Timestamp,
    pub(crate) time_text: &'a str,
    /// The signed headers, names in lower case and in order, values as sent.
    pub(crate) signed: Vec<(String, &'a str)>,
    pub(crate) payload: PayloadHash,
    pub(crate) claims: Verified<'a>,
}

/// Where the parameters of an action stand.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// A JSON object in the body.
    Json(&'a [u8]),
    /// Flattened in the query, percent-encoded.
    Query(&'a str),
}

impl<'a> Unverified<'a> {
    /// Reads a request.
    ///
    /// The checks, in this order: method (`UnsupportedProtocol`), size of the query
    /// (`RequestSizeLimitExceeded`), signature version, form of the `Authorization` header
    /// (`AuthFailure.InvalidAuthorization`), content type (`UnsupportedProtocol`), action, version
    /// and timestamp (`MissingParameter`, `InvalidParameter`), form of the SecretId
    /// (`AuthFailure.SecretIdNotFound`).
    ///
    /// # Errors
    /// As listed.
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
            Some(authorization) if authorization.starts_with(tc3::ALGORITHM) => {
                tc3::read::read(request, authorization)
            }
            other => Err(not_version_3(request, other)),
        }
    }

    /// The SecretId it says it was signed with.
    pub fn secret_id(&self) -> &SecretId {
        &self.claims.secret_id
    }

    /// Checks the clock, then the signature.
    ///
    /// A repeated request is legal: SDKs repeat theirs within a second (protocol.md section 1.2).
    ///
    /// # Errors
    /// `AuthFailure.SignatureExpire`, `AuthFailure.SignatureFailure`.
    pub fn verify(self, secret_key: &SecretKey, now: Timestamp) -> Result<Verified<'a>, ApiError> {
        let skew = self.time.distance(now);
        if skew > CLOCK_SKEW_SECONDS_MAX {
            let direction = if self.time < now {
                ("behind", "慢")
            } else {
                ("ahead of", "快")
            };
            return Err(ApiError::new(
                Code::SignatureExpire,
                Text::new(
                    format!(
                        "The signature is expired, please request again. The timestamp of the \
                         request is {skew} seconds {} the server's clock, and at most \
                         {CLOCK_SKEW_SECONDS_MAX} are allowed: check the clock of your machine.",
                        direction.0
                    ),
                    format!(
                        "签名已过期，请重新发起请求。请求时间戳比服务器时间{}{skew} 秒，最多允许 \
                         {CLOCK_SKEW_SECONDS_MAX} 秒，请检查本机时钟。",
                        direction.1
                    ),
                ),
            ));
        }
        if !self.authorization.scope.is_of(self.time) {
            let (date, day) = (quoted(self.authorization.scope.date), self.time.date());
            return Err(signature_failure(&Text::new(
                format!(
                    " The date in the credential scope is `{date}`, and the UTC day of the \
                     timestamp is `{day}`: derive the date in UTC."
                ),
                format!(
                    "凭证范围中的日期为 `{date}`，而时间戳对应的 UTC 日期为 `{day}`，请使用 UTC 日期。"
                ),
            )));
        }
        if tc3::read::signature_matches(&self, secret_key) {
            Ok(self.claims)
        } else {
            Err(signature_failure(&Text::fixed("", "")))
        }
    }
}

/// The live service's words (protocol.md section 4.2), and what is known besides.
fn signature_failure(more: &Text) -> ApiError {
    ApiError::new(
        Code::SignatureFailure,
        Text::new(
            format!(
                "The provided credentials could not be validated. Please check your signature is \
                 correct.{}",
                more.en
            ),
            format!("请求签名验证失败，请检查您的签名计算是否正确。{}", more.zh),
        ),
    )
}

/// The seam of signature version 1: its requests carry `Signature` as a parameter.
fn not_version_3(request: &HttpRequest<'_>, authorization: Option<&str>) -> ApiError {
    if let Some(authorization) = authorization {
        return match Authorization::parse(authorization) {
            Err(error) => error,
            Ok(_) => ApiError::internal("an authorization of no known algorithm was read"),
        };
    }
    let has_signature = |text: &[u8]| {
        text.split(|byte| *byte == b'&')
            .any(|pair| pair.starts_with(b"Signature="))
    };
    if has_signature(request.query.as_bytes()) || has_signature(request.body) {
        return ApiError::new(
            Code::InvalidAuthorization,
            Text::fixed(
                "This server does not read version 1 signatures (HmacSHA1, HmacSHA256) yet. Set \
                 the sign method of your SDK to TC3-HMAC-SHA256, its default.",
                "本服务器暂不支持 V1 签名（HmacSHA1、HmacSHA256），请将 SDK 的签名方法设为默认的 TC3-HMAC-SHA256。",
            ),
        );
    }
    let hint = Text::fixed(
        "Every request is signed: point an official SDK or `tccli` at this endpoint.",
        "所有请求都需要签名：请使用官方 SDK 或 `tccli` 访问本端点。",
    );
    ApiError::missing_parameter("Authorization", Some(&hint))
}

//! The server's side: from a request to something that can be verified, and the check itself.

use super::authorization::{Authorization, invalid};
use super::canonical_request::{CanonicalRequest, PayloadHash, UNSIGNED_PAYLOAD};
use super::signing_key::SecretSigning;
use super::string_to_sign::StringToSign;
use crate::http::HttpRequest;
use crate::unverified::{Source, Unverified};
use crate::verified::Verified;
use pharos_api::code::Code;
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::{ApiError, quoted};
use pharos_api::text::Text;
use pharos_api::time::Timestamp;

pub(crate) fn read<'a>(
    request: &HttpRequest<'a>,
    authorization: &'a str,
) -> Result<Unverified<'a>, ApiError> {
    let authorization = Authorization::parse(authorization)?;
    let mut signed = Vec::with_capacity(authorization.signed_headers.len());
    for name in &authorization.signed_headers {
        let value = request.headers.once(name)?.ok_or_else(|| {
            let name = quoted(name);
            invalid(
                format!("`SignedHeaders` names `{name}`, and the request has no such header"),
                format!("`SignedHeaders` 包含 `{name}`，但请求中没有该请求头"),
            )
        })?;
        signed.push((name.clone(), value));
    }
    let action = required(request, "Action")?;
    let source = source(request, action)?;
    let version = required(request, "Version")?;
    let time_text = required(request, "Timestamp")?;
    let time = parse_time(time_text)?;
    let payload = match (request.headers.once("X-TC-Content-SHA256")?, source) {
        (Some(UNSIGNED_PAYLOAD), _) => PayloadHash::unsigned(),
        (_, Source::Json(body)) => PayloadHash::of(body),
        (_, Source::Query(_)) => PayloadHash::of(b""),
    };
    let secret_id = SecretId::parse(authorization.secret_id)
        .ok_or_else(crate::verified::secret_id_not_found)?;
    let claims = Verified {
        secret_id,
        method: request.method,
        path: request.path,
        query: request.query,
        host: request.headers.once("Host")?.unwrap_or_default(),
        service: authorization.scope.service,
        action,
        version,
        region: request
            .headers
            .once("X-TC-Region")?
            .filter(|region| !region.is_empty()),
        // The live service takes an empty token for none (protocol.md section 1.3).
        token: request
            .headers
            .once("X-TC-Token")?
            .filter(|token| !token.is_empty()),
        source,
    };
    Ok(Unverified {
        authorization,
        time,
        time_text,
        signed,
        payload,
        claims,
    })
}

fn required<'a>(request: &HttpRequest<'a>, name: &str) -> Result<&'a str, ApiError> {
    let header = format!("X-TC-{name}");
    request
        .headers
        .once(&header)?
        .filter(|value| !value.is_empty())
        .ok_or_else(|| {
            let hint = Text::new(
                format!("Send it as the header `{header}`."),
                format!("请通过请求头 `{header}` 传递。"),
            );
            ApiError::missing_parameter(name, Some(&hint))
        })
}

/// Where the parameters are: by method and content type (protocol.md section 1.4).
fn source<'a>(request: &HttpRequest<'a>, action: &str) -> Result<Source<'a>, ApiError> {
    let content_type = request.headers.once("Content-Type")?.unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let (takes, source) = match request.method {
        "GET" => (
            "application/x-www-form-urlencoded",
            Source::Query(request.query),
        ),
        _ => ("application/json", Source::Json(request.body)),
    };
    if media_type.eq_ignore_ascii_case(takes) {
        return Ok(source);
    }
    let (action, media_type, method) = (quoted(action), quoted(media_type), request.method);
    Err(ApiError::new(
        Code::UnsupportedProtocol,
        Text::new(
            format!(
                "A signed {method} takes `{takes}`; the `{action}` action does not support \
                 Content-Type=`{media_type}`."
            ),
            format!(
                "{method} 请求应使用 `{takes}`；接口 `{action}` 不支持 Content-Type=`{media_type}`。"
            ),
        ),
    ))
}

fn parse_time(text: &str) -> Result<Timestamp, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if digits { text.parse().ok() } else { None };
    seconds.and_then(Timestamp::from_unix_seconds).ok_or_else(|| {
        let text = quoted(text);
        ApiError::invalid_parameter(Text::new(
            format!(
                "The value type of parameter `Timestamp` is not valid, input type should be \
                 `uint64`: `{text}` is not UNIX time in whole seconds."
            ),
            format!("参数 `Timestamp` 取值类型错误。参数类型应为 `uint64`：`{text}` 不是以秒为单位的 UNIX 时间戳。"),
        ))
    })
}

/// Whether the signature is of this request, in any of the forms that official clients sign
/// (protocol.md section 1.5).
pub(crate) fn signature_matches(request: &Unverified<'_>, secret_key: &SecretKey) -> bool {
    let Authorization {
        scope, signature, ..
    } = &request.authorization;
    let key = SecretSigning::derive(secret_key, scope);
    canonical_requests(request)
        .into_iter()
        .any(|canonical_request| {
            let string_to_sign = StringToSign::new(request.time_text, scope, &canonical_request);
            key.verifies(&string_to_sign, signature)
        })
}

/// The canonical requests that a client may have meant, the likeliest first: at most
/// 2 URIs × 4 hosts × 3 ways to write the other values, and for most requests two.
fn canonical_requests(request: &Unverified<'_>) -> Vec<CanonicalRequest> {
    let Verified {
        method,
        path,
        query,
        ..
    } = request.claims;
    // A POST has no canonical query, whatever stands in its target (protocol.md section 1.1).
    let query = if method == "GET" { query } else { "" };
    let mut candidates: Vec<CanonicalRequest> = Vec::new();
    for uri in distinct([String::from("/"), path.to_owned()]) {
        for host in hosts(request.claims.host) {
            for case in [Case::Kept, Case::Lowered, Case::LoweredButContentType] {
                let values = request
                    .signed
                    .iter()
                    .map(|(name, value)| case.apply(name, value, &host))
                    .collect::<Vec<_>>();
                let headers = request
                    .signed
                    .iter()
                    .zip(&values)
                    .map(|((name, _), value)| (name.as_str(), value.as_str()))
                    .collect::<Vec<_>>();
                let candidate =
                    CanonicalRequest::new(method, &uri, query, &headers, &request.payload);
                if !candidates.contains(&candidate) {
                    candidates.push(candidate);
                }
            }
        }
    }
    candidates
}

/// The `Host` as clients sign it: verbatim, which may hold a scheme (`tccli`); without its port
/// (Node); either in lower case.
fn hosts(host: &str) -> Vec<String> {
    let without_port = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    distinct([
        host.to_owned(),
        without_port.to_owned(),
        host.to_ascii_lowercase(),
        without_port.to_ascii_lowercase(),
    ])
}

fn distinct<const N: usize>(texts: [String; N]) -> Vec<String> {
    let mut distinct = Vec::with_capacity(N);
    for text in texts {
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    distinct
}

/// How the values of signed headers other than `host` are written: the algorithm says lower case,
/// SDKs keep them, and a multipart boundary keeps its capitals beside a lowered `x-tc-action`.
#[derive(Clone, Copy)]
enum Case {
    Kept,
    Lowered,
    LoweredButContentType,
}

impl Case {
    fn apply(self, name: &str, value: &str, host: &str) -> String {
        match (self, name) {
            (_, "host") => host.to_owned(),
            (Self::Kept, _) | (Self::LoweredButContentType, "content-type") => value.to_owned(),
            (Self::Lowered | Self::LoweredButContentType, _) => value.to_lowercase(),
        }
    }
}

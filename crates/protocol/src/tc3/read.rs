//! The server's side: from a request to something that can be verified, and the check itself.

use std::borrow::Cow;

use super::authorization::{Authorization, invalid};
use super::canonical_request::{CanonicalRequest, PayloadHash, UNSIGNED_PAYLOAD};
use super::credential_scope::CredentialScope;
use super::signing_key::SecretSigning;
use super::string_to_sign::StringToSign;
use crate::diagnosis::{self, CONTENT_TYPES, differs, differs_in};
use crate::http::HttpRequest;
use crate::multipart;
use crate::unverified::{
    self, Unverified, distinct, media_type, parse_time, signature_failure, signed_hosts,
    unsupported_content_type,
};
use crate::verified::{RegionField, Source, Verified, secret_id_not_found};
use pharos_api::action::{self, LIGHTHOUSE, PRODUCTS};
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::error::{ApiError, quoted};
use pharos_api::text::Text;
use pharos_api::time::Timestamp;

/// What a signature of version 3 is checked by.
pub(crate) struct Proof<'a> {
    authorization: Authorization<'a>,
    method: &'a str,
    path: &'a str,
    /// The query that is signed: a POST has none, whatever stands in its target (protocol.md
    /// section 1.1).
    query: &'a str,
    /// The text of `X-TC-Timestamp`.
    timestamp: &'a str,
    /// The signed headers, names in lower case and in order, values as sent.
    signed: Vec<(String, &'a str)>,
    payload: PayloadHash,
    body: &'a [u8],
}

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
    let timestamp = required(request, "Timestamp")?;
    let time = parse_time(timestamp)?;
    let is_get = request.method == "GET";
    let payload = match request.headers.once("X-TC-Content-SHA256")? {
        Some(UNSIGNED_PAYLOAD) => PayloadHash::unsigned(),
        _ if is_get => PayloadHash::of(b""),
        _ => PayloadHash::of(request.body),
    };
    // An empty region or token is as good as none: the live service takes it so (protocol.md
    // section 1.3).
    let optional = |name| Ok::<_, ApiError>(request.headers.once(name)?.filter(|v| !v.is_empty()));
    let claims = Verified {
        secret_id: SecretId::parse(authorization.secret_id).ok_or_else(secret_id_not_found)?,
        host: request.headers.once("Host")?.unwrap_or_default(),
        service: Some(authorization.scope.service),
        action: Cow::Borrowed(action),
        version: Cow::Borrowed(version),
        region: optional("X-TC-Region")?.map(Cow::Borrowed),
        region_field: RegionField::Header,
        token: optional("X-TC-Token")?.map(Cow::Borrowed),
        single_use: None,
        source,
    };
    let proof = Proof {
        authorization,
        method: request.method,
        path: request.path,
        query: if is_get { request.query } else { "" },
        timestamp,
        signed,
        payload,
        body: request.body,
    };
    Ok(Unverified {
        claims,
        time,
        proof: unverified::Proof::Version3(proof),
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
    let media_type = media_type(content_type);
    let is = |other: &str| media_type.eq_ignore_ascii_case(other);
    let takes = match request.method {
        "GET" if is("application/x-www-form-urlencoded") => {
            return Ok(Source::Query(request.query));
        }
        "GET" => "application/x-www-form-urlencoded",
        _ if is("application/json") => return Ok(Source::Json(request.body)),
        _ if is(multipart::MEDIA_TYPE) => {
            return Ok(Source::Multipart {
                content_type,
                body: request.body,
            });
        }
        _ => "application/json",
    };
    Err(unsupported_content_type(
        request.method,
        takes,
        action,
        media_type,
    ))
}

impl Proof<'_> {
    /// Whether the key was derived for the day of the timestamp.
    pub(crate) fn check_date(&self, time: Timestamp) -> Result<(), ApiError> {
        let scope = &self.authorization.scope;
        if scope.is_of(time) {
            return Ok(());
        }
        let (date, day) = (quoted(scope.date), time.date());
        Err(signature_failure(&Text::new(
            format!(
                " The date in the credential scope is `{date}`, and the UTC day of the timestamp \
                 is `{day}`: derive the date in UTC."
            ),
            format!(
                "凭证范围中的日期为 `{date}`，而时间戳对应的 UTC 日期为 `{day}`，请使用 UTC 日期。"
            ),
        )))
    }

    /// Whether the signature is of this request, in any of the forms that official clients sign
    /// (protocol.md section 1.5).
    pub(crate) fn matches(&self, claims: &Verified<'_>, secret_key: &SecretKey) -> bool {
        self.signs(secret_key, &self.authorization.scope, &self.as_sent(claims))
    }

    /// The request as it was sent.
    fn as_sent<'r>(&'r self, claims: &'r Verified<'_>) -> Reading<'r> {
        Reading {
            method: self.method,
            uris: distinct(["/".to_owned(), self.path.to_owned()]),
            query: self.query,
            hosts: signed_hosts(claims.host),
            content_type: None,
            payload: self.payload,
        }
    }

    /// Whether the signature is of what is read here, in this scope.
    fn signs(
        &self,
        secret_key: &SecretKey,
        scope: &CredentialScope<'_>,
        reading: &Reading<'_>,
    ) -> bool {
        let key = SecretSigning::derive(secret_key, scope);
        self.canonical_requests(reading)
            .into_iter()
            .any(|canonical_request| {
                let string_to_sign = StringToSign::new(self.timestamp, scope, &canonical_request);
                key.verifies(&string_to_sign, &self.authorization.signature)
            })
    }

    /// The canonical requests that a client may have meant, the likeliest first: at most
    /// 2 URIs × 4 hosts × 4 ways to write the other values, and for most requests two.
    fn canonical_requests(&self, reading: &Reading<'_>) -> Vec<CanonicalRequest> {
        let mut candidates: Vec<CanonicalRequest> = Vec::new();
        for uri in &reading.uris {
            for host in &reading.hosts {
                for writing in Writing::ALL {
                    let values = self
                        .signed
                        .iter()
                        .map(
                            |(name, value)| match (name.as_str(), reading.content_type) {
                                ("content-type", Some(other)) => Cow::Borrowed(other),
                                _ => writing.apply(name, value, host),
                            },
                        )
                        .collect::<Vec<_>>();
                    let headers = self
                        .signed
                        .iter()
                        .zip(&values)
                        .map(|((name, _), value)| (name.as_str(), value.as_ref()))
                        .collect::<Vec<_>>();
                    let candidate = CanonicalRequest::new(
                        reading.method,
                        uri,
                        reading.query,
                        &headers,
                        &reading.payload,
                    );
                    if !candidates.contains(&candidate) {
                        candidates.push(candidate);
                    }
                }
            }
        }
        candidates
    }

    /// Which part the client signed otherwise than it was sent, as far as a guess finds it.
    pub(crate) fn diagnose(&self, claims: &Verified<'_>, secret_key: &SecretKey) -> Text {
        let scope = &self.authorization.scope;
        let sent = self.as_sent(claims);
        let guess = |reading: Reading<'_>| self.signs(secret_key, scope, &reading);

        let product = action::find_product(scope.service).map_or(LIGHTHOUSE.name, |p| p.name);
        for host in diagnosis::hosts(claims.host, product, claims.region.as_deref()) {
            if guess(Reading {
                hosts: vec![host.clone()],
                ..sent.clone()
            }) {
                return differs("the host", "主机", &host, claims.host);
            }
        }
        let content_type = self.signed.iter().find(|(name, _)| name == "content-type");
        let content_type = content_type.map_or("", |(_, value)| value);
        for other in CONTENT_TYPES {
            if guess(Reading {
                content_type: Some(other),
                ..sent.clone()
            }) {
                return differs("the content type", " Content-Type", other, content_type);
            }
        }
        if self.body.len() <= diagnosis::BODY_BYTES_MAX {
            for (body, what, what_zh) in diagnosis::bodies(self.body) {
                if guess(Reading {
                    payload: PayloadHash::of(&body),
                    ..sent.clone()
                }) {
                    return differs_in(what, what_zh);
                }
            }
        }
        for (query, what, what_zh) in diagnosis::queries(self.query) {
            if guess(Reading {
                query: &query,
                ..sent.clone()
            }) {
                return differs_in(what, what_zh);
            }
        }
        for method in ["GET", "POST"] {
            if guess(Reading {
                method,
                ..sent.clone()
            }) {
                return differs("the method", "请求方法", method, self.method);
            }
        }
        for uri in ["", "//"] {
            if guess(Reading {
                uris: vec![uri.to_owned()],
                ..sent.clone()
            }) {
                return differs("the canonical URI", " CanonicalURI", uri, "/");
            }
        }
        for service in PRODUCTS.iter().map(|product| product.name) {
            if self.signs(secret_key, &CredentialScope { service, ..*scope }, &sent) {
                return differs(
                    "the service of the scope",
                    "凭证范围中的服务名",
                    service,
                    scope.service,
                );
            }
        }
        for (spoiled, what, what_zh) in diagnosis::secret_keys(secret_key) {
            if self.signs(&spoiled, scope, &sent) {
                return diagnosis::secret_key_is_spoiled(what, what_zh);
            }
        }
        diagnosis::unknown()
    }
}

/// One way to read a request, or a few that differ in their URI and host.
#[derive(Clone)]
struct Reading<'r> {
    method: &'r str,
    uris: Vec<String>,
    query: &'r str,
    hosts: Vec<String>,
    /// Another content type than was sent.
    content_type: Option<&'r str>,
    payload: PayloadHash,
}

/// How the values of signed headers other than `host` are written.
#[derive(Clone, Copy)]
enum Writing {
    /// As sent: what SDKs do.
    Kept,
    /// In lower case: what the algorithm says.
    Lowered,
    /// In lower case but for the content type: a multipart boundary beside a lowered `x-tc-action`.
    LoweredButContentType,
    /// As sent, a multipart content type without its boundary: what Ruby does.
    WithoutBoundary,
}

impl Writing {
    const ALL: [Self; 4] = [
        Self::Kept,
        Self::Lowered,
        Self::LoweredButContentType,
        Self::WithoutBoundary,
    ];

    fn apply<'v>(self, name: &str, value: &'v str, host: &'v str) -> Cow<'v, str> {
        match (self, name) {
            (_, "host") => Cow::Borrowed(host),
            (Self::WithoutBoundary, "content-type")
                if media_type(value).eq_ignore_ascii_case(multipart::MEDIA_TYPE) =>
            {
                Cow::Borrowed(media_type(value))
            }
            (Self::Kept | Self::WithoutBoundary, _)
            | (Self::LoweredButContentType, "content-type") => Cow::Borrowed(value),
            (Self::Lowered | Self::LoweredButContentType, _) => Cow::Owned(value.to_lowercase()),
        }
    }
}

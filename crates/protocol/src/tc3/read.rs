//! The server's side: from a request to something that can be verified, and the check itself.

use std::borrow::Cow;

use super::ALGORITHM;
use super::authorization::{Authorization, invalid};
use super::canonical_request::{CanonicalRequest, PayloadHash, UNSIGNED_PAYLOAD};
use super::credential_scope::CredentialScope;
use super::signing_key::SecretSigning;
use super::string_to_sign::StringToSign;
use crate::diagnosis::{self, CONTENT_TYPES, differs, differs_in};
use crate::http::HttpRequest;
use crate::keyring::Keyring;
use crate::multipart;
use crate::stages::{self, MASKED, Stages};
use crate::unverified::{self, Unverified, media_type, parse_time, signed_hosts};
use crate::verified::{RegionField, Source, Verified};
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
    signed: Vec<(Cow<'a, str>, &'a str)>,
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
    let source = source(request)?;
    let action = required(request, "Action", "X-TC-Action")?;
    let version = required(request, "Version", "X-TC-Version")?;
    let timestamp = required(request, "Timestamp", "X-TC-Timestamp")?;
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
        secret_id: SecretId::parse(authorization.secret_id)
            .ok_or_else(ApiError::secret_id_not_found)?,
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

fn required<'a>(request: &HttpRequest<'a>, name: &str, header: &str) -> Result<&'a str, ApiError> {
    request
        .headers
        .once(header)?
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
fn source<'a>(request: &HttpRequest<'a>) -> Result<Source<'a>, ApiError> {
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
    Err(ApiError::unsupported_content_type(
        request.method,
        takes,
        request.headers.hint("X-TC-Action"),
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
        Err(ApiError::signature_failure().with_help(&Text::new(
            format!(
                "The date in the credential scope is `{date}`, and the UTC day of the timestamp \
                 is `{day}`: derive the date in UTC."
            ),
            format!(
                "凭证范围中的日期为 `{date}`，而时间戳对应的 UTC 日期为 `{day}`，请使用 UTC 日期。"
            ),
        )))
    }

    /// How the request is read so that the signature is of it, in any of the forms that official clients
    /// sign (protocol.md section 1.5).
    pub(crate) fn matches(&self, claims: &Verified<'_>, keyring: &Keyring) -> Option<Stages> {
        let (scope, hosts) = (&self.authorization.scope, signed_hosts(claims.host));
        let mut found = None;
        keyring.try_key(scope, |key| {
            found = self.find(key, scope, &hosts, |reading| reading);
            found.is_some()
        });
        let (reading, canonical_request, string_to_sign) = found?;
        Some(self.stages_of(&reading, canonical_request, string_to_sign))
    }

    /// How the request is read first.
    pub(crate) fn stages(&self, claims: &Verified<'_>) -> Stages {
        let reading = self.reading("/", claims.host, Writing::Kept);
        let canonical_request = self.canonical_request(&reading);
        let scope = &self.authorization.scope;
        let string_to_sign = StringToSign::new(self.timestamp, scope, &canonical_request);
        self.stages_of(&reading, canonical_request, string_to_sign)
    }

    fn stages_of(
        &self,
        reading: &Reading<'_>,
        canonical_request: CanonicalRequest,
        string_to_sign: StringToSign,
    ) -> Stages {
        let mut names = self.signed.iter().map(|(name, _)| name);
        let is_shown = self.query.is_empty() && names.all(|name| stages::is_header_shown(name));
        let canonical_request = if is_shown {
            canonical_request
        } else {
            self.masked(reading)
        };
        Stages {
            version: ALGORITHM,
            texts: vec![
                ("canonical_request", canonical_request.into()),
                ("string_to_sign", string_to_sign.into()),
            ],
        }
    }

    /// The canonical request without what could be a secret.
    fn masked(&self, reading: &Reading<'_>) -> CanonicalRequest {
        let values = self.signed.iter().map(|(name, value)| {
            let is_shown = stages::is_header_shown(name);
            is_shown.then(|| reading.value(name, value))
        });
        let values: Vec<_> = values.collect();
        let headers = self.signed.iter().zip(&values);
        CanonicalRequest::new(
            reading.method,
            reading.uri,
            &stages::shown_query(reading.query),
            headers.map(|((name, _), value)| (name.as_ref(), value.as_deref().unwrap_or(MASKED))),
            &reading.payload,
        )
    }

    fn reading<'r>(&'r self, uri: &'r str, host: &'r str, writing: Writing) -> Reading<'r> {
        Reading {
            method: self.method,
            uri,
            query: self.query,
            host,
            content_type: None,
            writing,
            payload: self.payload,
        }
    }

    /// Whether the signature is of what is read here, in this scope.
    fn signs<'r>(
        &'r self,
        key: &SecretSigning,
        scope: &CredentialScope<'_>,
        hosts: &'r [Cow<'r, str>],
        change: impl Fn(Reading<'r>) -> Reading<'r>,
    ) -> bool {
        self.find(key, scope, hosts, change).is_some()
    }

    /// The reading of the request that was signed in this scope, of all there are, each of them changed as
    /// the caller likes. The likeliest comes first; there are 2 URIs, up to 4 hosts and 4 ways to write the
    /// other values, which for most requests makes two texts.
    fn find<'r>(
        &'r self,
        key: &SecretSigning,
        scope: &CredentialScope<'_>,
        hosts: &'r [Cow<'r, str>],
        change: impl Fn(Reading<'r>) -> Reading<'r>,
    ) -> Option<(Reading<'r>, CanonicalRequest, StringToSign)> {
        let mut tried: Vec<CanonicalRequest> = Vec::new();
        for uri in ["/", self.path] {
            for host in hosts {
                for writing in Writing::ALL {
                    let reading = change(self.reading(uri, host, writing));
                    let candidate = self.canonical_request(&reading);
                    if tried.contains(&candidate) {
                        continue;
                    }
                    let string_to_sign = StringToSign::new(self.timestamp, scope, &candidate);
                    if key.verifies(&string_to_sign, &self.authorization.signature) {
                        return Some((reading, candidate, string_to_sign));
                    }
                    tried.push(candidate);
                }
            }
        }
        None
    }

    fn canonical_request(&self, reading: &Reading<'_>) -> CanonicalRequest {
        let signed = self.signed.iter();
        let values: Vec<_> = signed
            .clone()
            .map(|(name, value)| reading.value(name, value))
            .collect();
        let headers = signed
            .zip(&values)
            .map(|((name, _), value)| (name.as_ref(), value.as_ref()));
        CanonicalRequest::new(
            reading.method,
            reading.uri,
            reading.query,
            headers,
            &reading.payload,
        )
    }

    /// Which part the client signed otherwise than it was sent, as far as a guess finds it.
    pub(crate) fn diagnose(&self, claims: &Verified<'_>, secret_key: &SecretKey) -> Text {
        let scope = &self.authorization.scope;
        let (sent, product) = (
            signed_hosts(claims.host),
            action::find_product(scope.service),
        );
        let product = product.map_or(LIGHTHOUSE.name, |product| product.name);
        let guessed = diagnosis::hosts(claims.host, product, claims.region.as_deref());
        let bodies = if self.body.len() <= diagnosis::BODY_BYTES_MAX {
            diagnosis::bodies(self.body)
        } else {
            Vec::new()
        };
        let queries = diagnosis::queries(self.query);
        let key = SecretSigning::derive(secret_key, scope);

        for host in &guessed {
            if self.signs(&key, scope, &sent, |reading| Reading { host, ..reading }) {
                return differs("the host", "主机", host, claims.host);
            }
        }
        let content_type = self.signed.iter().find(|(name, _)| name == "content-type");
        let content_type = content_type.map_or("", |(_, value)| value);
        for other in CONTENT_TYPES {
            let change = |reading| Reading {
                content_type: Some(other),
                ..reading
            };
            if self.signs(&key, scope, &sent, change) {
                return differs("the content type", " Content-Type", other, content_type);
            }
        }
        for (body, what, what_zh) in &bodies {
            let payload = PayloadHash::of(body);
            if self.signs(&key, scope, &sent, |reading| Reading { payload, ..reading }) {
                return differs_in(what, what_zh);
            }
        }
        for (query, what, what_zh) in &queries {
            if self.signs(&key, scope, &sent, |reading| Reading { query, ..reading }) {
                return differs_in(what, what_zh);
            }
        }
        for method in ["GET", "POST"] {
            if self.signs(&key, scope, &sent, |reading| Reading { method, ..reading }) {
                return differs("the method", "请求方法", method, self.method);
            }
        }
        for uri in ["", "//"] {
            if self.signs(&key, scope, &sent, |reading| Reading { uri, ..reading }) {
                return differs("the canonical URI", " CanonicalURI", uri, "/");
            }
        }
        for service in PRODUCTS.iter().map(|product| product.name) {
            let scope = CredentialScope { service, ..*scope };
            let key = SecretSigning::derive(secret_key, &scope);
            if self.signs(&key, &scope, &sent, |reading| reading) {
                let (part, part_zh) = ("the service of the scope", "凭证范围中的服务名");
                return differs(part, part_zh, service, self.authorization.scope.service);
            }
        }
        for (spoiled, what, what_zh) in diagnosis::secret_keys(secret_key) {
            let key = SecretSigning::derive(&spoiled, scope);
            if self.signs(&key, scope, &sent, |reading| reading) {
                return diagnosis::secret_key_is_spoiled(what, what_zh);
            }
        }
        diagnosis::unknown()
    }
}

/// One way to read a request: what its client may have signed.
#[derive(Clone, Copy)]
struct Reading<'r> {
    method: &'r str,
    uri: &'r str,
    query: &'r str,
    host: &'r str,
    /// Another content type than was sent.
    content_type: Option<&'r str>,
    /// How the other headers are written.
    writing: Writing,
    payload: PayloadHash,
}

impl<'r> Reading<'r> {
    /// What a signed header is taken to hold.
    fn value(&self, name: &str, sent: &'r str) -> Cow<'r, str> {
        match (name, self.content_type) {
            ("host", _) => Cow::Borrowed(self.host),
            ("content-type", Some(other)) => Cow::Borrowed(other),
            _ => self.writing.apply(name, sent),
        }
    }
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

    fn apply<'v>(self, name: &str, value: &'v str) -> Cow<'v, str> {
        match (self, name) {
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

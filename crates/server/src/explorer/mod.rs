//! The API Explorer: pages for people below `/explorer`, on the API's own port (docs/decisions/0018).
//!
//! Clients may be pointed at any path, so what is signed is a call wherever it is sent; only what no signed
//! request looks like is the explorer's. A page of another origin can read nothing here: no answer has a header
//! of CORS, and what is posted has a content type that asks for one.

mod documents;
pub(crate) mod recent_requests;
mod route;
mod work;

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    LOCATION, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;
use pharos_api::text::{Language, Text};
use serde_json::json;

use documents::Documents;
use recent_requests::RecentRequests;
pub(crate) use route::Route;
use work::Workplace;
pub(crate) use work::{BODY_BYTES_MAX, Work};

/// What each answer below `/explorer` tells browsers: nothing of another host is loaded or asked, no script
/// and style stands in a page itself, no other page frames it, shares its process or reads it, and where
/// somebody was is told to nobody.
static PROTECTION: [(HeaderName, HeaderValue); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src \
             'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// What a wrong path below `/explorer` is answered with.
const NOT_FOUND: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>Not found · Pharos API Explorer</title>
<link rel=\"icon\" href=\"/explorer/assets/icon.svg\" type=\"image/svg+xml\">
<script src=\"/explorer/assets/theme.js\"></script>
<link rel=\"stylesheet\" href=\"/explorer/assets/reference.css\">
<header><h1>There is nothing here</h1></header>
<main>
<p>The address may be wrong, or this server does not have the action.</p>
<p lang=\"zh-CN\">页面不存在：地址可能有误，或本服务器不提供该接口。</p>
<p><a href=\"/explorer\">API Explorer</a></p>
</main>
</html>
";

/// What the explorer keeps.
pub(crate) struct Explorer {
    documents: Documents,
    workplace: Workplace,
    /// The requests that were answered last.
    pub(crate) recent: RecentRequests,
}

impl Explorer {
    /// One that starts now, in milliseconds since 1970.
    pub(crate) fn new(now: i64) -> Self {
        Self {
            documents: Documents::default(),
            workplace: Workplace::default(),
            recent: RecentRequests::behind(now),
        }
    }

    /// Answers what needs no body to be read.
    pub(crate) fn answer(&self, route: &Route, parts: &Parts) -> Response<Full<Bytes>> {
        let mut answer = match route {
            Route::Home => redirect(),
            Route::Document(document) => self
                .documents
                .answer(document, parts)
                .unwrap_or_else(not_found),
            Route::Nothing => not_found(),
            Route::Methods(allowed) => methods(StatusCode::NO_CONTENT, allowed),
            Route::NotAllowed(allowed) => methods(StatusCode::METHOD_NOT_ALLOWED, allowed),
            Route::NotJson => refuse(
                &parts.headers,
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                &Text::fixed(
                    "Send JSON, with the content type `application/json`.",
                    "请发送 JSON，Content-Type 为 `application/json`。",
                ),
            ),
            // The edge reads their bodies, and calls `work` or answers as a call.
            Route::Work(_) | Route::Requests => Response::default(),
        };
        if parts.method == Method::HEAD {
            let bytes = hyper::body::Body::size_hint(answer.body()).exact();
            let length = HeaderValue::from(bytes.unwrap_or_default());
            if answer.status() != StatusCode::NOT_MODIFIED {
                answer.headers_mut().insert(CONTENT_LENGTH, length);
            }
            *answer.body_mut() = Full::default();
        }
        answer
    }

    /// Answers what was posted.
    pub(crate) async fn work(
        &self,
        work: Work,
        body: Bytes,
        headers: &HeaderMap,
    ) -> Response<Full<Bytes>> {
        self.workplace.answer(work, body, headers).await
    }
}

/// Adds what each answer has.
pub(crate) fn protect(answer: &mut Response<Full<Bytes>>) {
    let headers = answer.headers_mut();
    for (name, value) in &PROTECTION {
        headers.insert(name, value.clone());
    }
}

/// Says to a script what it did wrong.
pub(crate) fn refuse(
    request: &HeaderMap,
    status: StatusCode,
    sentence: &Text,
) -> Response<Full<Bytes>> {
    let sentence = sentence.in_language(language(request));
    let body = json!({ "error": sentence }).to_string();
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The language that a browser asks for first.
fn language(request: &HeaderMap) -> Language {
    let accepted = request.get(http::header::ACCEPT_LANGUAGE);
    let accepted = accepted.map_or(&b""[..], HeaderValue::as_bytes);
    if accepted.trim_ascii_start().starts_with(b"zh") {
        Language::Chinese
    } else {
        Language::English
    }
}

/// A browser that opens the server's address is shown the explorer.
fn redirect() -> Response<Full<Bytes>> {
    let mut answer = Response::default();
    *answer.status_mut() = StatusCode::FOUND;
    let headers = answer.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_static(route::ROOT));
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn not_found() -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::from(NOT_FOUND));
    *answer.status_mut() = StatusCode::NOT_FOUND;
    let headers = answer.headers_mut();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(CONTENT_TYPE, html);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Which methods there are, without any header of CORS: a preflight is refused.
fn methods(status: StatusCode, allowed: &'static str) -> Response<Full<Bytes>> {
    let mut answer = Response::default();
    *answer.status_mut() = status;
    let allowed = HeaderValue::from_static(allowed);
    answer.headers_mut().insert(ALLOW, allowed);
    answer
}

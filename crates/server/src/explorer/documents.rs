//! What can be read: files, the catalogue and the reference, each compressed once.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use pharos_api::text::Language;

use super::route::Document;
use crate::gzip;

/// The file that every page is.
const PAGE: &str = "index.html";

/// What was asked for before. There are as many as the page has files, and three more.
#[derive(Default)]
pub(crate) struct Documents(Mutex<HashMap<String, Arc<Prepared>>>);

/// Something as it is sent.
struct Prepared {
    content_type: &'static str,
    /// In quotes, as it stands in `ETag` and `If-None-Match`.
    etag: String,
    plain: Bytes,
    /// The same compressed, where that pays.
    compressed: Option<Bytes>,
}

impl Prepared {
    fn new(content_type: &'static str, etag: String, plain: Bytes) -> Self {
        let compressed = gzip::compress_well(&plain).map(Bytes::from);
        Self {
            content_type,
            etag,
            plain,
            compressed,
        }
    }

    /// Of something that does not change while the server runs.
    fn fixed(content_type: &'static str, plain: Bytes) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(&plain);
        let etag = format!("\"{:016x}\"", hasher.finish());
        Self::new(content_type, etag, plain)
    }
}

impl Documents {
    /// Answers with it, or that it is as the browser has it; `None` if there is no such file.
    pub(crate) fn answer(
        &self,
        document: &Document,
        parts: &Parts,
    ) -> Option<Response<Full<Bytes>>> {
        let prepared = match document {
            Document::Page => self.asset(PAGE)?,
            Document::Asset(path) => self.asset(path)?,
            Document::Catalogue => self.fixed("/catalogue", || {
                let bytes = Bytes::from_static(pharos_explorer::catalogue());
                ("application/json", bytes)
            }),
            Document::Reference(language) => {
                let name = match language {
                    Language::English => "/reference/en",
                    Language::Chinese => "/reference/zh",
                };
                self.fixed(name, || {
                    let html = pharos_explorer::reference(*language);
                    ("text/html; charset=utf-8", Bytes::from(html))
                })
            }
        };
        Some(respond(&prepared, &parts.headers))
    }

    /// A file; one that changed on the disk, as it may where files are read from there, is prepared anew.
    fn asset(&self, path: &str) -> Option<Arc<Prepared>> {
        let asset = pharos_explorer::asset(path)?;
        let known = self.known(path);
        if let Some(known) = known.filter(|known| known.etag == asset.etag) {
            return Some(known);
        }
        let bytes = Bytes::from_owner(asset.bytes);
        let prepared = Prepared::new(asset.content_type, asset.etag, bytes);
        Some(self.remember(path, prepared))
    }

    /// What has a name that no file has.
    fn fixed(&self, name: &str, make: impl FnOnce() -> (&'static str, Bytes)) -> Arc<Prepared> {
        self.known(name).unwrap_or_else(|| {
            let (content_type, bytes) = make();
            self.remember(name, Prepared::fixed(content_type, bytes))
        })
    }

    fn known(&self, name: &str) -> Option<Arc<Prepared>> {
        let documents = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        documents.get(name).cloned()
    }

    fn remember(&self, name: &str, prepared: Prepared) -> Arc<Prepared> {
        let prepared = Arc::new(prepared);
        let mut documents = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        documents.insert(name.to_owned(), Arc::clone(&prepared));
        prepared
    }
}

fn respond(prepared: &Prepared, request: &HeaderMap) -> Response<Full<Bytes>> {
    let mut answer = Response::default();
    let headers = answer.headers_mut();
    // Weak: what is compressed is the same, in other bytes.
    if let Ok(etag) = HeaderValue::try_from(format!("W/{}", prepared.etag)) {
        headers.insert(ETAG, etag);
    }
    // The server of another version has another page: a browser asks each time, and is mostly told that its
    // own is right.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if is_known(request, &prepared.etag) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return answer;
    }
    let content_type = HeaderValue::from_static(prepared.content_type);
    headers.insert(CONTENT_TYPE, content_type);
    let compressed = prepared.compressed.as_ref();
    let body = match compressed.filter(|_| gzip::is_accepted(request)) {
        Some(compressed) => {
            let coding = HeaderValue::from_static(gzip::CODING);
            headers.insert(CONTENT_ENCODING, coding);
            compressed
        }
        None => &prepared.plain,
    };
    *answer.body_mut() = Full::new(body.clone());
    answer
}

/// Whether the browser has it already (RFC 9110 section 13.1.2): weakly compared, so either form counts.
fn is_known(request: &HeaderMap, etag: &str) -> bool {
    let values = request.get_all(IF_NONE_MATCH).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_knows_what_it_has_by_any_form_of_its_tag() {
        for (value, expected) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(value));
            assert_eq!(is_known(&headers, "\"a\""), expected, "{value}");
        }
        assert!(!is_known(&HeaderMap::new(), "\"a\""));
    }
}

//! Which other origins' pages may call, and read what they are answered (CORS, the Fetch standard
//! section 3.2). None may, unless the operator names them.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue};

/// The methods that call actions.
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");

/// How long a browser may remember what it was allowed, in seconds: less than it takes an operator to
/// wonder why a change does not count.
const REMEMBERED_SECONDS: HeaderValue = HeaderValue::from_static("600");

/// The origin that a request comes from, if it may read the answer.
pub(crate) fn allowed_origin<'r>(
    request: &'r HeaderMap,
    allowed: &[String],
) -> Option<&'r HeaderValue> {
    let origin = request.get(ORIGIN)?;
    let is_allowed = allowed.iter().any(|allowed| allowed.as_bytes() == origin);
    is_allowed.then_some(origin)
}

/// Lets that origin's page read the answer.
pub(crate) fn allow(answer: &mut HeaderMap, origin: &HeaderValue) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    answer.insert(VARY, HeaderValue::from_static("Origin"));
}

/// Lets it send what it asks to send: whom the operator trusts may set any header.
pub(crate) fn allow_call(answer: &mut HeaderMap, request: &HeaderMap) {
    answer.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    answer.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED_SECONDS);
    if let Some(headers) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, headers.clone());
    }
}

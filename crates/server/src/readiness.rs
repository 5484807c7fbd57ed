//! `/readyz`: whether a load balancer should send calls here.

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use pharos_service::Service;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Where it is asked. No client calls an action here: SDKs and `tccli` send theirs to `/`.
const PATH: &str = "/readyz";

/// How long an answer is good for: however many ask, the store is asked once in this time.
const ANSWER_TIME_MAX: Duration = Duration::from_millis(500);

/// What was found out last, and when.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<(bool, Instant)>>);

impl Readiness {
    /// Whether this request asks for readiness. One that is signed calls an action, whatever its path.
    pub(crate) fn is_asked<B>(request: &Request<B>) -> bool {
        matches!(*request.method(), Method::GET | Method::HEAD)
            && request.uri().path() == PATH
            && request.uri().query().is_none()
            && !request.headers().contains_key(AUTHORIZATION)
    }

    /// 200 while the store can be used and the generator makes keys, else 503. Why it is not so is for the
    /// log: who asks is not known.
    pub(crate) async fn answer(&self, service: &Service, method: &Method) -> Response<Full<Bytes>> {
        let not_ready = |text| (StatusCode::SERVICE_UNAVAILABLE, text);
        let (status, text) = if service.generator_queue.is_stopped() {
            not_ready("not ready: the generator stopped; the log says why\n")
        } else if self.is_store_ready(service).await {
            (StatusCode::OK, "ready\n")
        } else {
            not_ready("not ready: the store cannot be used; the log says why\n")
        };
        let text = if method == Method::HEAD { "" } else { text };
        let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(CONTENT_TYPE, plain);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    async fn is_store_ready(&self, service: &Service) -> bool {
        // Who asks meanwhile waits for this answer.
        let mut last = self.0.lock().await;
        if let Some((is_ready, at)) = *last
            && at.elapsed() < ANSWER_TIME_MAX
        {
            return is_ready;
        }
        let was_ready = last.is_none_or(|(was_ready, _)| was_ready);
        let looked = service.store.ready().await;
        match &looked {
            Ok(()) if !was_ready => tracing::info!("ready again: the store can be used"),
            Ok(()) => {}
            Err(error) => {
                let error = error as &dyn std::error::Error;
                tracing::warn!(error, "not ready: the store cannot be used");
            }
        }
        *last = Some((looked.is_ok(), Instant::now()));
        looked.is_ok()
    }
}

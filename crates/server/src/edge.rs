//! What every request meets first: it is somebody's question whether the server is ready, the explorer's, or a
//! call ([`call`]).

mod call;
mod reply;
mod verification;

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::text::Text;
use pharos_protocol::envelope;
use pharos_protocol::replay::ReplayGuard;
use pharos_protocol::strictness::Strictness;
use pharos_service::Service;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use crate::body::{self, NoBody};
use crate::cors;
use crate::explorer::{self, Explorer, Route, Work};
use crate::keyrings::Keyrings;
use crate::rate_limit::RateLimiter;
use crate::readiness::Readiness;

/// How long a whole request may take, from its first byte to its reply: half as long again as the
/// generator's queue may hold it, and half of what SDKs wait (60 s).
const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);

/// How many requests are read and acted on at a time; more wait, within their time. As many as there
/// may be connections, so that HTTP/1.1 never waits here; it is what HTTP/2, with its many requests a
/// connection, must not multiply, for each may hold one body.
const REQUESTS_MAX: usize = 1024;

/// The methods that are answered; POST and GET call actions.
const ALLOWED: &str = "GET, POST, HEAD, OPTIONS";

/// What the operator decides about the edge.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether a signature that does not match is told why, to the client and in the log. It tells
    /// nothing to who does not hold the secret, and costs some hundred hashes a failure.
    pub explain_signatures: bool,
    /// Which services of a credential scope are taken.
    pub strictness: Strictness,
    /// Whether the rate limits of the action table hold.
    pub enforce_rate_limits: bool,
    /// The other origins whose pages may call, as browsers write them: `https://console.example.com`.
    pub allowed_origins: Vec<String>,
    /// Whether there is the explorer: pages below `/explorer`, and the recent requests in memory.
    pub explorer: bool,
}

impl Default for Options {
    /// As the vendor has it.
    fn default() -> Self {
        Self {
            explain_signatures: false,
            strictness: Strictness::default(),
            enforce_rate_limits: true,
            allowed_origins: Vec::new(),
            explorer: true,
        }
    }
}

/// What every connection shares.
pub(crate) struct Edge {
    service: Arc<Service>,
    options: Options,
    keyrings: Keyrings,
    rate_limiter: RateLimiter,
    replays: Mutex<ReplayGuard>,
    places: Semaphore,
    readiness: Readiness,
    /// `None`: the operator does not want it.
    explorer: Option<Explorer>,
}

impl Edge {
    pub(crate) fn new(service: Arc<Service>, options: Options) -> Self {
        let now = service.clock.unix_milliseconds();
        Self {
            service,
            explorer: options.explorer.then(|| Explorer::new(now)),
            options,
            keyrings: Keyrings::default(),
            rate_limiter: RateLimiter::default(),
            replays: Mutex::default(),
            places: Semaphore::new(REQUESTS_MAX),
            readiness: Readiness::default(),
        }
    }

    /// Answers one request. A call always gets a reply with status 200, unless there is nobody to read
    /// it.
    pub(crate) async fn answer(
        &self,
        request: Request<Incoming>,
        source: IpAddr,
    ) -> Result<Response<Full<Bytes>>, hyper::Error> {
        if Readiness::is_asked(&request) {
            return Ok(self.readiness.answer(&self.service, request.method()).await);
        }
        if let Some(explorer) = &self.explorer
            && let Some(route) = Route::of(&request)
        {
            let mut answer = self.explore(explorer, route, request, source).await?;
            explorer::protect(&mut answer);
            return Ok(answer);
        }
        let origin = cors::allowed_origin(request.headers(), &self.options.allowed_origins);
        let origin = origin.cloned();
        let mut answer = match *request.method() {
            Method::HEAD => head(),
            Method::OPTIONS => options(origin.is_some().then_some(request.headers())),
            _ => self.answer_call(request, source, None).await?,
        };
        if let Some(origin) = origin {
            cors::allow(answer.headers_mut(), &origin);
        }
        Ok(answer)
    }

    /// Answers a request to the explorer.
    async fn explore(
        &self,
        explorer: &Explorer,
        route: Route,
        request: Request<Incoming>,
        source: IpAddr,
    ) -> Result<Response<Full<Bytes>>, hyper::Error> {
        match route {
            Route::Requests => self.answer_call(request, source, Some(explorer)).await,
            Route::Work(work) => self.work(explorer, work, request).await,
            route => Ok(explorer.answer(&route, &request.into_parts().0)),
        }
    }

    async fn work(
        &self,
        explorer: &Explorer,
        work: Work,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, hyper::Error> {
        let (parts, incoming) = request.into_parts();
        let headers = &parts.headers;
        let refuse = |status, sentence: &Text| Ok(explorer::refuse(headers, status, sentence));
        let deadline = Instant::now() + REQUEST_TIME_MAX;
        let (read, _place) = self
            .body(incoming, explorer::BODY_BYTES_MAX, deadline)
            .await;
        let body = match read {
            Some(Ok(body)) => body,
            Some(Err(NoBody::Broken(error))) => return Err(error),
            Some(Err(NoBody::TooLarge)) => {
                let sentence = Text::fixed(
                    "The body is too large: at most 1 MB is read here.",
                    "请求体过大：此处最多读取 1 MB。",
                );
                return refuse(StatusCode::PAYLOAD_TOO_LARGE, &sentence);
            }
            None => return refuse(StatusCode::SERVICE_UNAVAILABLE, &out_of_time().message),
        };
        let answer = timeout_at(deadline, explorer.work(work, body, headers)).await;
        answer.map_or_else(
            |_| refuse(StatusCode::SERVICE_UNAVAILABLE, &out_of_time().message),
            Ok,
        )
    }

    /// Reads a body, when there is a place for it; nothing if it takes too long.
    async fn body(
        &self,
        incoming: Incoming,
        bytes_max: usize,
        deadline: Instant,
    ) -> (Option<Result<Bytes, NoBody>>, Option<SemaphorePermit<'_>>) {
        let read = timeout_at(deadline, async {
            // The semaphore is never closed.
            let place = self.places.acquire().await.ok();
            (Some(body::read(incoming, bytes_max).await), place)
        });
        read.await.unwrap_or((None, None))
    }
}

/// Not an error of ours: what is busy now answers in a moment. What was begun is not called back, so
/// the sentence cannot say that nothing happened.
fn out_of_time() -> ApiError {
    let seconds = REQUEST_TIME_MAX.as_secs();
    ApiError::new(
        Code::ServiceUnavailable,
        Text::new(
            format!(
                "The service is temporarily unavailable: the request was not answered within \
                 {seconds} seconds. Try again in a moment; if it changes something, look first \
                 whether it did."
            ),
            format!(
                "服务暂时不可用：请求未能在 {seconds} 秒内完成，请稍后重试；如为变更操作，请先查询是否已生效。"
            ),
        ),
    )
    .because(format!("the request took longer than {REQUEST_TIME_MAX:?}"))
}

/// What a GET that calls nothing answers, without its body. A probe asks this; no action is called,
/// however well the request is signed, for nobody would get what the action replied.
fn head() -> Response<Full<Bytes>> {
    let mut response = Response::default();
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static(envelope::CONTENT_TYPE),
    );
    response
}

/// Which methods there are. Without any header of CORS, a browser's preflight is a refusal; `allowed` are
/// the headers of one that is not.
fn options(allowed: Option<&HeaderMap>) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ALLOW, HeaderValue::from_static(ALLOWED));
    if let Some(request) = allowed {
        cors::allow_call(headers, request);
    }
    response
}

//! One request's way from bytes to reply.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use pharos_api::action::{LIGHTHOUSE, Reply};
use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::request_id::RequestId;
use pharos_api::text::Text;
use pharos_api::time::Timestamp;
use pharos_protocol::envelope::{self, ReplyBody};
use pharos_protocol::http::{BODY_BYTES_MAX, Headers, HttpRequest, body_too_large};
use pharos_protocol::keyring::Keyring;
use pharos_protocol::replay::ReplayGuard;
use pharos_protocol::stages::is_secret_id_shown;
use pharos_protocol::strictness::Strictness;
use pharos_protocol::unverified::{Refused, Unverified};
use pharos_protocol::verified::{Verified, token_failure};
use pharos_service::caller::{Caller, Candidate};
use pharos_service::{Context, Service};
use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use crate::body::{self, NoBody};
use crate::cors;
use crate::explorer::recent_requests::{self, After, Described, Verdict};
use crate::explorer::{self, Explorer, Route, Work};
use crate::gzip;
use crate::keyrings::Keyrings;
use crate::rate_limit::RateLimiter;
use crate::readiness::Readiness;
use crate::request_log::Seen;

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

    /// Answers a call: of an action, or of the explorer.
    async fn answer_call(
        &self,
        request: Request<Incoming>,
        source: IpAddr,
        asked: Option<&Explorer>,
    ) -> Result<Response<Full<Bytes>>, hyper::Error> {
        let started = self.service.clock.monotonic();
        let request_id = RequestId::generate(self.service.random.as_ref());
        let (parts, incoming) = request.into_parts();
        let deadline = Instant::now() + REQUEST_TIME_MAX;
        let (read, _place) = self.body(incoming, BODY_BYTES_MAX, deadline).await;
        let (body, refused) = match read {
            Some(Ok(body)) => (body, None),
            Some(Err(NoBody::Broken(error))) => return Err(error),
            Some(Err(NoBody::TooLarge)) => (Bytes::new(), Some(body_too_large())),
            None => (Bytes::new(), Some(out_of_time())),
        };
        let lines = header_lines(&parts);
        let request = HttpRequest {
            method: parts.method.as_str(),
            path: Some(parts.uri.path())
                .filter(|path| !path.is_empty())
                .unwrap_or("/"),
            query: parts.uri.query().unwrap_or_default(),
            headers: Headers(&lines),
            body: &body,
        };
        let mut seen = Seen::new(&request);
        let outcome = if let Some(error) = refused {
            Err(error)
        } else {
            in_time(
                deadline,
                self.act(&request, request_id, source, asked, &mut seen),
            )
            .await
        };
        // Else a page that shows them would see little but itself.
        let is_look = matches!(outcome, Ok(Answer::Requests(_)));
        let outcome = outcome.and_then(|answer| {
            if answer.is_secret() {
                envelope::secret(&answer, request_id)
            } else {
                envelope::success(&answer, request_id)
            }
        });
        let took = self.service.clock.monotonic().saturating_sub(started);
        let told = outcome.as_ref().map(|_| ());
        seen.log(request_id, told, took);
        if let Some(explorer) = self.explorer.as_ref().filter(|_| !is_look) {
            let milliseconds = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
            let came = self.service.clock.unix_milliseconds();
            let came = came.saturating_sub(milliseconds);
            explorer
                .recent
                .keep(seen.recent(came, request_id, told, took));
        }
        let body = outcome
            .unwrap_or_else(|error| envelope::failure(&error, request.language(), request_id));
        Ok(respond(body, gzip::is_accepted(&parts.headers)))
    }

    /// The checks, in the order of docs/order-of-checks.md, and the action itself.
    async fn act(
        &self,
        request: &HttpRequest<'_>,
        request_id: RequestId,
        source: IpAddr,
        asked: Option<&Explorer>,
        seen: &mut Seen<'_>,
    ) -> Result<Answer, ApiError> {
        let now = self.service.clock.now();
        let (verified, caller) = self.verify(request, now, seen).await?;
        if let Some(explorer) = asked {
            return self
                .describe_requests(explorer, request, &verified, &caller)
                .map(Answer::Requests);
        }
        let service = &self.service;
        let action = verified.action(self.options.strictness)?;
        let region = verified.region(action)?;
        if self.options.enforce_rate_limits {
            self.rate_limiter
                .admit(service, caller.account(), region, action)
                .await?;
        }
        let call = (action.decode)(verified.parameters(action)?)?;
        let context = Context {
            request_id,
            caller,
            region,
            source,
            time: now,
            tags: call.tags().to_vec(),
        };
        let outcome = service.perform(&context, call).await;
        if let Err(error) = &outcome {
            debug_assert!(
                action.may_answer(error.code),
                "{} may not answer {error:?}",
                action.name
            );
        }
        outcome.map(Answer::Call)
    }

    /// The checks that find out who calls.
    async fn verify<'r>(
        &self,
        request: &HttpRequest<'r>,
        now: Timestamp,
        seen: &mut Seen<'_>,
    ) -> Result<(Verified<'r>, Arc<Caller>), ApiError> {
        let service = &self.service;
        let unverified = Unverified::read(request)
            .inspect_err(|_| seen.judgement.version = request.version_hint())?;
        let judgement = &mut seen.judgement;
        judgement.verdict = Verdict::Refused;
        let candidate = self.candidate(&unverified, now).await.inspect_err(|_| {
            let secret_id = unverified.secret_id();
            let is_shown = is_secret_id_shown(secret_id.as_str());
            judgement.secret_id = is_shown.then(|| secret_id.clone());
            judgement.read(unverified.stages());
        })?;
        let keyring = if candidate.is_temporary() {
            // Read out of its token each time: there is nothing to know it again by.
            Arc::new(Keyring::new(candidate.secret_key().clone()))
        } else {
            self.keyrings
                .of(unverified.secret_id(), candidate.secret_key())
        };
        let caller = candidate.into_caller();
        judgement.secret_id = Some(unverified.secret_id().clone());
        judgement.account = Some(caller.account());
        let verified = match unverified.judge(&keyring, now) {
            Ok((verified, stages)) => {
                judgement.verdict = Verdict::Verified;
                judgement.read(stages);
                verified
            }
            Err(refused) => return Err(self.refuse(*refused, &keyring, seen)),
        };
        seen.account = Some(caller.account());
        if let Some(single_use) = verified.single_use() {
            let mut replays = self.replays.lock().unwrap_or_else(PoisonError::into_inner);
            replays.admit(verified.secret_id(), single_use, service.clock.now())?;
        }
        if verified.token().is_some() && !caller.is_temporary() {
            return Err(token_failure());
        }
        service.note_use(&caller);
        Ok((verified, caller))
    }

    /// What who signed wrongly is told. The explorer is told which part differs even where they are not, but
    /// not in a flood.
    fn refuse(&self, refused: Refused<'_>, keyring: &Keyring, seen: &mut Seen<'_>) -> ApiError {
        let is_told = self.options.explain_signatures;
        let is_kept = self.explorer.as_ref().is_some_and(|explorer| {
            seen.judgement.read(refused.stages());
            is_told || explorer.recent.may_explain(self.service.clock.monotonic())
        });
        let explanation = if is_told || is_kept {
            refused.explain(keyring)
        } else {
            None
        };
        let mut error = refused.error;
        if is_told {
            if let Some(explanation) = &explanation {
                error = error.with_help(explanation);
            }
            seen.explanation = Some(error.message.en.to_string());
        }
        seen.judgement.explanation = explanation;
        error
    }

    /// The recent requests, for who may see them. It is no action: no policy can allow it to a user, because
    /// what users of an account may do says nothing of who may see what all of them do.
    fn describe_requests(
        &self,
        explorer: &Explorer,
        request: &HttpRequest<'_>,
        verified: &Verified<'_>,
        caller: &Caller,
    ) -> Result<Described, ApiError> {
        let product = verified.product(self.options.strictness)?;
        if *product != LIGHTHOUSE {
            let action = recent_requests::ACTION;
            return Err(ApiError::invalid_action(
                action,
                product.name,
                product.version,
            ));
        }
        if !caller.is_root() {
            return Err(ApiError::new(
                Code::UnauthorizedOperation,
                Text::fixed(
                    "Only the root user of an account sees the server's requests: sign with its permanent \
                     access key.",
                    "仅主账号可以查看服务器的请求记录，请使用主账号的永久密钥签名。",
                ),
            ));
        }
        let after = After::read(request.body)?;
        let recent = &explorer.recent;
        Ok(recent.describe(caller.account(), after, request.language()))
    }
}

/// What a call is answered with.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    /// By an action.
    Call(Reply),
    /// By the explorer.
    Requests(Described),
}

impl Answer {
    fn is_secret(&self) -> bool {
        match self {
            Self::Call(reply) => is_secret(reply),
            Self::Requests(_) => false,
        }
    }
}

impl Edge {
    /// Who would have signed it. A token that nobody issued is as good as none where the SecretId is a
    /// permanent one, until the signature was checked.
    async fn candidate(
        &self,
        unverified: &Unverified<'_>,
        now: Timestamp,
    ) -> Result<Candidate, ApiError> {
        let (service, secret_id) = (&self.service, unverified.secret_id());
        let Some(token) = unverified.token() else {
            let candidate = service.candidate(secret_id).await?;
            return candidate.ok_or_else(ApiError::secret_id_not_found);
        };
        if let Some(temporary) = service.temporary_candidate(secret_id, token, now).await? {
            return Ok(temporary);
        }
        let candidate = service.candidate(secret_id).await?;
        candidate.ok_or_else(ApiError::token_failure)
    }
}

/// Turns what must not happen, a panic or no end, into a refusal.
async fn in_time<T>(
    deadline: Instant,
    acting: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    match timeout_at(deadline, AssertUnwindSafe(acting).catch_unwind()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(ApiError::internal(
            "a panic; its message stands in the log above",
        )),
        Err(_) => Err(out_of_time()),
    }
}

/// The header lines. HTTP/2 has the host that clients sign in `:authority`; it stands for
/// `Host` where there is none.
fn header_lines(parts: &Parts) -> Vec<(&str, &[u8])> {
    let lines = parts.headers.iter();
    let authority = parts.uri.authority();
    authority
        .filter(|_| !parts.headers.contains_key(HOST))
        .map(|authority| (HOST.as_str(), authority.as_str().as_bytes()))
        .into_iter()
        .chain(lines.map(|(name, value)| (name.as_str(), value.as_bytes())))
        .collect()
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

/// Whether a reply holds a private key or another secret. A new action says here what it is.
fn is_secret(reply: &Reply) -> bool {
    match reply {
        Reply::CreateKeyPair(_)
        | Reply::AddUser(_)
        | Reply::CreateAccessKey(_)
        | Reply::AssumeRole(_)
        | Reply::GetFederationToken(_) => true,
        Reply::DescribeRegions(_)
        | Reply::DescribeKeyPairs(_)
        | Reply::DeleteKeyPairs(_)
        | Reply::ImportKeyPair(_)
        | Reply::AssociateInstancesKeyPairs(_)
        | Reply::DisassociateInstancesKeyPairs(_)
        | Reply::DescribeInstances(_)
        | Reply::CreateInstances(_)
        | Reply::ModifyInstancesAttribute(_)
        | Reply::StartInstances(_)
        | Reply::StopInstances(_)
        | Reply::RebootInstances(_)
        | Reply::IsolateInstances(_)
        | Reply::TerminateInstances(_)
        | Reply::DescribeZones(_)
        | Reply::DescribeGeneralResourceQuotas(_)
        | Reply::UpdateUser(_)
        | Reply::DeleteUser(_)
        | Reply::GetUser(_)
        | Reply::ListUsers(_)
        | Reply::UpdateAccessKey(_)
        | Reply::DeleteAccessKey(_)
        | Reply::ListAccessKeys(_)
        | Reply::GetSecurityLastUsed(_)
        | Reply::CreatePolicy(_)
        | Reply::UpdatePolicy(_)
        | Reply::DeletePolicy(_)
        | Reply::GetPolicy(_)
        | Reply::ListPolicies(_)
        | Reply::AttachUserPolicy(_)
        | Reply::DetachUserPolicy(_)
        | Reply::ListAttachedUserPolicies(_)
        | Reply::CreateGroup(_)
        | Reply::DeleteGroup(_)
        | Reply::AddUserToGroup(_)
        | Reply::RemoveUserFromGroup(_)
        | Reply::ListGroups(_)
        | Reply::AttachGroupPolicy(_)
        | Reply::DetachGroupPolicy(_)
        | Reply::CreateRole(_)
        | Reply::DeleteRole(_)
        | Reply::GetRole(_)
        | Reply::AttachRolePolicy(_)
        | Reply::DetachRolePolicy(_)
        | Reply::GetCallerIdentity(_) => false,
    }
}

fn respond(body: ReplyBody, takes_gzip: bool) -> Response<Full<Bytes>> {
    let compressed = match &body {
        ReplyBody::Open(bytes) if takes_gzip => gzip::compress(bytes),
        // A secret never is: the encoder's buffers are not wiped, and the length of what it makes tells
        // of what it read.
        ReplyBody::Open(_) | ReplyBody::Secret(_) => None,
    };
    let is_compressed = compressed.is_some();
    let bytes = match (compressed, body) {
        (Some(bytes), _) | (None, ReplyBody::Open(bytes)) => Bytes::from(bytes),
        // The bytes stay the envelope's own, which wipes them when the last of them was sent.
        (None, ReplyBody::Secret(bytes)) => Bytes::from_owner(bytes),
    };
    let mut response = Response::new(Full::new(bytes));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(envelope::CONTENT_TYPE),
    );
    // No `Vary`: a signed request's reply is nothing that a cache may keep.
    if is_compressed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(gzip::CODING));
    }
    response
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

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use http_body_util::BodyExt;
    use pharos_api::random::Random;
    use pharos_api::text::Language;
    use std::io::Read;

    struct Zeros;

    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    fn bytes_of(response: Response<Full<Bytes>>) -> Bytes {
        let body = response.into_body().collect().now_or_never();
        body.unwrap().unwrap().to_bytes()
    }

    #[test]
    fn a_secret_is_sent_as_it_is_whatever_the_client_takes() {
        let reply = serde_json::json!({ "PrivateKey": "k".repeat(9999) });
        let secret = envelope::secret(&reply, RequestId::generate(&Zeros)).unwrap();
        let expected = secret.as_ref().to_vec();
        let response = respond(secret, true);
        assert!(!response.headers().contains_key(CONTENT_ENCODING));
        assert_eq!(bytes_of(response), expected);
    }

    #[test]
    fn a_large_refusal_is_the_same_reply_when_it_is_compressed() {
        let sentence = "Say something else. ".repeat(99);
        let error = ApiError::new(Code::InvalidParameter, Text::new(sentence, "换一个说法。"));
        let failure = || envelope::failure(&error, Language::English, RequestId::generate(&Zeros));
        let response = respond(failure(), true);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(response.headers()[CONTENT_ENCODING], "gzip");
        let compressed = bytes_of(response);
        let mut text = Vec::new();
        GzDecoder::new(&*compressed).read_to_end(&mut text).unwrap();
        assert_eq!(text, failure().as_ref());

        let plain = respond(failure(), false);
        assert!(!plain.headers().contains_key(CONTENT_ENCODING));
    }
    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_is_told_to_try_again() {
        let deadline = Instant::now() + REQUEST_TIME_MAX;
        let Err(error) = in_time::<()>(deadline, std::future::pending()).await else {
            panic!("should have been refused");
        };
        assert_eq!(error.code, Code::ServiceUnavailable);
        assert!(error.message.en.contains("within 30 seconds. Try again"));
        assert!(error.message.zh.contains("请稍后重试"));
        let cause = error.cause.unwrap().to_string();
        assert_eq!(cause, "the request took longer than 30s");
    }
}

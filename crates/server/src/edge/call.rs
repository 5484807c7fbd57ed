//! A call, from its bytes to its reply.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::HOST;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use pharos_api::action::Reply;
use pharos_api::error::ApiError;
use pharos_api::request_id::RequestId;
use pharos_protocol::envelope;
use pharos_protocol::http::{BODY_BYTES_MAX, Headers, HttpRequest, body_too_large};
use pharos_service::Context;
use serde::Serialize;
use tokio::time::{Instant, timeout_at};

use super::reply::{is_secret, respond};
use super::{Edge, REQUEST_TIME_MAX, out_of_time};
use crate::body::NoBody;
use crate::explorer::Explorer;
use crate::explorer::recent_requests::Described;
use crate::gzip;
use crate::request_log::Seen;

impl Edge {
    /// Answers a call: of an action, or of the explorer.
    pub(super) async fn answer_call(
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
            if self.options.enforce_rate_limits {
                let now = self.service.clock.monotonic();
                self.rate_limiter.admit_look(caller.account(), now)?;
            }
            let product = verified.product(self.options.strictness)?;
            let described = explorer.recent.answer(request, product, &caller);
            return described.map(Answer::Requests);
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

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::code::Code;

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

//! One line a request: when, which, what, who, where, how it went, how long it took.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_api::error::{ApiError, Cause, quoted};
use pharos_api::request_id::RequestId;
use pharos_protocol::http::HttpRequest;

use crate::explorer::recent_requests::{Judgement, RecentRequest};

/// What is known of a request so far. No body, no header but these, no secret.
pub(crate) struct Seen<'r> {
    /// The action it says it is.
    action: Option<Cow<'r, str>>,
    /// The region it says it is for.
    region: Option<Cow<'r, str>>,
    /// The id that the client gave the request, for finding it in both logs.
    trace_id: Option<&'r str>,
    /// Why the signature was refused, where the operator wants that explained.
    pub(crate) explanation: Option<String>,
    /// The account, once the signature was verified.
    pub(crate) account: Option<Uin>,
    /// How the signature was judged.
    pub(crate) judgement: Judgement,
}

/// What a field reads when nothing is known.
const UNKNOWN: &str = "-";

impl<'r> Seen<'r> {
    /// What the request says of itself.
    pub(crate) fn new(request: &'r HttpRequest<'r>) -> Self {
        Self {
            action: request.hint("Action"),
            region: request.hint("Region"),
            trace_id: request.headers.hint("X-TC-TraceId"),
            explanation: None,
            account: None,
            judgement: Judgement::default(),
        }
    }

    /// What the explorer is told of it. `time` is in milliseconds since 1970.
    pub(crate) fn recent<'s>(
        &'s mut self,
        time: i64,
        request_id: RequestId,
        outcome: Result<(), &'s ApiError>,
        duration: Duration,
    ) -> RecentRequest<'s> {
        RecentRequest {
            time,
            request_id,
            action: self.action.as_deref(),
            region: self.region.as_deref(),
            refusal: outcome.err(),
            duration,
            judgement: std::mem::take(&mut self.judgement),
        }
    }

    /// Writes the line. A private cause makes it an error: the operator should look.
    pub(crate) fn log(
        &self,
        request_id: RequestId,
        outcome: Result<(), &ApiError>,
        duration: Duration,
    ) {
        let action = &*quoted(self.action.as_deref().unwrap_or(UNKNOWN));
        let region = &*quoted(self.region.as_deref().unwrap_or(UNKNOWN));
        let trace_id = &*quoted(self.trace_id.unwrap_or(UNKNOWN));
        let account = self.account.map(|uin| uin.to_string());
        let account = account.as_deref().unwrap_or(UNKNOWN);
        let mut buffer = [0; RequestId::CHARS];
        let request_id = request_id.encode(&mut buffer);
        let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let code = match outcome {
            Ok(()) => "ok",
            Err(error) => error.code.wire(),
        };
        match outcome.err().and_then(|error| error.cause.as_ref()) {
            // A field that is `None` is not written.
            None => tracing::info!(
                request_id,
                action,
                account,
                region,
                outcome = code,
                duration_ms,
                trace_id,
                explanation = self.explanation.as_deref(),
                "request"
            ),
            Some(cause) => tracing::error!(
                request_id, action, account, region, outcome = code, duration_ms, trace_id,
                cause = %Chain(cause), "request"
            ),
        }
    }
}

/// An error and what is behind it, on one line.
struct Chain<'a>(&'a Cause);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chain = self.0.to_string();
        let mut source: Option<&dyn Error> = self.0.source();
        while let Some(error) = source {
            let text = error.to_string();
            // Some libraries say what is behind an error in the error itself too.
            if !chain.contains(&text) {
                chain.push_str(": ");
                chain.push_str(&text);
            }
            source = error.source();
        }
        formatter.write_str(&chain)
    }
}

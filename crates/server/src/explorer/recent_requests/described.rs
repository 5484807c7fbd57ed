//! What the root user of an account asks for, and is shown.

use std::sync::Arc;

use pharos_api::account::Uin;
use pharos_api::error::ApiError;
use pharos_api::request_id::RequestId;
use pharos_api::text::{Language, Text};
use pharos_api::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::kept::KeptRequest;

/// Which ones are asked for.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct After {
    /// Those with a higher number.
    #[serde(default)]
    pub(super) after: u64,
}

impl After {
    /// Reads the body.
    ///
    /// # Errors
    /// `InvalidParameter`.
    pub(crate) fn read(body: &[u8]) -> Result<Self, ApiError> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(body).map_err(|_| {
            ApiError::invalid_parameter(Text::fixed(
                "Send a JSON object with the parameter `After` at most: the `Id` of a request, those behind \
                 which are wanted.",
                "请发送仅包含可选参数 `After` 的 JSON 对象：`After` 为某个请求的 `Id`，返回其后的请求。",
            ))
        })
    }
}

/// What the caller gets.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Described {
    pub(super) requests: Vec<Shown>,
    /// The number of the last request of all, to ask for later ones with.
    last: u64,
}

impl Described {
    /// Kept requests with their numbers, and the number of the last one of all.
    pub(super) fn of(kept: &[(u64, Arc<KeptRequest>)], last: u64, language: Language) -> Self {
        let requests = kept
            .iter()
            .map(|(id, request)| Shown::of(*id, request, language));
        Self {
            requests: requests.collect(),
            last,
        }
    }
}

/// One request, as JSON has it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Shown {
    pub(super) id: u64,
    time: String,
    request_id: RequestId,
    action: Option<String>,
    region: Option<String>,
    secret_id: Option<String>,
    account: Option<Uin>,
    code: &'static str,
    message: Option<String>,
    duration_ms: u64,
    judgement: Value,
}

impl Shown {
    fn of(id: u64, request: &KeptRequest, language: Language) -> Self {
        let sentence = |text: &Text| text.in_language(language).to_owned();
        let refusal = request.refusal.as_ref();
        let explanation = refusal.and_then(|refusal| refusal.explanation.as_ref());
        let mut texts = request.texts.iter();
        let mut next = || texts.next().flatten().map(str::to_owned);
        let (action, region, secret_id) = (next(), next(), next());
        let stages = request.stages.iter().zip(texts);
        let reading: Vec<_> = stages
            .filter_map(|(name, text)| Some(json!({"Name": name, "Text": text?})))
            .collect();
        Self {
            id,
            time: rfc3339(request.time),
            request_id: request.request_id,
            action,
            region,
            secret_id,
            account: request.account,
            code: refusal.map_or("ok", |refusal| refusal.code.wire()),
            message: refusal.map(|refusal| sentence(&refusal.message)),
            duration_ms: u64::try_from(request.duration.as_millis()).unwrap_or(u64::MAX),
            judgement: json!({
                "Version": request.version,
                "Verdict": request.verdict,
                "Reading": reading,
                "Explanation": explanation.map(sentence),
            }),
        }
    }
}

/// With milliseconds, which the wire's times do not have.
fn rfc3339(milliseconds: i64) -> String {
    let seconds = Timestamp::from_unix_seconds(milliseconds.div_euclid(1000));
    let text = seconds.unwrap_or_else(Timestamp::epoch).rfc3339();
    let rest = milliseconds.rem_euclid(1000);
    format!("{}.{rest:03}Z", text.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_milliseconds_before_1970_too() {
        assert_eq!(rfc3339(1_795_593_600_007), "2026-11-25T08:00:00.007Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59.999Z");
    }
}

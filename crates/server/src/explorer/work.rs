//! What is calculated for the page: parameters are checked, and code is written. Anybody may ask for it, so
//! what it costs is bounded.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use pharos_api::action::{ACTIONS, Action};
use pharos_api::region::Region;
use pharos_api::text::{Language, Text};
use pharos_explorer::{Call, Endpoint};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::refuse;
use crate::gzip;

/// The largest body, in bytes: ten times what the longest call has that somebody fills in by hand.
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The largest body that code is written for, in bytes. The code has it a dozen times, escaped.
const CODE_BODY_BYTES_MAX: usize = 64 * 1024;

/// How many parameters a call may have at the top: several times what any action has. Each is checked by
/// itself.
const PARAMETERS_MAX: usize = 100;

/// How many answers there are at a time, until the last byte of each was sent: more than people press keys at
/// once, and some megabytes each at most. Who reads slowly keeps others from this alone.
const ANSWERS_MAX: usize = 16;

/// How many calculations run at a time: each takes some milliseconds at most, and the rest of the cores is for
/// those who call.
const CALCULATIONS_MAX: usize = 2;

/// What is calculated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Whether parameters are right.
    Check,
    /// Programs that make a call.
    Code,
}

/// Where it is calculated.
pub(crate) struct Workplace {
    answers: Arc<Semaphore>,
    calculations: Arc<Semaphore>,
}

impl Default for Workplace {
    fn default() -> Self {
        Self {
            answers: Arc::new(Semaphore::new(ANSWERS_MAX)),
            calculations: Arc::new(Semaphore::new(CALCULATIONS_MAX)),
        }
    }
}

/// What is to be checked.
#[derive(Deserialize)]
struct ToCheck {
    product: String,
    action: String,
    parameters: Map<String, Value>,
    #[serde(default)]
    language: Option<String>,
}

/// What code is to be written for.
#[derive(Deserialize)]
struct ToCall {
    product: String,
    action: String,
    parameters: Map<String, Value>,
    #[serde(default)]
    region: Option<String>,
    endpoint: String,
}

/// Bytes that keep their place until the last of them was sent.
struct Placed {
    bytes: Vec<u8>,
    _place: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Placed {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Workplace {
    /// Answers what was posted, when there is a place.
    pub(crate) async fn answer(
        &self,
        work: Work,
        body: Bytes,
        request: &HeaderMap,
    ) -> Response<Full<Bytes>> {
        // The semaphores are never closed.
        let place = Arc::clone(&self.answers).acquire_owned().await.ok();
        let turn = Arc::clone(&self.calculations).acquire_owned().await.ok();
        let takes_gzip = gzip::is_accepted(request);
        // Not on a thread that others' requests are waiting for.
        let calculated = tokio::task::spawn_blocking(move || {
            // Until it ends: who asked may be gone before.
            let _turn = turn;
            let bytes = calculate(work, &body)?;
            let compressed = takes_gzip.then(|| gzip::compress(&bytes)).flatten();
            Ok((bytes, compressed))
        });
        let (bytes, compressed) = match calculated.await {
            Ok(Ok(made)) => made,
            Ok(Err(fault)) => return refuse(request, StatusCode::BAD_REQUEST, &fault),
            // A panic, whose message stands in the log.
            Err(_) => return failed(request),
        };
        let is_compressed = compressed.is_some();
        let placed = Placed {
            bytes: compressed.unwrap_or(bytes),
            _place: place,
        };
        let mut answer = Response::new(Full::new(Bytes::from_owner(placed)));
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if is_compressed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(gzip::CODING));
        }
        answer
    }
}

fn calculate(work: Work, body: &[u8]) -> Result<Vec<u8>, Text> {
    match work {
        Work::Check => {
            let asked: ToCheck = read(body)?;
            let action = find(&asked.product, &asked.action)?;
            few(&asked.parameters)?;
            let language = asked.language.as_deref().map(Language::from_wire);
            let language = language.unwrap_or_default();
            written(&pharos_explorer::check(action, &asked.parameters, language))
        }
        Work::Code => {
            if body.len() > CODE_BODY_BYTES_MAX {
                let kilobytes = CODE_BODY_BYTES_MAX / 1024;
                return Err(Text::new(
                    format!("Code is written for calls of at most {kilobytes} KB."),
                    format!("仅为不超过 {kilobytes} KB 的调用生成代码。"),
                ));
            }
            let asked: ToCall = read(body)?;
            let action = find(&asked.product, &asked.action)?;
            few(&asked.parameters)?;
            let region = asked.region.as_deref().map(Region::from_wire);
            let region = region.transpose().map_err(|_| {
                Text::fixed("This server has no such region.", "本服务器没有该地域。")
            })?;
            let endpoint = Endpoint::parse(&asked.endpoint).map_err(|_| {
                Text::fixed(
                    "The endpoint is not one: write it like `http://127.0.0.1:8324`.",
                    "接入点格式不正确，请写作 `http://127.0.0.1:8324` 的形式。",
                )
            })?;
            written(&pharos_explorer::code(&Call {
                action,
                parameters: &asked.parameters,
                region,
                endpoint: &endpoint,
            }))
        }
    }
}

/// JSON may be nested 128 deep: serde_json reads no further.
fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, Text> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Text::new(
            format!(
                "The body is not the JSON that is read here: the fault is at line {line}, column {column}."
            ),
            format!("请求体不是此处所需的 JSON：错误位于第 {line} 行第 {column} 列。"),
        )
    })
}

fn find(product: &str, name: &str) -> Result<&'static Action, Text> {
    let mut actions = ACTIONS.iter();
    actions
        .find(|action| action.product.name == product && action.name == name)
        .ok_or_else(|| Text::fixed("This server has no such action.", "本服务器不提供该接口。"))
}

fn few(parameters: &Map<String, Value>) -> Result<(), Text> {
    if parameters.len() <= PARAMETERS_MAX {
        return Ok(());
    }
    Err(Text::new(
        format!("A call may have at most {PARAMETERS_MAX} parameters here."),
        format!("此处一次调用最多允许 {PARAMETERS_MAX} 个参数。"),
    ))
}

fn written(answer: &impl Serialize) -> Result<Vec<u8>, Text> {
    serde_json::to_vec(answer).map_err(|_| failure())
}

fn failure() -> Text {
    Text::fixed(
        "The server failed to calculate this; its log says why.",
        "服务器计算失败，原因见服务器日志。",
    )
}

fn failed(request: &HeaderMap) -> Response<Full<Bytes>> {
    refuse(request, StatusCode::INTERNAL_SERVER_ERROR, &failure())
}

//! The requests that this node answered last, and how the signature of each was judged: what somebody
//! looks at whose client is refused.
//!
//! No body, no key, no token and no signature is kept; of a request's texts what [`Stages`] shows.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_api::call_window::CallWindow;
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::error::{ApiError, quoted};
use pharos_api::request_id::RequestId;
use pharos_api::text::{Language, Text};
use pharos_api::time::Timestamp;
use pharos_protocol::stages::{MASKED, Stages};
use pharos_service::root::ROOT_ACCOUNT;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many are kept: minutes of a quiet server, and as many as somebody reads through. Most take less
/// than a kilobyte; none takes more than twenty (below).
const KEPT_MAX: usize = 1000;

/// The longest stage that is kept, in bytes: dozens of headers, or a query that somebody can still read.
const STAGE_BYTES_MAX: usize = 4 * 1024;

/// The longest sentence that is kept, in bytes and in each language: ours have a few hundred, and values of
/// at most 64 characters in them.
const SENTENCE_BYTES_MAX: usize = 1024;

/// How many refused signatures a second are explained for the explorer alone, where the operator does not
/// have them explained anyway: a person looks at one at a time, and a flood of them costs a hundredth of a
/// core, for each is some hundred hashes.
const EXPLANATIONS_PER_SECOND: u32 = 5;

/// The longest quotation in a sentence that is kept, in characters: a SecretKey that is made here has one
/// more.
const QUOTATION_CHARS_MAX: usize = 31;

/// The action that asks for them, of the product Lighthouse; no other server has it.
pub(crate) const ACTION: &str = "DescribeRequests";

/// How a signature was judged.
#[derive(Default)]
pub(crate) struct Judgement {
    /// Who is said to have signed; nobody, where it may be a secret in the wrong place.
    pub(crate) secret_id: Option<SecretId>,
    /// The account whose that SecretId is.
    pub(crate) account: Option<Uin>,
    /// Which signature it has.
    pub(crate) version: Option<&'static str>,
    pub(crate) verdict: Verdict,
    /// How the request was read.
    stages: Option<Stages>,
    /// Which part of the signature differs.
    pub(crate) explanation: Option<Text>,
}

impl Judgement {
    /// Notes how the request was read.
    pub(crate) fn read(&mut self, stages: Stages) {
        self.version = Some(stages.version);
        self.stages = Some(stages);
    }
}

/// What came of a signature.
#[derive(Clone, Copy, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// There is none that could be read.
    #[default]
    Unread,
    /// It is somebody else's, of another time, or nobody's.
    Refused,
    /// It is right, whatever came of the call then.
    Verified,
}

/// One request.
pub(crate) struct RecentRequest<'r> {
    /// When it came, in milliseconds since 1970.
    pub(crate) time: i64,
    pub(crate) request_id: RequestId,
    pub(crate) action: Option<&'r str>,
    pub(crate) region: Option<&'r str>,
    /// What it was answered with: nothing is a success.
    pub(crate) refusal: Option<&'r ApiError>,
    pub(crate) duration: Duration,
    pub(crate) judgement: Judgement,
}

/// What is kept of one. Each comes when another goes, with every call: so it is two pieces of memory, and not one for
/// each text.
struct KeptRequest {
    time: i64,
    request_id: RequestId,
    duration: Duration,
    account: Option<Uin>,
    version: Option<&'static str>,
    verdict: Verdict,
    /// The names of the stages.
    stages: [&'static str; STAGES_MAX],
    texts: Texts,
    refusal: Option<Box<KeptRefusal>>,
}

/// What is kept of a request that was refused.
struct KeptRefusal {
    code: Code,
    message: Text,
    explanation: Option<Text>,
}

/// How many stages a reading has.
const STAGES_MAX: usize = 2;

/// How many texts a request has: action, region, SecretId, and its stages.
const TEXTS: usize = 3 + STAGES_MAX;

/// Several texts in one piece of memory.
struct Texts {
    all: String,
    /// Where each ends; `None` where there is none.
    ends: [Option<usize>; TEXTS],
}

impl Texts {
    fn of(texts: [Option<&str>; TEXTS]) -> Self {
        let bytes = texts.iter().flatten().map(|text| text.len()).sum();
        let mut all = String::with_capacity(bytes);
        let ends = texts.map(|text| {
            all.push_str(text?);
            Some(all.len())
        });
        Self { all, ends }
    }

    fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let text = self.all.get(start..(*end)?);
            start = end.unwrap_or(start);
            text
        })
    }
}

impl KeptRequest {
    /// Cuts what is long, and takes out of its sentences what could be a secret.
    fn of(request: RecentRequest<'_>) -> Self {
        let judgement = request.judgement;
        let refusal = request.refusal.map(|error| KeptRefusal {
            code: error.code,
            message: kept(&error.message),
            explanation: judgement.explanation.as_ref().map(kept),
        });
        let (action, region) = (request.action.map(quoted), request.region.map(quoted));
        let secret_id = judgement.secret_id.as_ref().map(SecretId::as_str);
        let texts = judgement
            .stages
            .map_or_else(Vec::new, |stages| stages.texts);
        let mut stages = texts
            .into_iter()
            .map(|(name, text)| (name, cut(text, STAGE_BYTES_MAX)));
        let stages: [_; STAGES_MAX] = std::array::from_fn(|_| stages.next());
        let [one, other] = stages
            .each_ref()
            .map(|stage| stage.as_ref().map(|(_, text)| text.as_str()));
        Self {
            time: request.time,
            request_id: request.request_id,
            duration: request.duration,
            account: judgement.account,
            version: judgement.version,
            verdict: judgement.verdict,
            stages: stages
                .each_ref()
                .map(|stage| stage.as_ref().map_or("", |(name, _)| *name)),
            texts: Texts::of([action.as_deref(), region.as_deref(), secret_id, one, other]),
            refusal: refusal.map(Box::new),
        }
    }

    /// Whether the root user of an account may see it: whatever came with a SecretId of that account, whether
    /// or not the signature was right, for that is what they look for.
    ///
    /// What belongs to nobody is shown to the server's first account alone, whose root user is the operator:
    /// it may be another account's client that is configured wrongly, with its host, its action and its
    /// SecretId. No root user sees what another account calls, the operator neither: they have the log.
    fn is_visible_to(&self, account: Uin) -> bool {
        self.account.unwrap_or(ROOT_ACCOUNT) == account
    }
}

/// A sentence as it is kept.
fn kept(text: &Text) -> Text {
    let kept = |sentence: &str| cut(without_long_quotations(sentence), SENTENCE_BYTES_MAX);
    Text::new(kept(&text.en), kept(&text.zh))
}

/// A sentence repeats values of the client's between backticks, to the client. What is as long as a key and
/// looks like one is not repeated to anybody else.
fn without_long_quotations(sentence: &str) -> String {
    let parts = sentence.split('`').enumerate().map(|(index, part)| {
        let is_quotation = index % 2 == 1;
        let is_long = || part.chars().nth(QUOTATION_CHARS_MAX).is_some();
        // Media types, and the patterns of ours in angle brackets, are no keys.
        let is_word = || {
            let of_words = |byte: u8| byte.is_ascii_lowercase() || b"/-".contains(&byte);
            part.contains('<') || part.bytes().all(of_words)
        };
        if is_quotation && is_long() && !is_word() {
            MASKED
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

fn cut(mut text: String, bytes_max: usize) -> String {
    if text.len() > bytes_max {
        text.truncate(text.floor_char_boundary(bytes_max));
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

/// The last of them, in memory only.
pub(crate) struct RecentRequests {
    kept: Mutex<Kept>,
    explained: Mutex<CallWindow>,
}

struct Kept {
    /// With its number each, the oldest first.
    requests: VecDeque<(u64, Arc<KeptRequest>)>,
    /// The number of the last one.
    last: u64,
}

impl RecentRequests {
    /// Numbers them from behind `last`. That is the time, in milliseconds since 1970, so that a page that
    /// stays open while the server starts anew takes no later request for one that it knows.
    pub(crate) fn behind(last: i64) -> Self {
        let kept = Kept {
            requests: VecDeque::new(),
            last: u64::try_from(last).unwrap_or_default(),
        };
        Self {
            kept: Mutex::new(kept),
            explained: Mutex::default(),
        }
    }

    /// Keeps one more, in the place of the oldest.
    pub(crate) fn keep(&self, request: RecentRequest<'_>) {
        let request = Arc::new(KeptRequest::of(request));
        let mut kept = self.kept();
        kept.last += 1;
        let number = kept.last;
        let is_full = kept.requests.len() >= KEPT_MAX;
        let oldest = if is_full {
            kept.requests.pop_front()
        } else {
            None
        };
        kept.requests.push_back((number, request));
        // Others need not wait while it is freed.
        drop(kept);
        drop(oldest);
    }

    /// Whether another refused signature may be explained at this time of a monotonic clock.
    pub(crate) fn may_explain(&self, now: Duration) -> bool {
        let mut explained = self
            .explained
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        explained.admit(now, EXPLANATIONS_PER_SECOND).is_ok()
    }

    /// What the root user of an account is shown.
    pub(crate) fn describe(&self, account: Uin, after: After, language: Language) -> Described {
        let kept = self.kept();
        let last = kept.last;
        // A number that was not given yet is another node's, or of before the clock was set back.
        let after = if after.after > last { 0 } else { after.after };
        let requests = kept.requests.iter();
        let visible: Vec<_> = requests
            .filter(|(number, request)| *number > after && request.is_visible_to(account))
            .cloned()
            .collect();
        drop(kept);
        let shown = visible.iter();
        Described {
            requests: shown
                .map(|(number, request)| Shown::of(*number, request, language))
                .collect(),
            last,
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which ones are asked for.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct After {
    /// Those with a higher number.
    #[serde(default)]
    after: u64,
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
    requests: Vec<Shown>,
    /// The number of the last request of all, to ask for later ones with.
    last: u64,
}

/// One request, as JSON has it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown {
    id: u64,
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
    use pharos_api::random::Random;

    struct Zeros;

    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    fn refused(text: &str) -> ApiError {
        let sentence = Text::new(text.to_owned(), text.to_owned());
        ApiError::new(Code::SignatureFailure, sentence)
    }

    fn request<'r>(account: Option<u64>, text: &'r str, error: &'r ApiError) -> RecentRequest<'r> {
        RecentRequest {
            time: 1_795_593_600_007,
            request_id: RequestId::generate(&Zeros),
            action: Some(text),
            region: None,
            refusal: Some(error),
            duration: Duration::from_millis(7),
            judgement: Judgement {
                account: account.map(Uin),
                stages: Some(Stages {
                    version: "TC3-HMAC-SHA256",
                    texts: vec![
                        ("canonical_request", text.to_owned()),
                        ("string_to_sign", text.to_owned()),
                    ],
                }),
                explanation: Some(error.message.clone()),
                ..Judgement::default()
            },
        }
    }

    fn keep(recent: &RecentRequests, account: Option<u64>) {
        recent.keep(request(account, "a", &refused("b")));
    }

    fn ids(recent: &RecentRequests, account: u64, after: u64) -> Vec<u64> {
        let described = recent.describe(Uin(account), After { after }, Language::English);
        described.requests.iter().map(|shown| shown.id).collect()
    }

    #[test]
    fn the_last_ones_are_kept_and_no_more() {
        let recent = RecentRequests::behind(0);
        for _ in 0..KEPT_MAX + 7 {
            keep(&recent, Some(2));
        }
        let ids = ids(&recent, 2, 0);
        assert_eq!(ids.len(), KEPT_MAX);
        let last = (KEPT_MAX + 7) as u64;
        assert_eq!((ids.first(), ids.last()), (Some(&8), Some(&last)));
    }

    #[test]
    fn a_page_gets_what_came_since_and_all_when_its_number_is_not_from_here() {
        let recent = RecentRequests::behind(0);
        for _ in 0..3 {
            keep(&recent, Some(2));
        }
        assert_eq!(ids(&recent, 2, 1), [2, 3]);
        assert_eq!(ids(&recent, 2, 3), [0; 0]);
        assert_eq!(ids(&recent, 2, 4), [1, 2, 3]);
    }

    #[test]
    fn an_account_sees_its_own_and_the_first_what_is_nobodys() {
        let recent = RecentRequests::behind(0);
        for account in [Some(2), None, Some(3), Some(ROOT_ACCOUNT.0)] {
            keep(&recent, account);
        }
        assert_eq!(ids(&recent, 2, 0), [1]);
        assert_eq!(ids(&recent, 3, 0), [3]);
        assert_eq!(ids(&recent, ROOT_ACCOUNT.0, 0), [2, 4]);
        assert_eq!(ids(&recent, 4, 0), [0; 0]);
    }

    #[test]
    fn one_request_takes_little_memory_however_much_was_sent() {
        let long = "钥匙\u{10ffff} ".repeat(1_000_000);
        let kept = KeptRequest::of(request(None, &long, &refused(&long)));
        let refusal = kept.refusal.unwrap();
        let explanation = refusal.explanation.unwrap();
        for sentence in [
            refusal.message.en,
            refusal.message.zh,
            explanation.en,
            explanation.zh,
        ] {
            let sentence = sentence.into_owned();
            assert!(sentence.capacity() <= SENTENCE_BYTES_MAX + "…".len());
            assert!(sentence.ends_with('…'));
        }
        let stages = STAGES_MAX * (STAGE_BYTES_MAX + "…".len());
        assert!(kept.texts.all.capacity() <= stages + SENTENCE_BYTES_MAX);
        let texts: Vec<_> = kept.texts.iter().flatten().collect();
        assert_eq!(texts.len(), 3);
        assert!(texts.iter().all(|text| text.ends_with('…')));
    }

    #[test]
    fn texts_come_apart_as_they_were() {
        for texts in [
            [Some("a"), None, Some(""), Some("钥匙"), None],
            [None, None, None, None, None],
            [None, Some("b"), None, None, Some("c")],
        ] {
            assert!(Texts::of(texts).iter().eq(texts));
        }
    }

    #[test]
    fn a_sentence_keeps_words_and_loses_what_looks_like_a_key() {
        let key = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF";
        let sentence = format!("`KeyName` may not be `{key}`; send `{key}");
        let expected = "`KeyName` may not be `***`; send `***";
        assert_eq!(without_long_quotations(&sentence), expected);
        for sentence in [
            "no quotation, which has more than thirty-one characters",
            "`Credential` should be `<SecretId>/<YYYY-MM-DD>/<service>/tc3_request`",
            "send `application/x-www-form-urlencoded`",
            "`a` is not `b`",
        ] {
            assert_eq!(without_long_quotations(sentence), sentence);
        }
    }

    #[test]
    fn a_flood_of_wrong_signatures_is_not_explained() {
        let recent = RecentRequests::behind(0);
        let at = |ms| recent.may_explain(Duration::from_millis(ms));
        let explained = (0..1000).filter(|ms| at(*ms)).count();
        assert_eq!(explained, EXPLANATIONS_PER_SECOND as usize);
        assert!(at(2000));
    }

    #[test]
    fn times_have_milliseconds_before_1970_too() {
        assert_eq!(rfc3339(1_795_593_600_007), "2026-11-25T08:00:00.007Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59.999Z");
    }
}

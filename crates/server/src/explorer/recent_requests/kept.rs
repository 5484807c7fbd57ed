//! What is kept of a request: little, and nothing that could be a secret.

use std::time::Duration;

use pharos_api::account::Uin;
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::error::quoted;
use pharos_api::request_id::RequestId;
use pharos_api::text::Text;
use pharos_protocol::stages::MASKED;
use pharos_service::root::ROOT_ACCOUNT;

use super::{RecentRequest, Verdict};

/// The longest stage that is kept, in bytes: dozens of headers, or a query that somebody can still read.
const STAGE_BYTES_MAX: usize = 4 * 1024;

/// The longest sentence that is kept, in bytes and in each language: ours have a few hundred, and values of
/// at most 64 characters in them.
const SENTENCE_BYTES_MAX: usize = 1024;

/// The longest quotation in a sentence that is kept, in characters: a SecretKey that is made here has one
/// more.
const QUOTATION_CHARS_MAX: usize = 31;

/// What is kept of one. Each comes when another goes, with every call: so it is two pieces of memory, and not one for
/// each text.
pub(super) struct KeptRequest {
    /// When it came, in milliseconds since 1970.
    pub(super) time: i64,
    pub(super) request_id: RequestId,
    pub(super) duration: Duration,
    pub(super) account: Option<Uin>,
    pub(super) version: Option<&'static str>,
    pub(super) verdict: Verdict,
    /// The names of the stages.
    pub(super) stages: [&'static str; STAGES_MAX],
    /// Action, region, SecretId, and the stages.
    pub(super) texts: Texts,
    pub(super) refusal: Option<Box<KeptRefusal>>,
}

/// What is kept of a request that was refused.
pub(super) struct KeptRefusal {
    pub(super) code: Code,
    pub(super) message: Text,
    pub(super) explanation: Option<Text>,
}

/// How many stages a reading has.
const STAGES_MAX: usize = 2;

/// How many texts a request has.
const TEXTS: usize = 3 + STAGES_MAX;

/// Several texts in one piece of memory.
pub(super) struct Texts {
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

    pub(super) fn iter(&self) -> impl Iterator<Item = Option<&str>> {
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
    pub(super) fn of(request: RecentRequest<'_>) -> Self {
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
    pub(super) fn is_visible_to(&self, account: Uin) -> bool {
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

#[cfg(test)]
mod tests {
    use super::super::tests::{refused, request};
    use super::*;

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
}

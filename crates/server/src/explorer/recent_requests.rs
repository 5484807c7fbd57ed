//! The requests that this node answered last, and how the signature of each was judged: what somebody
//! looks at whose client is refused.
//!
//! No body, no key, no token and no signature is kept ([`kept`]); of a request's texts what [`Stages`] shows.

mod described;
mod kept;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pharos_api::account::Uin;
use pharos_api::action::{LIGHTHOUSE, Product};
use pharos_api::call_window::CallWindow;
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::error::ApiError;
use pharos_api::request_id::RequestId;
use pharos_api::text::{Language, Text};
use pharos_protocol::http::HttpRequest;
use pharos_protocol::stages::Stages;
use pharos_service::caller::Caller;
use serde::Serialize;

use described::After;
pub(crate) use described::Described;
use kept::KeptRequest;

/// How many are kept: minutes of a quiet server, and as many as somebody reads through. Most take less
/// than a kilobyte; none takes more than twenty ([`kept`]).
const KEPT_MAX: usize = 1000;

/// How many refused signatures a second are explained for the explorer alone, where the operator does not
/// have them explained anyway: a person looks at one at a time, and a flood of them costs a hundredth of a
/// core, for each is some hundred hashes.
const EXPLANATIONS_PER_SECOND: u32 = 5;

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

    /// Answers who asks for them. It is no action: no policy can allow it to a user, because what users of an
    /// account may do says nothing of who may see what all of them do.
    ///
    /// # Errors
    /// `InvalidAction` for another product, `UnauthorizedOperation` for anybody but the root user,
    /// `InvalidParameter`.
    pub(crate) fn answer(
        &self,
        request: &HttpRequest<'_>,
        product: &Product,
        caller: &Caller,
    ) -> Result<Described, ApiError> {
        if *product != LIGHTHOUSE {
            return Err(ApiError::invalid_action(
                ACTION,
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
        Ok(self.describe(caller.account(), after, request.language()))
    }

    /// What the root user of an account is shown.
    fn describe(&self, account: Uin, after: After, language: Language) -> Described {
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
        Described::of(&visible, last, language)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_service::root::ROOT_ACCOUNT;
    use pharos_testkit::random::SeededRandom;

    pub(super) fn refused(text: &str) -> ApiError {
        let sentence = Text::new(text.to_owned(), text.to_owned());
        ApiError::new(Code::SignatureFailure, sentence)
    }

    pub(super) fn request<'r>(
        account: Option<u64>,
        text: &'r str,
        error: &'r ApiError,
    ) -> RecentRequest<'r> {
        RecentRequest {
            time: 1_795_593_600_007,
            request_id: RequestId::generate(&SeededRandom::from_seed(0)),
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
    fn a_flood_of_wrong_signatures_is_not_explained() {
        let recent = RecentRequests::behind(0);
        let at = |ms| recent.may_explain(Duration::from_millis(ms));
        let explained = (0..1000).filter(|ms| at(*ms)).count();
        assert_eq!(explained, EXPLANATIONS_PER_SECOND as usize);
        assert!(at(2000));
    }
}

//! Who calls: the checks of a signature, and what comes of one that is wrong.

use std::sync::{Arc, PoisonError};

use pharos_api::error::ApiError;
use pharos_api::time::Timestamp;
use pharos_protocol::http::HttpRequest;
use pharos_protocol::keyring::Keyring;
use pharos_protocol::stages::is_secret_id_shown;
use pharos_protocol::unverified::{Refused, Unverified};
use pharos_protocol::verified::{Verified, token_failure};
use pharos_service::caller::{Caller, Candidate};

use super::Edge;
use crate::explorer::recent_requests::Verdict;
use crate::request_log::Seen;

impl Edge {
    /// The checks that find out who calls.
    pub(super) async fn verify<'r>(
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
            if self.explorer.is_none() {
                return;
            }
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
}

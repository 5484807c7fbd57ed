//! Why an action was not done, and how that is told.

use pharos_api::action::Denial;
use pharos_api::error::ApiError;
use pharos_policy::Denied;
use pharos_store::audit::AuditEntry;

use crate::{Context, Service};

/// What an action ends with instead of its reply.
///
/// A denial is no [`ApiError`], and becomes one in [`Service::told`] alone: so no caller is told of one that
/// does not stand in the audit log.
pub(crate) enum Refusal {
    /// Policies do not allow it; the product says so in its way.
    Denied(Denial, Denied),
    /// Anything else. It leaves nothing.
    Error(ApiError),
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl Service {
    /// What the caller is told, once a denial is durable in the audit log. One that cannot be written there
    /// is not told as a denial: nobody could see it later.
    pub(crate) async fn told(&self, context: &Context, refusal: Refusal) -> ApiError {
        let (denial, denied) = match refusal {
            Refusal::Denied(denial, denied) => (denial, denied),
            Refusal::Error(error) => return error,
        };
        let Denied {
            operation,
            resource,
        } = &denied;
        let entry = AuditEntry {
            refusal: Some(denial.code()),
            ..self.entry(context, operation.clone(), vec![resource.clone()])
        };
        let request_id = context.request_id.to_string();
        match self.store.record(entry).await {
            Ok(()) => ApiError::no_permission(denial, &request_id, operation, resource),
            Err(error) => ApiError::internal(error),
        }
    }
}

//! The decision.
//!
//! Nothing is allowed unless a statement allows it, and whatever a statement denies stays denied
//! (protocol.md section 7.1). The root user has everything in its own account; nobody has anything
//! in another.

use pharos_api::account::Uin;
use pharos_api::resource::Resource;
use thiserror::Error;

use crate::context::RequestContext;
use crate::decision::{Call, Decision, PolicyPlace, decide};
use crate::granted::Granted;
use crate::principal::Principal;

/// A refusal, with what the live service names in one (protocol.md section 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{operation}` on `{resource}` is not allowed")]
pub struct Denied {
    /// The operation, as policies name it: `lighthouse:CreateKeyPair`.
    pub operation: String,
    /// The six-segment name of the resource, or `*`.
    pub resource: String,
}

/// Decides whether `principal` may call `operation` (as policies name it:
/// `lighthouse:CreateKeyPair`) on `resource`, under these circumstances. A call over several resources
/// needs a decision on every one.
///
/// A resource without a name is decided on `*` alone: a statement about named resources neither
/// allows nor denies it, however wide its wildcards are.
///
/// # Errors
/// Whatever is not allowed, or is denied, or belongs to another account.
///
/// ```
/// use pharos_api::{account::Uin, region::Region, resource::KeyPairs, time::Timestamp};
/// use pharos_policy::{Policy, Principal, RequestContext, authorize};
///
/// let allow = r#"{"version": "2.0", "statement":
///     {"effect": "allow", "action": "lighthouse:Create*", "resource": "*",
///      "condition": {"ip_equal": {"qcs:ip": "192.0.2.0/24"}}}}"#;
/// let account = Uin(100000000001);
/// let principal = Principal::User {
///     account,
///     user: Uin(100000000002),
///     policies: vec![Policy::parse(allow)?],
/// };
/// let collection = KeyPairs { account, region: Region::Guangzhou };
/// let may = |operation, source: &str| {
///     let context = RequestContext {
///         source: source.parse().unwrap(),
///         time: Timestamp::epoch(),
///         request_tags: &[],
///         resource_tags: Some(&[]),
///     };
///     authorize(&principal, operation, collection, &context).is_ok()
/// };
/// assert!(may("lighthouse:CreateKeyPair", "192.0.2.7"));
/// assert!(!may("lighthouse:CreateKeyPair", "198.51.100.7"));
/// assert!(!may("lighthouse:DeleteKeyPairs", "192.0.2.7"));
/// # Ok::<(), pharos_policy::BadPolicy>(())
/// ```
pub fn authorize<R: Resource>(
    principal: &Principal,
    operation: &str,
    resource: R,
    context: &RequestContext<'_>,
) -> Result<Granted<R>, Denied> {
    let decision = evaluate(principal, operation, &resource, context);
    prove(decision.is_allowed(), operation, resource)
}

/// The same for the root user, whom no policy and no condition concerns: what is done to a store itself
/// has no circumstances to ask about.
///
/// # Errors
/// What belongs to another account.
pub fn authorize_root<R: Resource>(
    account: Uin,
    operation: &str,
    resource: R,
) -> Result<Granted<R>, Denied> {
    prove(resource.account() == account, operation, resource)
}

fn prove<R: Resource>(
    is_allowed: bool,
    operation: &str,
    resource: R,
) -> Result<Granted<R>, Denied> {
    if is_allowed {
        return Ok(Granted::new(resource));
    }
    Err(Denied {
        operation: operation.to_owned(),
        resource: resource.name().unwrap_or_else(|| "*".to_owned()),
    })
}

/// What [`authorize`] decides, with what made the decision.
pub fn evaluate<R: Resource>(
    principal: &Principal,
    operation: &str,
    resource: &R,
    context: &RequestContext<'_>,
) -> Decision {
    if principal.account() == resource.account() {
        evaluate_elsewhere(principal, operation, resource, context)
    } else {
        Decision::Elsewhere
    }
}

/// What the caller's own policies say about a resource of another account, whose owner has to allow it too: a
/// role that trusts them. The root user has no policies, and nothing that its account forbids.
pub fn evaluate_elsewhere<R: Resource>(
    principal: &Principal,
    operation: &str,
    resource: &R,
    context: &RequestContext<'_>,
) -> Decision {
    let name = resource.name();
    let call = Call {
        operation,
        resource: name.as_deref(),
        caller: principal.uin(),
        context,
    };
    decide_for(principal, &call)
}

fn decide_for(principal: &Principal, call: &Call<'_>) -> Decision {
    match principal {
        Principal::Root { .. } => Decision::Root,
        Principal::User { policies, .. } | Principal::Role { policies, .. } => {
            let policies = policies.iter().enumerate();
            let statements = policies
                .flat_map(|(index, policy)| policy.statements_at(PolicyPlace::Attached(index)));
            decide(statements, call)
        }
        Principal::Session { principal, policy } => {
            let without = decide_for(principal, call);
            if !without.is_allowed() {
                return without;
            }
            match decide(policy.statements_at(PolicyPlace::Session), call) {
                Decision::Allowed(_) => without,
                Decision::NotAllowed => Decision::OutsideSession,
                refused => refused,
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! Decisions in words, and the smallest statement that would have made another.

use std::fmt;

use pharos_api::resource::Resource;
use serde_json::json;

use crate::authorize::evaluate;
use crate::context::RequestContext;
use crate::decision::{Call, Decision, PolicyPlace, StatementPlace};
use crate::document::{Effect, Statement};
use crate::principal::Principal;

/// A decision and why it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The smallest statement that would have allowed the call, in the policy language, where a further
    /// statement can: beside the attached policies, or in the session's policy.
    pub would_allow: Option<String>,
    operation: String,
    resource: String,
    near_miss: Option<NearMiss>,
}

/// An allow that is about the operation, and why it is not about the call.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NearMiss {
    /// A condition that is not met: its operator and its key.
    Condition(StatementPlace, String, &'static str),
    /// It names resources, and the operation is only ever decided on `*`.
    NeedsStar(StatementPlace),
}

/// Explains what [`evaluate`] decides.
pub fn explain<R: Resource>(
    principal: &Principal,
    operation: &str,
    resource: &R,
    context: &RequestContext<'_>,
) -> Explanation {
    let decision = evaluate(principal, operation, resource, context);
    let name = resource.name();
    let call = Call {
        operation,
        resource: name.as_deref(),
        caller: principal.uin(),
        context,
    };
    let shown = name.as_deref().unwrap_or("*");
    let would_allow = matches!(decision, Decision::NotAllowed | Decision::OutsideSession)
        .then(|| json!({ "effect": "allow", "action": operation, "resource": shown }).to_string());
    Explanation {
        decision,
        would_allow,
        operation: operation.to_owned(),
        resource: shown.to_owned(),
        near_miss: near_miss(principal, &call, decision),
    }
}

/// The first allow, where one is missing, that only its conditions or its named resources keep from being
/// about the call.
fn near_miss(principal: &Principal, call: &Call<'_>, decision: Decision) -> Option<NearMiss> {
    match (principal, decision) {
        (
            Principal::User { policies, .. } | Principal::Role { policies, .. },
            Decision::NotAllowed,
        ) => policies
            .iter()
            .enumerate()
            .flat_map(|(index, policy)| policy.statements_at(PolicyPlace::Attached(index)))
            .find_map(|(place, statement)| misses(place, statement, call)),
        (Principal::Session { principal, .. }, Decision::NotAllowed) => {
            near_miss(principal, call, decision)
        }
        (Principal::Session { principal, policy }, Decision::OutsideSession) => policy
            .statements_at(PolicyPlace::Session)
            .find_map(|(place, statement)| misses(place, statement, call))
            .or_else(|| near_miss(principal, call, decision)),
        _ => None,
    }
}

fn misses(place: StatementPlace, statement: &Statement, call: &Call<'_>) -> Option<NearMiss> {
    if statement.effect == Effect::Deny || !statement.names_operation(call) {
        return None;
    }
    if !statement.names_resource(call) {
        return call
            .resource
            .is_none()
            .then_some(NearMiss::NeedsStar(place));
    }
    let unmet = statement.unmet(call)?;
    let (operator, key) = (unmet.operator.clone(), unmet.key.name());
    Some(NearMiss::Condition(place, operator, key))
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operation, resource) = (&self.operation, &self.resource);
        write!(formatter, "`{operation}` on `{resource}` is ")?;
        match self.decision {
            Decision::Allowed(place) => write!(formatter, "allowed by {place}.")?,
            Decision::Denied(place) => write!(
                formatter,
                "denied by {place}. A deny wins over every allow; only a change of it can help."
            )?,
            Decision::Elsewhere => write!(
                formatter,
                "not allowed: it is about another account, where the caller has no say."
            )?,
            Decision::NotAllowed => write!(formatter, "not allowed: no statement allows it.")?,
            Decision::OutsideSession => write!(
                formatter,
                "not allowed: the caller may do it, but the session's policy does not allow it."
            )?,
            Decision::Root => write!(
                formatter,
                "allowed: the root user may do everything in its own account."
            )?,
        }
        match &self.near_miss {
            Some(NearMiss::Condition(place, operator, key)) => write!(
                formatter,
                " {place} would, but its condition `{operator}` over `{key}` is not met."
            )?,
            Some(NearMiss::NeedsStar(place)) => write!(
                formatter,
                " {place} names resources, but this operation is only ever decided on `*`."
            )?,
            None => {}
        }
        match &self.would_allow {
            Some(statement) => write!(formatter, " This statement would allow it: {statement}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Policy;
    use crate::test_context;
    use pharos_api::account::Uin;
    use pharos_api::key_id::KeyId;
    use pharos_api::region::Region;
    use pharos_api::resource::{KeyPair, KeyPairs};

    const COLLECTION: KeyPairs = KeyPairs {
        account: Uin(1),
        region: Region::Guangzhou,
    };

    fn key_pair() -> KeyPair {
        KeyPair {
            collection: COLLECTION,
            key_id: KeyId::parse("lhkp-hfenegt1").unwrap(),
        }
    }

    fn policy(statement: &str) -> Policy {
        Policy::parse(&format!(r#"{{"version":"2.0","statement":{statement}}}"#)).unwrap()
    }

    fn user(statements: &[&str]) -> Principal {
        Principal::User {
            account: Uin(1),
            user: Uin(2),
            policies: statements
                .iter()
                .map(|statement| policy(statement))
                .collect(),
        }
    }

    const ALL: &str = r#"{"effect":"allow","action":"*","resource":"*"}"#;
    const ELSEWHERE: &str = r#"{"effect":"allow","action":"*","resource":"*","condition":{"ip_equal":{"qcs:ip":"10.0.0.0/8"}}}"#;
    const NAMED: &str = r#"{"effect":"allow","action":"*","resource":"qcs::lighthouse:::*"}"#;
    const DENY: &str = r#"{"effect":"deny","action":"lighthouse:Delete*","resource":"*"}"#;

    #[test]
    fn a_decision_is_told_in_words() {
        let session = |principal, statement| Principal::Session {
            principal: std::sync::Arc::new(principal),
            policy: policy(statement),
        };
        let root = || Principal::Root { account: Uin(1) };
        let on = "`lighthouse:DeleteKeyPairs` on `qcs::lighthouse:ap-guangzhou:uin/1:keypair/lhkp-hfenegt1` is";
        let statement = concat!(
            r#"{"effect":"allow","action":"lighthouse:DeleteKeyPairs","#,
            r#""resource":"qcs::lighthouse:ap-guangzhou:uin/1:keypair/lhkp-hfenegt1"}"#
        );
        for (principal, words) in [
            (root(), "allowed: the root user may do everything in its own account.".to_owned()),
            (user(&[ELSEWHERE, ALL]), "allowed by `statement.0` of policy 2.".to_owned()),
            (
                user(&[ALL, DENY]),
                "denied by `statement.0` of policy 2. A deny wins over every allow; only a change of it can help."
                    .to_owned(),
            ),
            (
                user(&[]),
                format!("not allowed: no statement allows it. This statement would allow it: {statement}"),
            ),
            (
                user(&[ELSEWHERE]),
                format!(
                    "not allowed: no statement allows it. `statement.0` of policy 1 would, but its condition \
                     `ip_equal` over `qcs:ip` is not met. This statement would allow it: {statement}"
                ),
            ),
            (
                session(root(), ELSEWHERE),
                format!(
                    "not allowed: the caller may do it, but the session's policy does not allow it. \
                     `statement.0` of the session's policy would, but its condition `ip_equal` over `qcs:ip` \
                     is not met. This statement would allow it: {statement}"
                ),
            ),
            (
                Principal::Root { account: Uin(3) },
                "not allowed: it is about another account, where the caller has no say.".to_owned(),
            ),
        ] {
            let told =
                explain(&principal, "lighthouse:DeleteKeyPairs", &key_pair(), &test_context());
            assert_eq!(told.to_string(), format!("{on} {words}"));
        }
    }

    #[test]
    fn who_grants_named_resources_for_what_needs_all_is_told() {
        let told = explain(
            &user(&[NAMED]),
            "lighthouse:CreateKeyPair",
            &COLLECTION,
            &test_context(),
        );
        assert_eq!(
            told.to_string(),
            "`lighthouse:CreateKeyPair` on `*` is not allowed: no statement allows it. `statement.0` of policy 1 \
             names resources, but this operation is only ever decided on `*`. This statement would allow it: \
             {\"effect\":\"allow\",\"action\":\"lighthouse:CreateKeyPair\",\"resource\":\"*\"}"
        );
    }

    #[test]
    fn the_smallest_statement_allows_the_call_and_nothing_beside_it() {
        for operation in ["lighthouse:DeleteKeyPairs", "lighthouse:CreateKeyPair"] {
            let told = explain(
                &user(&[NAMED.replace("lighthouse", "cvm").as_str()]),
                operation,
                &key_pair(),
                &test_context(),
            );
            let statement = told.would_allow.unwrap();
            let principal = user(&[&statement]);
            let may = |operation, resource: &KeyPair| {
                evaluate(&principal, operation, resource, &test_context()).is_allowed()
            };
            assert!(may(operation, &key_pair()));
            assert!(!may("lighthouse:DescribeKeyPairs", &key_pair()));
            let mut other = key_pair();
            other.collection.region = Region::Beijing;
            assert!(!may(operation, &other));
        }
    }
}

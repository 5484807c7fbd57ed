//! What a decision is, and how statements make one.

use std::fmt;

use pharos_api::account::Uin;

use crate::condition::Condition;
use crate::context::RequestContext;
use crate::document::{Effect, Policy, Statement};

/// A decision, with what made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it. The first that does is named.
    Allowed(StatementPlace),
    /// A statement denies it. The first that does is named.
    Denied(StatementPlace),
    /// The resource belongs to another account, where the caller has no say.
    Elsewhere,
    /// No statement allows it.
    NotAllowed,
    /// Whoever has the session may do it, but no statement of the session's policy allows it.
    OutsideSession,
    /// The root user may do everything in its own account.
    Root,
}

impl Decision {
    /// Whether the call may be made.
    pub fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed(_) | Self::Root)
    }
}

/// Where a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementPlace {
    /// The policy that it is in.
    pub policy: PolicyPlace,
    /// Its position there, from 0.
    pub statement: usize,
}

/// Which of the policies that decide about a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyPlace {
    /// One that is attached to the caller, by its position among those, from 0.
    Attached(usize),
    /// That of the session.
    Session,
    /// That of the role which is to be assumed.
    Trust,
}

impl fmt::Display for StatementPlace {
    /// As paths name statements, and as `pharos doctor` counts policies: from 1.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`statement.{}` of ", self.statement)?;
        match self.policy {
            PolicyPlace::Attached(index) => write!(formatter, "policy {}", index.saturating_add(1)),
            PolicyPlace::Session => formatter.write_str("the session's policy"),
            PolicyPlace::Trust => formatter.write_str("the trust policy"),
        }
    }
}

/// What statements are asked about.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a str,
    /// The name of the resource; `None` for what is only ever decided on `*`.
    pub(crate) resource: Option<&'a str>,
    pub(crate) caller: Uin,
    pub(crate) context: &'a RequestContext<'a>,
}

impl Policy {
    /// Its statements, each with its place.
    pub(crate) fn statements_at(
        &self,
        policy: PolicyPlace,
    ) -> impl Iterator<Item = (StatementPlace, &Statement)> {
        let statements = self.statements.iter().enumerate();
        statements.map(move |(statement, found)| (StatementPlace { policy, statement }, found))
    }
}

impl Statement {
    pub(crate) fn names_operation(&self, call: &Call<'_>) -> bool {
        let mut actions = self.actions.iter();
        actions.any(|pattern| pattern.matches(call.operation))
    }

    pub(crate) fn names_resource(&self, call: &Call<'_>) -> bool {
        let mut resources = self.resources.iter();
        resources.any(|pattern| pattern.matches(call.resource))
    }

    /// The first condition that keeps it from being about the call. What nobody looked at keeps an allow
    /// from it, and never a deny.
    pub(crate) fn unmet(&self, call: &Call<'_>) -> Option<&Condition> {
        let if_unknown = self.effect == Effect::Deny;
        self.conditions.iter().find(|condition| {
            let is_met = condition.is_met(call.caller, call.context);
            !is_met.unwrap_or(if_unknown)
        })
    }

    fn is_about(&self, call: &Call<'_>) -> bool {
        self.names_operation(call) && self.names_resource(call) && self.unmet(call).is_none()
    }
}

/// What statements say together about a call: a deny wins wherever it stands, and without an allow
/// nothing is allowed.
pub(crate) fn decide<'a>(
    statements: impl Iterator<Item = (StatementPlace, &'a Statement)>,
    call: &Call<'_>,
) -> Decision {
    let mut decision = Decision::NotAllowed;
    for (place, statement) in statements.filter(|(_, statement)| statement.is_about(call)) {
        match (statement.effect, decision) {
            (Effect::Deny, _) => return Decision::Denied(place),
            (Effect::Allow, Decision::NotAllowed) => decision = Decision::Allowed(place),
            (Effect::Allow, _) => {}
        }
    }
    decision
}

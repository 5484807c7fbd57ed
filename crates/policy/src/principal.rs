//! Who calls.

use std::sync::Arc;

use pharos_api::account::Uin;
use pharos_api::role_id::RoleId;

use crate::document::Policy;

/// Who calls.
#[derive(Clone, Debug)]
pub enum Principal {
    /// The account itself.
    Root {
        /// The account.
        account: Uin,
    },
    /// A user in it.
    User {
        /// The account.
        account: Uin,
        /// The user.
        user: Uin,
        /// The policies attached to the user: all of their statements count together.
        policies: Vec<Policy>,
    },
    /// Somebody who has assumed a role.
    Role {
        /// The account that the role belongs to.
        account: Uin,
        /// The role.
        role: RoleId,
        /// The policies attached to the role. What its bearer may do otherwise does not count.
        policies: Vec<Policy>,
    },
    /// Somebody with temporary credentials that came with a policy. It only takes away: what is allowed
    /// is what the principal may do and this policy allows too.
    Session {
        /// Whose credentials they are.
        principal: Arc<Principal>,
        /// What they came with.
        policy: Policy,
    },
}

impl Principal {
    /// The account it belongs to.
    pub fn account(&self) -> Uin {
        match self {
            Self::Root { account } | Self::User { account, .. } | Self::Role { account, .. } => {
                *account
            }
            Self::Session { principal, .. } => principal.account(),
        }
    }

    /// Whether a policy that decides about it has a condition over the tags of resources, so that they have to
    /// be looked up.
    pub fn asks_for_resource_tags(&self) -> bool {
        match self {
            Self::Root { .. } => false,
            Self::User { policies, .. } | Self::Role { policies, .. } => {
                policies.iter().any(Policy::asks_for_resource_tags)
            }
            Self::Session { principal, policy } => {
                policy.asks_for_resource_tags() || principal.asks_for_resource_tags()
            }
        }
    }

    /// Its own number; the account's for root, that of the id for a role.
    pub fn uin(&self) -> Uin {
        match self {
            Self::Root { account } => *account,
            Self::User { user, .. } => *user,
            Self::Role { role, .. } => Uin(role.0),
            Self::Session { principal, .. } => principal.uin(),
        }
    }
}

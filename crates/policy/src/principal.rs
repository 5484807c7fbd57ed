//! Who calls.

use pharos_api::account::Uin;

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
    /// Somebody with temporary credentials that came with a policy. It only takes away: what is allowed
    /// is what the principal may do and this policy allows too.
    Session {
        /// Whose credentials they are.
        principal: Box<Principal>,
        /// What they came with.
        policy: Policy,
    },
}

impl Principal {
    /// The account it belongs to.
    pub fn account(&self) -> Uin {
        match self {
            Self::Root { account } | Self::User { account, .. } => *account,
            Self::Session { principal, .. } => principal.account(),
        }
    }

    /// Its own number; the account's for root.
    pub fn uin(&self) -> Uin {
        match self {
            Self::Root { account } => *account,
            Self::User { user, .. } => *user,
            Self::Session { principal, .. } => principal.uin(),
        }
    }
}

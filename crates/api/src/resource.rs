//! What policies are asked about.

use crate::account::Uin;
use crate::region::Region;

/// Something that an action touches, as CAM names it.
pub trait Resource {
    /// The account that owns it.
    fn account(&self) -> Uin;

    /// Its six-segment name, or `None` for what is only ever decided as a whole: the vendor checks
    /// such operations against `*` (protocol.md section 7.2).
    fn name(&self) -> Option<String>;
}

/// An account as a whole: what an operation is decided on that touches nothing in particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Account(pub Uin);

impl Resource for Account {
    fn account(&self) -> Uin {
        self.0
    }

    fn name(&self) -> Option<String> {
        None
    }
}

/// All key pairs of one account in one region: what CreateKeyPair adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyPairs {
    /// The account that owns them.
    pub account: Uin,
    /// The region they live in.
    pub region: Region,
}

impl Resource for KeyPairs {
    fn account(&self) -> Uin {
        self.account
    }

    fn name(&self) -> Option<String> {
        None
    }
}

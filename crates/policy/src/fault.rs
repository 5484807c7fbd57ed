//! Why a text is not a policy that can be evaluated.

use std::fmt;

use thiserror::Error;

use crate::document::{DOCUMENT_BYTES_MAX, VERSION};
use crate::json::DEPTH_MAX;
use crate::key::KEYS;

/// Why a text is not a policy that can be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPolicy {
    /// Where, as a path of names and positions (`statement.0.action.2`); empty for the document.
    pub path: String,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong in a policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// An account segment of a form that no resource here has.
    #[error("`{0}` has an account that is neither empty, nor `*`, nor `uin/` and a number")]
    Account(String),
    /// Not an action.
    #[error(
        "`{0}` is not an action; write `product:Action` with or without `name/` before it, or `*`"
    )]
    Action(String),
    /// Not bytes in Base64.
    #[error("`{0}` is not Base64; write the bytes in its standard alphabet, padded")]
    Base64(String),
    /// Neither true nor false.
    #[error("`{0}` is not a boolean; write `true` or `false`")]
    Boolean(String),
    /// Not a point in time.
    #[error("`{0}` is not a time; write it as RFC 3339 does, `2026-01-31T08:00:00Z`")]
    Date(String),
    /// An element that stands twice.
    #[error("the element stands twice in its object")]
    Duplicate,
    /// Not an effect.
    #[error("`{0}` is not an effect; write `allow` or `deny`")]
    Effect(String),
    /// A list or an object with nothing in it.
    #[error("there is nothing in it; leave the element out, or say something")]
    Empty,
    /// An operator over a key whose values it does not compare, so that it would never be met.
    #[error("`{operator}` does not compare what `{key}` is; {takes}")]
    Incomparable {
        /// The operator.
        operator: String,
        /// The key.
        key: &'static str,
        /// The operators that the key takes, in words.
        takes: &'static str,
    },
    /// Not JSON.
    #[error("the policy is not JSON: {0}")]
    Json(String),
    /// Not a condition key.
    #[error("`{0}` is not a condition key that is evaluated; the keys are {list}", list = keys())]
    Key(String),
    /// A required element is absent.
    #[error("the element is missing")]
    Missing,
    /// Not a network.
    #[error("`{0}` is not a network; write an address, or one with its prefix, `10.0.0.0/8`")]
    Network(String),
    /// Not a decimal number.
    #[error(
        "`{0}` is not a decimal number; write at most 20 digits, and at most 18 behind the point"
    )]
    Number(String),
    /// Not an operator.
    #[error(
        "`{0}` is not a condition operator that is evaluated, and a rule without its condition is \
         another rule; write one of CAM's, such as `string_equal`"
    )]
    Operator(String),
    /// A set of operations that only the vendor can name.
    #[error("`{0}` is a permission set; write the actions that it stands for")]
    PermissionSet(String),
    /// Principals stand in other kinds of policy.
    #[error(
        "only the statements of a role's trust policy name a principal; the principal of any other \
         policy is whom it is attached to"
    )]
    Principal,
    /// Not a principal.
    #[error(
        "`{0}` is not a principal; write `qcs::cam::uin/account:root` or \
         `qcs::cam::uin/account:uin/user`"
    )]
    PrincipalName(String),
    /// A project segment, which the language no longer has.
    #[error("`{0}` names a project; leave that segment empty")]
    Project(String),
    /// Not a resource.
    #[error(
        "`{0}` is not a resource; write `qcs::service:region:uin/account:type/id` in ASCII, or `*`"
    )]
    Resource(String),
    /// A set prefix before the one operator that asks for no values.
    #[error("`null_equal` asks whether the key is there at all, and takes no set prefix")]
    SetPrefix,
    /// Not a tag.
    #[error("`{0}` is not a tag; write `key&value`")]
    Tag(String),
    /// More levels than [`DEPTH_MAX`].
    #[error(
        "lists and objects stand more than {DEPTH_MAX} deep in each other; no policy needs that"
    )]
    TooDeep,
    /// More bytes than [`DOCUMENT_BYTES_MAX`].
    #[error("the policy has {bytes} bytes; it may have at most {DOCUMENT_BYTES_MAX}")]
    TooLong {
        /// How many there are.
        bytes: usize,
    },
    /// More statements or entries than the limit.
    #[error("the list has {items} items; it may have at most {limit}")]
    TooMany {
        /// How many there are.
        items: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A resource in a trust policy, which is about its own role only.
    #[error("a trust policy is about its own role; leave `resource` out, or write `*`")]
    TrustResource,
    /// An element that the language does not have here.
    #[error("the element is not known here; the elements are {known}, in lower case")]
    Unknown {
        /// Those that it has.
        known: &'static str,
    },
    /// A policy variable such as `${uin}`.
    #[error("`{0}` has a variable; variables are not evaluated yet and are therefore refused")]
    Variable(String),
    /// Not the version of the language.
    #[error("`{0}` is not a version that is evaluated; write `{VERSION}`")]
    Version(String),
    /// A value of another kind.
    #[error("this is {found}; write {expected}")]
    WrongType {
        /// What stands there.
        found: &'static str,
        /// What may stand there.
        expected: &'static str,
    },
}

fn keys() -> String {
    let names: Vec<_> = KEYS.iter().map(|key| format!("`{}`", key.name())).collect();
    names.join(", ")
}

impl fmt::Display for BadPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(formatter, "`{}`: ", self.path)?;
        }
        self.fault.fmt(formatter)
    }
}

impl std::error::Error for BadPolicy {}

//! The reply of an action that tells nothing but its RequestId.

use serde::Deserialize;

crate::structure! {
    /// Nothing.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
    reply Empty = "Empty" {}
}

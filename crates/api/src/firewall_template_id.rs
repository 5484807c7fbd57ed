//! The id of a firewall template.

use crate::error::ApiError;
use crate::id::Id;
use crate::ids::malformed;
use crate::parameter::{Parameter, Path};
use serde_json::Value;

crate::id::id! {
    /// `lhft-` and eight of `[0-9a-z]` (the documentation of DescribeFirewallTemplates).
    FirewallTemplateId = "lhft-", FirewallTemplateIdMalformed
}

impl Parameter for FirewallTemplateId {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let text = String::decode(value, path)?;
        <Self as Id>::parse(&text).ok_or_else(|| malformed::<Self>(path, &text))
    }
}

//! The id of a blueprint: the image that an instance is made from.

use crate::error::ApiError;
use crate::id::Id;
use crate::ids::malformed;
use crate::parameter::{Parameter, Path};
use serde_json::Value;

crate::id::id! {
    /// `lhbp-` and eight of `[0-9a-z]` (protocol.md section 8).
    BlueprintId = "lhbp-", BlueprintIdMalformed
}

impl BlueprintId {
    /// What instances have that were registered: nobody knows their image.
    pub fn registered() -> Self {
        Self("lhbp-00000000".to_owned())
    }
}

impl Parameter for BlueprintId {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let text = String::decode(value, path)?;
        <Self as Id>::parse(&text).ok_or_else(|| malformed::<Self>(path, &text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_of_registered_instances_is_well_formed() {
        let registered = BlueprintId::registered();
        let parsed = <BlueprintId as Id>::parse(registered.as_str());
        assert_eq!(parsed, Some(registered));
    }
}

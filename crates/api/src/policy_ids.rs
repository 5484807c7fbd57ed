//! Several policies at once.

use std::collections::HashSet;

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::policy_id::PolicyId;
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::Serialize;
use serde_json::Value;

/// How many policies one call may name: bounds one transaction.
pub const POLICY_IDS_MAX: usize = 100;

/// 1 to [`POLICY_IDS_MAX`] ids, each once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PolicyIds(Vec<PolicyId>);

impl PolicyIds {
    /// These; `None` if there is none or too many, or one stands twice.
    pub fn new(ids: Vec<PolicyId>) -> Option<Self> {
        let each: HashSet<_> = ids.iter().collect();
        let fits = (1..=POLICY_IDS_MAX).contains(&ids.len()) && each.len() == ids.len();
        fits.then_some(Self(ids))
    }

    /// The ids, in the order they were given.
    pub fn as_slice(&self) -> &[PolicyId] {
        &self.0
    }
}

impl Typed for PolicyIds {
    const TYPE: Type = Vec::<PolicyId>::TYPE;
}

impl Parameter for PolicyIds {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        Self::new(Vec::decode(value, path)?).ok_or_else(|| {
            ApiError::new(
                Code::ParamError,
                Text::new(
                    format!("`{path}` should have 1 to {POLICY_IDS_MAX} ids, each of them once."),
                    format!("`{path}` 应包含 1 至 {POLICY_IDS_MAX} 个互不重复的 ID。"),
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_policy_is_named_once_and_there_is_one_at_least() {
        let decode = |value| PolicyIds::decode(value, &Path::Root);
        let ids = decode(json!([2, 1])).unwrap();
        assert_eq!(ids.as_slice(), [PolicyId(2), PolicyId(1)]);
        let many = |count: u64| json!((0..count).collect::<Vec<_>>());
        assert!(decode(many(100)).is_ok());
        for value in [json!([]), json!([1, 1]), many(101)] {
            assert_eq!(decode(value).unwrap_err().code, Code::ParamError);
        }
        assert_eq!(
            decode(json!(["1"])).unwrap_err().code,
            Code::InvalidParameter
        );
    }
}

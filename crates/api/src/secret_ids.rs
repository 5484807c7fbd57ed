//! Several access keys at once.

use crate::credential::SecretId;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::Serialize;
use serde_json::Value;

/// How many access keys one call may name (the documentation of GetSecurityLastUsed).
pub const SECRET_IDS_MAX: usize = 10;

/// 1 to [`SECRET_IDS_MAX`] SecretIds, in the order they were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SecretIds(Vec<SecretId>);

impl SecretIds {
    /// These; `None` if there is none or too many.
    pub fn new(ids: Vec<SecretId>) -> Option<Self> {
        (1..=SECRET_IDS_MAX)
            .contains(&ids.len())
            .then_some(Self(ids))
    }

    /// The SecretIds.
    pub fn as_slice(&self) -> &[SecretId] {
        &self.0
    }
}

impl Typed for SecretIds {
    const TYPE: Type = Type::List(&Type::String);
}

impl Parameter for SecretIds {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let texts = Vec::<String>::decode(value, path)?;
        let ids = texts.iter().map(|text| SecretId::parse(text)).collect();
        Option::and_then(ids, Self::new).ok_or_else(|| {
            ApiError::invalid_parameter(Text::new(
                format!("`{path}` should have 1 to {SECRET_IDS_MAX} SecretIds."),
                format!("`{path}` 应包含 1 至 {SECRET_IDS_MAX} 个 SecretId。"),
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use serde_json::json;

    #[test]
    fn ten_are_taken_and_what_is_no_secret_id_is_not() {
        let decode = |value| SecretIds::decode(value, &Path::Root);
        let many = |count: usize| json!(vec!["AKIDa"; count]);
        assert_eq!(decode(many(10)).unwrap().as_slice().len(), 10);
        for value in [json!([]), many(11), json!(["AKIDa", ""]), json!(["a b"])] {
            assert_eq!(decode(value).unwrap_err().code, Code::InvalidParameter);
        }
    }
}

//! The tags of a role.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Structure, Type, Typed};
use crate::tag::{TAGS_MAX, Tag, Tags};
use serde::Serialize;
use serde_json::Value;

/// [`Tags`], which CreateRole refuses with codes of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RoleTags(pub Tags);

/// A tag, as the vendor calls it in a role.
const ROLE_TAG: &Structure = &Structure {
    name: "RoleTags",
    fields: Tag::STRUCTURE.fields,
};

impl Typed for RoleTags {
    const TYPE: Type = Type::List(&Type::Structure(ROLE_TAG));
}

impl Parameter for RoleTags {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let is_too_many = value.as_array().is_some_and(|tags| tags.len() > TAGS_MAX);
        Tags::decode(value, path).map(Self).map_err(|error| {
            let code = match error.code {
                Code::InvalidParameterValue if is_too_many => Code::TagLimitExceeded,
                Code::InvalidParameterValue => Code::TagParamError,
                other => other,
            };
            ApiError { code, ..error }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn too_many_tags_and_one_that_does_not_fit_have_codes_of_their_own() {
        let code = |value| RoleTags::decode(value, &Path::Root).map_err(|error| error.code);
        let tag = |key: &str| json!({"Key": key, "Value": ""});
        let many: Vec<_> = (0..11).map(|index| tag(&index.to_string())).collect();
        assert!(code(json!([tag("a")])).is_ok());
        assert_eq!(code(json!(many)), Err(Code::TagLimitExceeded));
        assert_eq!(code(json!([tag("")])), Err(Code::TagParamError));
        assert_eq!(code(json!([tag("a"), tag("a")])), Err(Code::TagParamError));
        assert_eq!(code(json!(["a"])), Err(Code::InvalidParameter));
    }
}

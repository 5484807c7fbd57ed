//! Parameters of the vendor's that would have to be evaluated, and are not.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::Serialize;
use serde_json::Value;

/// It may be left out, or be empty as clients send what nobody set. Anything else is refused: to ignore it
/// would be to allow what it was to forbid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Unsupported<T>(T);

impl<T: Typed> Typed for Unsupported<T> {
    const TYPE: Type = T::TYPE;
}

impl<T: Parameter + Default + PartialEq> Parameter for Unsupported<T> {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        if T::decode(value, path)? == T::default() {
            return Ok(Self::default());
        }
        Err(ApiError::new(
            Code::UnsupportedOperation,
            Text::new(
                format!("`{path}` is not evaluated here. Leave it out."),
                format!("本服务不支持 `{path}`，请勿指定。"),
            ),
        ))
    }
}

/// What a multi-factor device shows: as [`Unsupported`] is, with a code of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SecondFactor(Unsupported<String>);

impl Typed for SecondFactor {
    const TYPE: Type = Type::String;
}

impl Parameter for SecondFactor {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        Unsupported::decode(value, path).map(Self).map_err(|error| {
            if error.code != Code::UnsupportedOperation {
                return error;
            }
            ApiError::new(
                Code::MfaTypeNotSupported,
                Text::new(
                    format!("There is no multi-factor authentication here. Leave `{path}` out."),
                    format!("本服务没有多因素认证，请勿指定 `{path}`。"),
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::Tag;
    use serde_json::json;

    #[test]
    fn what_would_have_to_be_evaluated_is_refused_unless_it_is_empty() {
        let tags = |value| Unsupported::<Vec<Tag>>::decode(value, &Path::Root).map_err(|e| e.code);
        assert!(tags(json!([])).is_ok());
        let tag = json!({"Key": "a", "Value": "b"});
        assert_eq!(tags(json!([tag])), Err(Code::UnsupportedOperation));
        assert_eq!(tags(json!("a")), Err(Code::InvalidParameter));
        let factor = |value| SecondFactor::decode(value, &Path::Root).map_err(|error| error.code);
        assert!(factor(json!("")).is_ok());
        assert_eq!(factor(json!("123456")), Err(Code::MfaTypeNotSupported));
        assert_eq!(factor(json!(123_456)), Err(Code::InvalidParameter));
    }
}

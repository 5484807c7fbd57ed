//! Whether something is so, as CAM writes it: 0 or 1.

use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// 0 for no, 1 for yes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Typed for Flag {
    const TYPE: Type = Type::Uint64;
}

impl Parameter for Flag {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        match u64::decode(value, path)? {
            0 => Ok(Self(false)),
            1 => Ok(Self(true)),
            other => {
                let help = Text::fixed("It should be 0 or 1.", "应为 0 或 1。");
                let (path, given) = (path.to_string(), other.to_string());
                Err(ApiError::invalid_parameter_value(&path, &given, &help))
            }
        }
    }
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0.into())
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(|number| Self(number != 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use serde_json::json;

    #[test]
    fn there_are_two_and_they_are_numbers() {
        for flag in [Flag(false), Flag(true)] {
            assert_eq!(Flag::decode(json!(flag), &Path::Root).unwrap(), flag);
        }
        let code = |value| Flag::decode(value, &Path::Root).unwrap_err().code;
        assert_eq!(code(json!(2)), Code::InvalidParameterValue);
        assert_eq!(code(json!("1")), Code::InvalidParameter);
        assert_eq!(code(json!(true)), Code::InvalidParameter);
    }
}

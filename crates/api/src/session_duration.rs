//! How long the credentials of a role may be good.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most seconds (the documentation of CreateRole).
pub const SESSION_DURATION_MAX: u32 = 43_200;

/// The most seconds that a credential of a role may be good, 0 to [`SESSION_DURATION_MAX`]; 0 sets no
/// limit of the role's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionDuration(u32);

impl SessionDuration {
    /// So many; `None` for more than [`SESSION_DURATION_MAX`].
    pub fn new(seconds: u32) -> Option<Self> {
        (seconds <= SESSION_DURATION_MAX).then_some(Self(seconds))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Typed for SessionDuration {
    const TYPE: Type = Type::Uint64;
}

impl Parameter for SessionDuration {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let given = u64::decode(value, path)?;
        u32::try_from(given)
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| {
                let help = Text::new(
                    format!("It should be 0 to {SESSION_DURATION_MAX} seconds."),
                    format!("应为 0 至 {SESSION_DURATION_MAX} 秒。"),
                );
                let refused =
                    ApiError::invalid_parameter_value(&path.to_string(), &given.to_string(), &help);
                ApiError {
                    code: Code::ParamError,
                    ..refused
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn twelve_hours_are_the_most() {
        let decode = |value| SessionDuration::decode(value, &Path::Root);
        for seconds in [0, 43_200] {
            assert_eq!(decode(json!(seconds)).unwrap().get(), seconds);
        }
        assert_eq!(decode(json!(43_201)).unwrap_err().code, Code::ParamError);
    }
}

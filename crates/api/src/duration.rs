//! How long a temporary credential is good.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::Serialize;
use serde_json::Value;

/// Seconds, 1 to `MAX`: the longest that any caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct DurationSeconds<const MAX: u32>(u32);

impl<const MAX: u32> DurationSeconds<MAX> {
    /// So many; `None` for none and for more than `MAX`.
    pub fn new(seconds: u32) -> Option<Self> {
        (1..=MAX).contains(&seconds).then_some(Self(seconds))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl<const MAX: u32> Typed for DurationSeconds<MAX> {
    const TYPE: Type = Type::Uint64;
}

impl<const MAX: u32> Parameter for DurationSeconds<MAX> {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let given = u64::decode(value, path)?;
        let seconds = u32::try_from(given).ok().and_then(Self::new);
        seconds.ok_or_else(|| ApiError::over_time(&path.to_string(), given, MAX))
    }
}

impl ApiError {
    /// A credential is asked for that would be good for longer than `most` seconds, or not at all.
    pub fn over_time(path: &str, given: u64, most: u32) -> Self {
        let help = Text::new(
            format!("It should be 1 to {most} seconds."),
            format!("应为 1 至 {most} 秒。"),
        );
        let refused = Self::invalid_parameter_value(path, &given.to_string(), &help);
        Self {
            code: Code::OverTimeError,
            ..refused
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_credential_is_good_for_a_second_at_least_and_not_beyond_the_limit() {
        let decode = |value| DurationSeconds::<7200>::decode(value, &Path::Root);
        for seconds in [1, 7200] {
            assert_eq!(decode(json!(seconds)).unwrap().get(), seconds);
        }
        for seconds in [0, 7201, u64::MAX] {
            assert_eq!(
                decode(json!(seconds)).unwrap_err().code,
                Code::OverTimeError
            );
        }
        assert_eq!(decode(json!(-1)).unwrap_err().code, Code::InvalidParameter);
    }
}

//! Which part of a list.

use serde::Serialize;
use serde_json::Value;

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;

/// How many elements a page has when nothing is said (protocol.md section 5.3).
pub const LIMIT_DEFAULT: u32 = 20;

/// How many elements a page may have (protocol.md section 5.3).
pub const LIMIT_MAX: u32 = 100;

/// How many elements to leave out at the start of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Offset(u64);

/// How many elements a page may have, 1 to [`LIMIT_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Limit(u32);

impl Offset {
    /// This many.
    pub fn new(offset: u64) -> Self {
        Self(offset)
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl Limit {
    /// This many; `None` for none and for more than [`LIMIT_MAX`].
    pub fn new(limit: u32) -> Option<Self> {
        (1..=LIMIT_MAX).contains(&limit).then_some(Self(limit))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(LIMIT_DEFAULT)
    }
}

impl Typed for Offset {
    const TYPE: Type = Type::Int64;
}

impl Typed for Limit {
    const TYPE: Type = Type::Int64;
}

impl Parameter for Offset {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let given = i64::decode(value, path)?;
        u64::try_from(given)
            .map(Self)
            .map_err(|_| negative(path, given))
    }
}

impl Parameter for Limit {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let given = i64::decode(value, path)?;
        if given < 0 {
            return Err(negative(path, given));
        }
        let limit = u32::try_from(given).ok().and_then(Self::new);
        limit.ok_or_else(|| {
            ApiError::new(
                Code::OutOfRange,
                Text::new(
                    format!("`{path}` is {given}; it should be 1 to {LIMIT_MAX}."),
                    format!("`{path}` 为 {given}，应为 1 至 {LIMIT_MAX}。"),
                ),
            )
        })
    }
}

fn negative(path: &Path<'_>, given: i64) -> ApiError {
    ApiError::new(
        Code::Negative,
        Text::new(
            format!("`{path}` is {given}; it cannot be negative."),
            format!("`{path}` 为 {given}，不能为负数。"),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn offsets_start_at_nothing_and_limits_at_one() {
        let offset = |value| Offset::decode(value, &Path::Root).map(Offset::get);
        let limit = |value| Limit::decode(value, &Path::Root).map(Limit::get);
        assert_eq!(offset(json!(0)).unwrap(), 0);
        assert_eq!(offset(json!(i64::MAX)).unwrap(), i64::MAX.cast_unsigned());
        assert_eq!(limit(json!(1)).unwrap(), 1);
        assert_eq!(limit(json!(100)).unwrap(), 100);
        assert_eq!(offset(json!(-1)).unwrap_err().code, Code::Negative);
        assert_eq!(limit(json!(-1)).unwrap_err().code, Code::Negative);
        for beyond in [0, 101, i64::MAX] {
            assert_eq!(limit(json!(beyond)).unwrap_err().code, Code::OutOfRange);
        }
        assert_eq!(limit(json!("5")).unwrap_err().code, Code::InvalidParameter);
    }
}

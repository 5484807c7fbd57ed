//! Which part of a list, as CAM counts it: by pages.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::Serialize;
use serde_json::Value;

/// The last page there is (the documentation of ListPolicies).
pub const PAGE_NUMBER_MAX: u32 = 200;

/// How many elements a page may have (the documentation of ListPolicies).
pub const PAGE_SIZE_MAX: u32 = 200;

/// How many elements a page has when nothing is said (the documentation of ListPolicies).
pub const PAGE_SIZE_DEFAULT: u32 = 20;

/// Which page: 1 to [`PAGE_NUMBER_MAX`], the first by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PageNumber(u32);

/// How many elements a page has: 1 to [`PAGE_SIZE_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PageSize(u32);

impl PageNumber {
    /// This one; `None` for 0 and for more than [`PAGE_NUMBER_MAX`].
    pub fn new(number: u32) -> Option<Self> {
        (1..=PAGE_NUMBER_MAX)
            .contains(&number)
            .then_some(Self(number))
    }

    /// How many elements stand on earlier pages of this size.
    pub fn offset(self, size: PageSize) -> u64 {
        u64::from(self.0 - 1) * u64::from(size.0)
    }
}

impl PageSize {
    /// This many; `None` for none and for more than [`PAGE_SIZE_MAX`].
    pub fn new(size: u32) -> Option<Self> {
        (1..=PAGE_SIZE_MAX).contains(&size).then_some(Self(size))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for PageNumber {
    fn default() -> Self {
        Self(1)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(PAGE_SIZE_DEFAULT)
    }
}

impl Typed for PageNumber {
    const TYPE: Type = Type::Uint64;
}

impl Typed for PageSize {
    const TYPE: Type = Type::Uint64;
}

impl Parameter for PageNumber {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        bounded(value, path, Self::new, PAGE_NUMBER_MAX)
    }
}

impl Parameter for PageSize {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        bounded(value, path, Self::new, PAGE_SIZE_MAX)
    }
}

fn bounded<T>(
    value: Value,
    path: &Path<'_>,
    new: fn(u32) -> Option<T>,
    most: u32,
) -> Result<T, ApiError> {
    let given = u64::decode(value, path)?;
    u32::try_from(given).ok().and_then(new).ok_or_else(|| {
        let help = Text::new(
            format!("It should be 1 to {most}."),
            format!("应为 1 至 {most}。"),
        );
        let refused =
            ApiError::invalid_parameter_value(&path.to_string(), &given.to_string(), &help);
        ApiError {
            code: Code::ParamError,
            ..refused
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pages_are_counted_from_one() {
        let page = |number| PageNumber::decode(json!(number), &Path::Root);
        let size = |size| PageSize::decode(json!(size), &Path::Root);
        let offset = |number, elements| page(number).unwrap().offset(size(elements).unwrap());
        assert_eq!(
            (offset(1, 200), offset(2, 20), offset(200, 200)),
            (0, 20, 39_800)
        );
        assert_eq!(page(1).unwrap(), PageNumber::default());
        assert_eq!(size(20).unwrap(), PageSize::default());
        for beyond in [0, 201, u64::MAX] {
            assert_eq!(page(beyond).unwrap_err().code, Code::ParamError);
            assert_eq!(size(beyond).unwrap_err().code, Code::ParamError);
        }
    }
}

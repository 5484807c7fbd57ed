//! The bundle that an instance is made with.

use crate::code::Code;
use crate::error::{ApiError, quoted};
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The longest name of a bundle, in characters: bounds what one row of the store holds.
pub const BUNDLE_ID_CHARS_MAX: usize = 64;

/// 1 to 64 of `[0-9A-Za-z_-]`. There is no list of bundles: any will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BundleId(String);

impl BundleId {
    /// What instances have that were registered.
    pub fn registered() -> Self {
        Self("registered".to_owned())
    }

    /// `None` for a text of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let is_fitting = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        let fits = (1..=BUNDLE_ID_CHARS_MAX).contains(&text.len()) && text.bytes().all(is_fitting);
        fits.then(|| Self(text.to_owned()))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Typed for BundleId {
    const TYPE: Type = Type::String;
}

impl Parameter for BundleId {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let text = String::decode(value, path)?;
        Self::parse(&text).ok_or_else(|| {
            let text = quoted(&text);
            ApiError::new(
                Code::InvalidBundle,
                Text::new(
                    format!(
                        "`{text}` in `{path}` is not the id of a bundle: it should be 1 to \
                         {BUNDLE_ID_CHARS_MAX} ASCII letters, digits, `_` and `-`."
                    ),
                    format!(
                        "`{path}` 中的 `{text}` 不是有效的套餐 ID：应为 1 至 {BUNDLE_ID_CHARS_MAX} 个英文字母、数字、`_` 和 `-`。"
                    ),
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_are_short_words() {
        for text in ["bundle_starter_mc_promo_med2_01", "bundle-1", "registered"] {
            assert_eq!(BundleId::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "a b", "套餐", &"a".repeat(65)] {
            assert_eq!(BundleId::parse(text), None, "{text}");
        }
    }
}

//! Tags: a key and a value, put on a resource by its owner.

use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many tags one call may give (protocol.md section 5.1).
pub const TAGS_MAX: usize = 10;

/// The longest tag key, in characters: bounds what one row of the store holds.
pub const TAG_KEY_CHARS_MAX: usize = 127;

/// The longest tag value, in characters: bounds what one row of the store holds.
pub const TAG_VALUE_CHARS_MAX: usize = 255;

crate::structure! {
    /// One tag.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    parameters Tag = "Tag" {
        key: String = "Key", "The tag's key, 1 to 127 characters.", "标签键，1 至 127 个字符。";
        value: String = "Value", "The tag's value, at most 255 characters.", "标签值，最多 255 个字符。";
    }
}

/// At most [`TAGS_MAX`] tags, one value per key, each within its limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(Vec<Tag>);

impl Tags {
    /// The tags, in the order they were given.
    pub fn as_slice(&self) -> &[Tag] {
        &self.0
    }
}

impl Typed for Tags {
    const TYPE: Type = Type::List(&Tag::TYPE);
}

impl Parameter for Tags {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let tags = Vec::<Tag>::decode(value, path)?;
        if tags.len() > TAGS_MAX {
            let (given, count) = (json(&tags), tags.len());
            let help = Text::new(
                format!("It has {count} tags; give at most {TAGS_MAX}."),
                format!("共有 {count} 个标签，最多允许 {TAGS_MAX} 个。"),
            );
            let path = path.to_string();
            return Err(ApiError::invalid_parameter_value(&path, &given, &help));
        }
        for (index, tag) in tags.iter().enumerate() {
            let at = Path::Index(path, index);
            let refused = |field, value, help| {
                let path = Path::Field(&at, field).to_string();
                Err(ApiError::invalid_parameter_value(&path, value, &help))
            };
            let chars = tag.key.chars().count();
            if chars == 0 || chars > TAG_KEY_CHARS_MAX {
                let help = Text::new(
                    format!("It has {chars} characters; give it 1 to {TAG_KEY_CHARS_MAX}."),
                    format!("共有 {chars} 个字符，应为 1 至 {TAG_KEY_CHARS_MAX} 个。"),
                );
                return refused("Key", &tag.key, help);
            }
            let chars = tag.value.chars().count();
            if chars > TAG_VALUE_CHARS_MAX {
                let help = Text::new(
                    format!("It has {chars} characters; give it at most {TAG_VALUE_CHARS_MAX}."),
                    format!("共有 {chars} 个字符，最多允许 {TAG_VALUE_CHARS_MAX} 个。"),
                );
                return refused("Value", &tag.value, help);
            }
            let mut earlier = tags.iter().take(index);
            if earlier.any(|earlier| earlier.key == tag.key) {
                let help = Text::fixed(
                    "An earlier tag has this key; a key can have one value only.",
                    "该标签键已出现过，每个标签键只能有一个值。",
                );
                return refused("Key", &tag.key, help);
            }
        }
        Ok(Self(tags))
    }
}

/// As the client may have sent them, to be recognised.
fn json(tags: &[Tag]) -> String {
    serde_json::to_string(tags).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use serde_json::json;

    fn decode(value: Value) -> Result<Tags, ApiError> {
        Tags::decode(value, &Path::Field(&Path::Root, "Tags"))
    }

    #[test]
    fn ten_tags_are_taken_and_eleven_are_not() {
        let tags = |n: usize| {
            (0..n)
                .map(|i| json!({"Key": format!("k{i}"), "Value": ""}))
                .collect()
        };
        assert_eq!(decode(Value::Array(tags(10))).unwrap().as_slice().len(), 10);
        assert_eq!(
            decode(Value::Array(tags(11))).unwrap_err().code,
            Code::InvalidParameterValue
        );
    }

    #[test]
    fn a_tag_that_does_not_fit_is_named_by_its_path() {
        let long = "x".repeat(256);
        for (value, part) in [
            (
                json!([{"Key": "", "Value": "v"}]),
                "The value `` specified in the parameter `Tags.0.Key` is not valid. It has 0 characters",
            ),
            (
                json!([{"Key": "a", "Value": long}]),
                "`Tags.0.Value` is not valid. It has 256 characters",
            ),
            (
                json!([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]),
                "The value `a` specified in the parameter `Tags.1.Key` is not valid. An earlier tag",
            ),
            (json!([{"Key": "a"}]), "`Tags.0.Value`"),
        ] {
            let message = decode(value).unwrap_err().message.en;
            assert!(message.contains(part), "{message}");
        }
    }
}

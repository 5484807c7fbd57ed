//! What key pairs can be filtered by.

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::error::ApiError;
use crate::filter::{self, FILTERS_MAX, Filter};
use crate::id::Id;
use crate::ids::malformed;
use crate::key_id::KeyId;
use crate::key_name::KeyName;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::tag::Tags;

/// How many values a filter may have (protocol.md section 5.3).
pub const KEY_PAIR_FILTER_VALUES_MAX: usize = 5;

/// The names, as messages show them.
const NAMES: &[&str] = &["key-id", "key-name", "tag-key", "tag-value", "tag:<key>"];

const TAG_PREFIX: &str = "tag:";

/// What fits one of the values (protocol.md section 5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPairFilter {
    /// Has one of these ids.
    KeyId(Vec<KeyId>),
    /// Has one of these in its name, whatever the case of letters.
    KeyName(Vec<String>),
    /// Has a tag with one of these keys.
    TagKey(Vec<String>),
    /// Has a tag with one of these values.
    TagValue(Vec<String>),
    /// Has a tag with this key and one of these values.
    Tag {
        /// The key.
        key: String,
        /// The values.
        values: Vec<String>,
    },
}

impl KeyPairFilter {
    /// Whether a key pair is let through: what every way to look one up has to agree with.
    pub fn matches(&self, key_id: &KeyId, key_name: &KeyName, tags: &Tags) -> bool {
        let mut tags = tags.as_slice().iter();
        match self {
            Self::KeyId(ids) => ids.contains(key_id),
            Self::KeyName(parts) => name_has_one_of(key_name.as_str(), parts),
            Self::TagKey(keys) => tags.any(|tag| keys.contains(&tag.key)),
            Self::TagValue(values) => tags.any(|tag| values.contains(&tag.value)),
            Self::Tag { key, values } => {
                tags.any(|tag| tag.key == *key && values.contains(&tag.value))
            }
        }
    }

    fn read(filter: Filter, path: &Path<'_>) -> Result<Self, ApiError> {
        let Filter { name, values } = filter;
        Ok(match name.as_str() {
            "key-id" => {
                let at = Path::Field(path, "Values");
                let id = |(index, text): (usize, &String)| {
                    <KeyId as Id>::parse(text)
                        .ok_or_else(|| malformed::<KeyId>(&Path::Index(&at, index), text))
                };
                Self::KeyId(
                    values
                        .iter()
                        .enumerate()
                        .map(id)
                        .collect::<Result<_, _>>()?,
                )
            }
            "key-name" => Self::KeyName(values),
            "tag-key" => Self::TagKey(values),
            "tag-value" => Self::TagValue(values),
            other => {
                let Some(key) = other.strip_prefix(TAG_PREFIX) else {
                    let at = Path::Field(path, "Name");
                    return Err(filter::unknown(&at, other, NAMES));
                };
                Self::Tag {
                    key: key.to_owned(),
                    values,
                }
            }
        })
    }

    fn to_filter(&self) -> Filter {
        let texts = |ids: &[KeyId]| ids.iter().map(KeyId::to_string).collect();
        let (name, values) = match self {
            Self::KeyId(ids) => ("key-id".to_owned(), texts(ids)),
            Self::KeyName(parts) => ("key-name".to_owned(), parts.clone()),
            Self::TagKey(keys) => ("tag-key".to_owned(), keys.clone()),
            Self::TagValue(values) => ("tag-value".to_owned(), values.clone()),
            Self::Tag { key, values } => (format!("{TAG_PREFIX}{key}"), values.clone()),
        };
        Filter { name, values }
    }
}

/// Whether one of these stands in a name, whatever the case of letters.
pub fn name_has_one_of(name: &str, parts: &[String]) -> bool {
    let name = name.to_ascii_lowercase();
    let mut parts = parts.iter();
    parts.any(|part| name.contains(&part.to_ascii_lowercase()))
}

impl Serialize for KeyPairFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_filter().serialize(serializer)
    }
}

/// At most [`FILTERS_MAX`] filters, all of which a key pair has to fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct KeyPairFilters(Vec<KeyPairFilter>);

impl KeyPairFilters {
    /// These; `None` if they are too many, or one has no value or too many.
    pub fn new(filters: Vec<KeyPairFilter>) -> Option<Self> {
        let fits = |filter: &KeyPairFilter| {
            let values = filter.to_filter().values.len();
            (1..=KEY_PAIR_FILTER_VALUES_MAX).contains(&values)
        };
        (filters.len() <= FILTERS_MAX && filters.iter().all(fits)).then_some(Self(filters))
    }

    /// The filters.
    pub fn as_slice(&self) -> &[KeyPairFilter] {
        &self.0
    }
}

impl Typed for KeyPairFilters {
    const TYPE: Type = Type::List(&Filter::TYPE);
}

impl Parameter for KeyPairFilters {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let filters = filter::decode(value, path, KEY_PAIR_FILTER_VALUES_MAX)?;
        let read = |(index, filter)| KeyPairFilter::read(filter, &Path::Index(path, index));
        let filters = filters.into_iter().enumerate().map(read);
        filters.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use serde_json::json;

    fn decode(value: Value) -> Result<KeyPairFilters, ApiError> {
        KeyPairFilters::decode(value, &Path::Field(&Path::Root, "Filters"))
    }

    fn lets_through(filter: &Value) -> bool {
        let key_id = KeyId::parse("lhkp-hfenegt1").unwrap();
        let key_name = KeyName::try_from("My_First".to_owned()).unwrap();
        let tags = json!([{"Key": "team", "Value": "blue"}, {"Key": "stage", "Value": "ci"}]);
        let tags = Tags::decode(tags, &Path::Root).unwrap();
        let filters = decode(json!([filter])).unwrap();
        filters.as_slice()[0].matches(&key_id, &key_name, &tags)
    }

    #[test]
    fn each_filter_looks_at_its_own_part() {
        for (name, fitting, other) in [
            ("key-id", "lhkp-hfenegt1", "lhkp-hfenegt2"),
            ("key-name", "y_f", "y-f"),
            ("key-name", "my_FIRST", "My_First_"),
            ("tag-key", "team", "blue"),
            ("tag-value", "ci", "stage"),
            ("tag:team", "blue", "ci"),
        ] {
            assert!(
                lets_through(&json!({"Name": name, "Values": [fitting]})),
                "{name}"
            );
            assert!(
                !lets_through(&json!({"Name": name, "Values": [other]})),
                "{name}"
            );
            let both = json!({"Name": name, "Values": [other, fitting]});
            assert!(lets_through(&both), "one of the values is enough: {name}");
        }
    }

    #[test]
    fn what_is_no_filter_is_told_so() {
        let filter = |name: &str, values: &[&str]| json!({"Name": name, "Values": values});
        for (value, code, part) in [
            (
                json!([filter("name", &["a"])]),
                Code::InvalidFilter,
                "no filter `name` (`Filters.0.Name`)",
            ),
            (
                json!([filter("Key-Id", &["a"])]),
                Code::InvalidFilter,
                "`key-id`, `key-name`",
            ),
            (
                json!([filter("key-name", &[])]),
                Code::InvalidFilter,
                "`Filters.0.Values` is empty",
            ),
            (
                json!([filter("key-name", &["a"; 6])]),
                Code::ValuesLimitExceeded,
                "`Filters.0.Values` has 6 values; it may have at most 5",
            ),
            (
                json!(vec![filter("key-name", &["a"]); 11]),
                Code::ValuesLimitExceeded,
                "`Filters` has 11 values; it may have at most 10",
            ),
            (
                json!([filter("key-id", &["lhkp-hfenegt1", "x"])]),
                Code::KeyPairIdMalformed,
                "`x` in `Filters.0.Values.1`",
            ),
        ] {
            let error = decode(value).unwrap_err();
            assert_eq!(error.code, code);
            assert!(error.message.en.contains(part), "{}", error.message.en);
        }
    }

    #[test]
    fn a_client_writes_what_the_server_reads() {
        let filters = json!([
            {"Name": "key-id", "Values": ["lhkp-hfenegt1"]},
            {"Name": "key-name", "Values": ["a", "b"]},
            {"Name": "tag-key", "Values": ["k"]},
            {"Name": "tag-value", "Values": ["v"]},
            {"Name": "tag:k", "Values": ["v"]},
        ]);
        let read = decode(filters.clone()).unwrap();
        let list = read.as_slice().to_vec();
        assert_eq!(KeyPairFilters::new(list.clone()), Some(read.clone()));
        assert_eq!(KeyPairFilters::new([&*list, &*list, &*list].concat()), None);
        for values in [vec![], vec!["a".to_owned(); 6]] {
            let filters = vec![KeyPairFilter::TagKey(values)];
            assert_eq!(KeyPairFilters::new(filters), None);
        }
        assert_eq!(serde_json::to_value(read).unwrap(), filters);
    }
}

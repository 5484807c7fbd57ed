//! What instances can be filtered by.

use std::net::IpAddr;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::code::Code;
use crate::error::{ApiError, quoted};
use crate::filter::{FILTERS_MAX, Filter, known, no_value};
use crate::ids::too_many;
use crate::instance_name::InstanceName;
use crate::instance_state::InstanceState;
use crate::parameter::{Fields, Parameter, Path};
use crate::schema::{Type, Typed};
use crate::tag::Tags;
use crate::text::Text;
use crate::zone::Zone;

/// How many values a filter may have (protocol.md section 5.9).
pub const INSTANCE_FILTER_VALUES_MAX: usize = 100;

/// The names, as messages show them.
const NAMES: &[&str] = &[
    "instance-name",
    "private-ip-address",
    "public-ip-address",
    "zone",
    "instance-state",
    "tag-key",
    "tag-value",
    "tag:<key>",
    "bundle-id",
];

const TAG_PREFIX: &str = "tag:";

/// What fits one of the values (protocol.md section 5.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstanceFilter {
    /// Has one of these names.
    InstanceName(Vec<String>),
    /// Has one of these private addresses.
    PrivateAddress(Vec<IpAddr>),
    /// Has one of these public addresses.
    PublicAddress(Vec<IpAddr>),
    /// Is in one of these zones.
    Zone(Vec<Zone>),
    /// Is doing one of these.
    State(Vec<InstanceState>),
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
    /// Was made with one of these bundles.
    BundleId(Vec<String>),
}

/// What filters look at.
#[derive(Clone, Copy, Debug)]
pub struct Filtered<'i> {
    /// Its name.
    pub instance_name: &'i InstanceName,
    /// Its private addresses.
    pub private_addresses: &'i [IpAddr],
    /// Its public addresses.
    pub public_addresses: &'i [IpAddr],
    /// Where it is.
    pub zone: Zone,
    /// What it is doing.
    pub state: InstanceState,
    /// Its tags.
    pub tags: &'i Tags,
    /// The bundle it was made with.
    pub bundle_id: &'i str,
}

impl InstanceFilter {
    /// Whether an instance is let through.
    pub fn matches(&self, instance: &Filtered<'_>) -> bool {
        let has_one_of = |addresses: &[IpAddr], wanted: &[IpAddr]| {
            addresses.iter().any(|address| wanted.contains(address))
        };
        let has = |values: &[String], text: &str| values.iter().any(|value| value == text);
        let mut tags = instance.tags.as_slice().iter();
        match self {
            Self::InstanceName(names) => has(names, instance.instance_name.as_str()),
            Self::PrivateAddress(wanted) => has_one_of(instance.private_addresses, wanted),
            Self::PublicAddress(wanted) => has_one_of(instance.public_addresses, wanted),
            Self::Zone(zones) => zones.contains(&instance.zone),
            Self::State(states) => states.contains(&instance.state),
            Self::TagKey(keys) => tags.any(|tag| keys.contains(&tag.key)),
            Self::TagValue(values) => tags.any(|tag| values.contains(&tag.value)),
            Self::Tag { key, values } => {
                tags.any(|tag| tag.key == *key && values.contains(&tag.value))
            }
            Self::BundleId(bundles) => has(bundles, instance.bundle_id),
        }
    }

    fn read(filter: Filter, path: &Path<'_>) -> Result<Self, ApiError> {
        let Filter { name, values } = filter;
        let at = Path::Field(path, "Values");
        Ok(match name.as_str() {
            "instance-name" => {
                for value in &values {
                    InstanceName::try_from(value.clone())?;
                }
                Self::InstanceName(values)
            }
            "private-ip-address" => Self::PrivateAddress(addresses(&values, &at)?),
            "public-ip-address" => Self::PublicAddress(addresses(&values, &at)?),
            "zone" => Self::Zone(each(&values, &at, |text, path| {
                Zone::from_wire(text).ok_or_else(|| ApiError::no_zone(&path.to_string(), text))
            })?),
            "instance-state" => Self::State(each(&values, &at, |text, path| {
                InstanceState::decode(Value::String(text.to_owned()), path)
            })?),
            "tag-key" => Self::TagKey(values),
            "tag-value" => Self::TagValue(values),
            "bundle-id" => Self::BundleId(values),
            other => {
                let Some(key) = other.strip_prefix(TAG_PREFIX) else {
                    let message = known(&Path::Field(path, "Name"), other, NAMES);
                    return Err(ApiError::new(Code::InvalidFilterNotSupportedName, message));
                };
                Self::Tag {
                    key: key.to_owned(),
                    values,
                }
            }
        })
    }

    fn to_filter(&self) -> Filter {
        fn texts<T: ToString>(values: &[T]) -> Vec<String> {
            values.iter().map(T::to_string).collect()
        }
        let (name, values) = match self {
            Self::InstanceName(names) => ("instance-name".to_owned(), names.clone()),
            Self::PrivateAddress(wanted) => ("private-ip-address".to_owned(), texts(wanted)),
            Self::PublicAddress(wanted) => ("public-ip-address".to_owned(), texts(wanted)),
            Self::Zone(zones) => ("zone".to_owned(), texts(zones)),
            Self::State(states) => ("instance-state".to_owned(), texts(states)),
            Self::TagKey(keys) => ("tag-key".to_owned(), keys.clone()),
            Self::TagValue(values) => ("tag-value".to_owned(), values.clone()),
            Self::Tag { key, values } => (format!("{TAG_PREFIX}{key}"), values.clone()),
            Self::BundleId(bundles) => ("bundle-id".to_owned(), bundles.clone()),
        };
        Filter { name, values }
    }
}

fn each<T>(
    values: &[String],
    path: &Path<'_>,
    read: impl Fn(&str, &Path<'_>) -> Result<T, ApiError>,
) -> Result<Vec<T>, ApiError> {
    let values = values.iter().enumerate();
    values
        .map(|(index, text)| read(text, &Path::Index(path, index)))
        .collect()
}

fn addresses(values: &[String], path: &Path<'_>) -> Result<Vec<IpAddr>, ApiError> {
    each(values, path, |text, path| {
        text.parse().map_err(|_| {
            let text = quoted(text);
            ApiError::new(
                Code::InvalidIpFormat,
                Text::new(
                    format!("`{text}` in `{path}` is not an IP address, as in `10.0.0.1`."),
                    format!("`{path}` 中的 `{text}` 不是有效的 IP 地址，例如 `10.0.0.1`。"),
                ),
            )
        })
    })
}

impl Serialize for InstanceFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_filter().serialize(serializer)
    }
}

/// At most [`FILTERS_MAX`] filters, all of which an instance has to fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct InstanceFilters(Vec<InstanceFilter>);

impl InstanceFilters {
    /// These; `None` if they are too many, or one has no value or too many.
    pub fn new(filters: Vec<InstanceFilter>) -> Option<Self> {
        let fits = |filter: &InstanceFilter| {
            let values = filter.to_filter().values.len();
            (1..=INSTANCE_FILTER_VALUES_MAX).contains(&values)
        };
        (filters.len() <= FILTERS_MAX && filters.iter().all(fits)).then_some(Self(filters))
    }

    /// The filters.
    pub fn as_slice(&self) -> &[InstanceFilter] {
        &self.0
    }
}

impl Typed for InstanceFilters {
    const TYPE: Type = Type::List(&Filter::TYPE);
}

/// Where a filter has a wrong form, DescribeInstances has codes of its own for it.
impl Parameter for InstanceFilters {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let Value::Array(values) = value else {
            return Err(ApiError::wrong_type(&path.to_string(), "list"));
        };
        if values.len() > FILTERS_MAX {
            return Err(too_many(path, values.len(), FILTERS_MAX));
        }
        let filters = values.into_iter().enumerate();
        let filters = filters.map(|(index, value)| {
            let path = Path::Index(path, index);
            InstanceFilter::read(filter(value, &path)?, &path)
        });
        filters.collect::<Result<_, _>>().map(Self)
    }
}

fn filter(value: Value, path: &Path<'_>) -> Result<Filter, ApiError> {
    let wrong = |code, path: &Path<'_>, kind| {
        let error = ApiError::wrong_type(&path.to_string(), kind);
        Err(ApiError::new(code, error.message))
    };
    let Value::Object(fields) = &value else {
        return wrong(Code::InvalidFilterNotDict, path, "object");
    };
    let (name_at, values_at) = (Path::Field(path, "Name"), Path::Field(path, "Values"));
    if fields.get("Name").is_some_and(|name| !name.is_string()) {
        return wrong(Code::InvalidFilterInvalidNameNotStr, &name_at, "string");
    }
    if fields
        .get("Values")
        .is_some_and(|values| !values.is_array())
    {
        return wrong(Code::InvalidFilterInvalidValuesNotList, &values_at, "list");
    }
    let mut fields = Fields::open(value, Filter::STRUCTURE, path)?;
    let filter = Filter {
        name: fields.take("Name")?,
        values: fields.take("Values")?,
    };
    if filter.name.is_empty() || filter.name == TAG_PREFIX {
        let message = known(&name_at, &filter.name, NAMES);
        return Err(ApiError::new(Code::InvalidFilterInvalidKey, message));
    }
    if filter.values.is_empty() {
        return Err(no_value(&values_at));
    }
    if filter.values.len() > INSTANCE_FILTER_VALUES_MAX {
        let error = too_many(&values_at, filter.values.len(), INSTANCE_FILTER_VALUES_MAX);
        return Err(ApiError::new(Code::FilterValueLimitExceeded, error.message));
    }
    Ok(filter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decode(value: Value) -> Result<InstanceFilters, ApiError> {
        InstanceFilters::decode(value, &Path::Field(&Path::Root, "Filters"))
    }

    #[test]
    fn filters_look_at_what_they_name() {
        let tags = json!([{"Key": "env", "Value": "ci"}]);
        let instance = Filtered {
            instance_name: &InstanceName::try_from("web".to_owned()).unwrap(),
            private_addresses: &["10.0.0.1".parse().unwrap()],
            public_addresses: &["2001:db8::1".parse().unwrap()],
            zone: Zone::from_wire("ap-tokyo-2").unwrap(),
            state: InstanceState::Stopped,
            tags: &Tags::decode(tags, &Path::Root).unwrap(),
            bundle_id: "bundle_starter",
        };
        for (name, yes, no) in [
            ("instance-name", "web", "we"),
            ("private-ip-address", "10.0.0.1", "2001:db8::1"),
            ("public-ip-address", "2001:db8:0::1", "10.0.0.1"),
            ("zone", "ap-tokyo-2", "ap-tokyo-1"),
            ("instance-state", "STOPPED", "RUNNING"),
            ("tag-key", "env", "ci"),
            ("tag-value", "ci", "env"),
            ("tag:env", "ci", "prod"),
            ("bundle-id", "bundle_starter", "bundle"),
        ] {
            let filters =
                |values: Value| decode(json!([{"Name": name, "Values": values}])).unwrap();
            assert!(
                filters(json!([no, yes])).as_slice()[0].matches(&instance),
                "{name}"
            );
            assert!(
                !filters(json!([no])).as_slice()[0].matches(&instance),
                "{name}"
            );
        }
    }

    #[test]
    fn filters_are_written_as_they_are_read() {
        let filters = json!([
            {"Name": "instance-name", "Values": ["a"]},
            {"Name": "private-ip-address", "Values": ["10.0.0.1"]},
            {"Name": "public-ip-address", "Values": ["10.0.0.1"]},
            {"Name": "zone", "Values": ["ap-tokyo-2"]},
            {"Name": "instance-state", "Values": ["RUNNING"]},
            {"Name": "tag-key", "Values": ["a"]},
            {"Name": "tag-value", "Values": ["a"]},
            {"Name": "tag:k", "Values": ["a"]},
            {"Name": "bundle-id", "Values": ["a"]},
        ]);
        let read = decode(filters.clone()).unwrap();
        let list = read.as_slice().to_vec();
        assert_eq!(InstanceFilters::new(list.clone()), Some(read.clone()));
        assert_eq!(InstanceFilters::new([&*list, &*list].concat()), None);
        assert_eq!(serde_json::to_value(read).unwrap(), filters);
    }

    #[test]
    fn each_wrong_form_has_a_code_of_its_own() {
        let long = "n".repeat(61);
        let many = vec!["a"; 101];
        for (value, code) in [
            (json!({}), Code::InvalidParameter),
            (json!(["a"]), Code::InvalidFilterNotDict),
            (
                json!([{"Name": 1, "Values": ["a"]}]),
                Code::InvalidFilterInvalidNameNotStr,
            ),
            (
                json!([{"Name": "zone", "Values": "a"}]),
                Code::InvalidFilterInvalidValuesNotList,
            ),
            (
                json!([{"Name": "", "Values": ["a"]}]),
                Code::InvalidFilterInvalidKey,
            ),
            (
                json!([{"Name": "tag:", "Values": ["a"]}]),
                Code::InvalidFilterInvalidKey,
            ),
            (
                json!([{"Name": "key-id", "Values": ["a"]}]),
                Code::InvalidFilterNotSupportedName,
            ),
            (json!([{"Name": "zone", "Values": []}]), Code::InvalidFilter),
            (
                json!([{"Name": "tag-key", "Values": many}]),
                Code::FilterValueLimitExceeded,
            ),
            (
                json!([{"Name": "zone", "Values": ["mars-1"]}]),
                Code::InvalidZone,
            ),
            (
                json!([{"Name": "instance-name", "Values": [long]}]),
                Code::InstanceNameTooLong,
            ),
            (
                json!([{"Name": "public-ip-address", "Values": ["1.2.3"]}]),
                Code::InvalidIpFormat,
            ),
            (
                json!([{"Name": "instance-state", "Values": ["ON"]}]),
                Code::OutOfRange,
            ),
            (
                json!(vec![json!({"Name": "tag-key", "Values": ["a"]}); 11]),
                Code::ValuesLimitExceeded,
            ),
            (json!([{"Values": ["a"]}]), Code::MissingParameter),
            (
                json!([{"Name": "zone", "Value": ["a"]}]),
                Code::UnknownParameter,
            ),
        ] {
            assert_eq!(decode(value.clone()).unwrap_err().code, code, "{value}");
        }
    }
}

//! Flattened parameters, `Filters.0.Values.1=a`, back to the values they stand for.
//!
//! The action's schema says what each name is, so no number or depth that a stranger writes decides
//! how much is allocated: a list is a map from index to value until it is known to have no gaps.

use pharos_api::error::{ApiError, quoted};
use pharos_api::schema::{Structure, Type};
use pharos_api::text::Text;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Reads names and values, in any order, against the parameters of an action.
///
/// Text stays text where the schema has a string, and becomes a number or a boolean where it has
/// one (`True` is Python's way to write `true`). Text that does not fit stays text, and decoding
/// then names its path.
///
/// # Errors
/// `UnknownParameter` for a name that the schema does not have; `InvalidParameter` for a name that
/// stands twice, an index that is no number, and a list with gaps.
pub fn unflatten(
    pairs: &[(String, String)],
    structure: &'static Structure,
) -> Result<Value, ApiError> {
    let mut root = Node::Fields(BTreeMap::new());
    for (name, text) in pairs {
        place(&mut root, &Type::Structure(structure), name, name, text)?;
    }
    into_value(root, "")
}

/// The other way: the names and values of a request's parameters, as a GET or version 1 carries them.
/// `null`, and empty lists and structures, vanish: flattened parameters cannot say them.
pub fn flatten(parameters: &Value) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    put(&mut pairs, "", parameters);
    pairs
}

fn put(pairs: &mut Vec<(String, String)>, path: &str, value: &Value) {
    let below = |part: &str| match path {
        "" => part.to_owned(),
        _ => format!("{path}.{part}"),
    };
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => pairs.push((path.to_owned(), value.to_string())),
        Value::String(text) => pairs.push((path.to_owned(), text.clone())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                put(pairs, &below(&index.to_string()), item);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                put(pairs, &below(name), field);
            }
        }
    }
}

/// A value that is still being put together.
enum Node {
    Text(Value),
    List(BTreeMap<u64, Node>),
    Fields(BTreeMap<&'static str, Node>),
}

impl Node {
    fn empty(shape: &Type) -> Self {
        match shape {
            Type::List(_) => Self::List(BTreeMap::new()),
            Type::Structure(_) => Self::Fields(BTreeMap::new()),
            Type::String | Type::Int64 | Type::Uint64 | Type::Bool => Self::Text(Value::Null),
        }
    }
}

/// Puts one text where `rest`, the unread end of `name`, says it belongs.
fn place(
    node: &mut Node,
    shape: &Type,
    rest: &str,
    name: &str,
    text: &str,
) -> Result<(), ApiError> {
    let whole = rest;
    let (part, rest) = match rest.split_once('.') {
        Some((part, rest)) => (part, Some(rest)),
        None => (rest, None),
    };
    let (child, shape) = match (node, shape) {
        (Node::Fields(fields), Type::Structure(structure)) => {
            let field = structure
                .field(part)
                .ok_or_else(|| unknown(name, structure))?;
            let child = fields
                .entry(field.name)
                .or_insert_with(|| Node::empty(&field.value));
            (child, &field.value)
        }
        (Node::List(items), Type::List(item)) => {
            let index = index(part).ok_or_else(|| bad_index(name, part))?;
            (
                items.entry(index).or_insert_with(|| Node::empty(item)),
                *item,
            )
        }
        // A string has no parts, so `KeyName.0` makes `KeyName` a list.
        _ => {
            let parent = name
                .strip_suffix(whole)
                .unwrap_or(name)
                .trim_end_matches('.');
            return Err(ApiError::wrong_type(&quoted(parent), shape.name()));
        }
    };
    match (rest, child) {
        (Some(rest), child) => place(child, shape, rest, name, text),
        (None, Node::Text(slot @ Value::Null)) => {
            *slot = value_of(shape, text);
            Ok(())
        }
        (None, Node::Text(_)) => Err(ApiError::repeated_parameter(name)),
        (None, Node::List(_) | Node::Fields(_)) => {
            Err(ApiError::wrong_type(&quoted(name), shape.name()))
        }
    }
}

/// A plain decimal number; `01` and `+1` are none, so each element has one name.
fn index(part: &str) -> Option<u64> {
    let plain = part == "0"
        || (!part.starts_with('0') && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if plain { part.parse().ok() } else { None }
}

fn value_of(shape: &Type, text: &str) -> Value {
    let typed = match shape {
        Type::Int64 => text.parse::<i64>().ok().map(Value::from),
        Type::Uint64 => text.parse::<u64>().ok().map(Value::from),
        Type::Bool => match text {
            "true" | "True" => Some(Value::Bool(true)),
            "false" | "False" => Some(Value::Bool(false)),
            _ => None,
        },
        Type::String | Type::List(_) | Type::Structure(_) => None,
    };
    typed.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn into_value(node: Node, path: &str) -> Result<Value, ApiError> {
    let below = |part: &str| match path {
        "" => part.to_owned(),
        _ => format!("{path}.{part}"),
    };
    match node {
        Node::Text(value) => Ok(value),
        Node::Fields(fields) => fields
            .into_iter()
            .map(|(name, field)| Ok((name.to_owned(), into_value(field, &below(name))?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        Node::List(items) => (0_u64..)
            .zip(items)
            .map(|(expected, (index, item))| {
                if index == expected {
                    into_value(item, &below(&index.to_string()))
                } else {
                    Err(gap(path, expected, index))
                }
            })
            .collect::<Result<Vec<_>, _>>()
            .map(Value::Array),
    }
}

fn unknown(name: &str, structure: &Structure) -> ApiError {
    let known = structure
        .fields
        .iter()
        .map(|field| field.name)
        .collect::<Vec<_>>();
    ApiError::unknown_parameter(&quoted(name), &known)
}

fn bad_index(name: &str, part: &str) -> ApiError {
    let (name, part) = (quoted(name), quoted(part));
    ApiError::invalid_parameter(Text::new(
        format!("In the parameter `{name}`, `{part}` should be the index of an element: 0, 1, 2 …"),
        format!("参数 `{name}` 中的 `{part}` 应为元素下标：0、1、2……"),
    ))
}

fn gap(path: &str, expected: u64, found: u64) -> ApiError {
    ApiError::invalid_parameter(Text::new(
        format!(
            "The elements of `{path}` should be numbered from 0 without gaps: `{path}.{expected}` \
             is not there, and `{path}.{found}` is."
        ),
        format!(
            "`{path}` 的元素应从 0 开始连续编号：缺少 `{path}.{expected}`，却有 `{path}.{found}`。"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::code::Code;
    use pharos_api::schema::Field;
    use proptest::prelude::*;
    use serde_json::json;

    const DOCUMENTATION: Text = Text::fixed("", "");

    const fn field(name: &'static str, value: Type) -> Field {
        Field {
            name,
            value,
            required: false,
            values: &[],
            documentation: DOCUMENTATION,
        }
    }

    static FILTER: Structure = Structure {
        name: "Filter",
        fields: &[
            field("Name", Type::String),
            field("Values", Type::List(&Type::String)),
        ],
    };

    static REQUEST: Structure = Structure {
        name: "Request",
        fields: &[
            field("Filters", Type::List(&Type::Structure(&FILTER))),
            field("Limit", Type::Int64),
            field("DryRun", Type::Bool),
            field("KeyName", Type::String),
            field("PolicyId", Type::List(&Type::Uint64)),
        ],
    };

    fn read(query: &str) -> Result<Value, (Code, String)> {
        let pairs = crate::form::decode(query).unwrap();
        unflatten(&pairs, &REQUEST).map_err(|error| (error.code, error.message.en.into_owned()))
    }

    #[test]
    fn values_come_back_in_their_places_whatever_the_order() {
        let value = read(
            "Filters.1.Name=b&Limit=20&Filters.0.Values.1=y&DryRun=True&Filters.0.Values.0=x&KeyName=7&PolicyId.0=18446744073709551615",
        );
        assert_eq!(
            value.unwrap(),
            json!({
                "Filters": [{"Values": ["x", "y"]}, {"Name": "b"}],
                "Limit": 20,
                "DryRun": true,
                "KeyName": "7",
                "PolicyId": [u64::MAX],
            })
        );
    }

    /// Parameters as the schema has them; empty lists vanish on the way, so there are none.
    fn requests() -> impl Strategy<Value = Value> {
        let text = "\\PC{0,8}";
        let values = proptest::collection::vec(text, 1..4);
        let filter =
            (text, values).prop_map(|(name, values)| json!({"Name": name, "Values": values}));
        let filters = proptest::collection::vec(filter, 1..12);
        (filters, any::<i64>(), any::<bool>(), text).prop_map(|(filters, limit, dry_run, name)| {
            json!({"Filters": filters, "Limit": limit, "DryRun": dry_run, "KeyName": name})
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn flattening_and_unflattening_are_inverse(request in requests(), swaps in any::<u64>()) {
            let mut pairs = flatten(&request);
            let middle = usize::try_from(swaps % pairs.len() as u64).unwrap();
            pairs.rotate_left(middle);
            prop_assert_eq!(unflatten(&pairs, &REQUEST).unwrap(), request);
        }
    }

    #[test]
    fn text_that_does_not_fit_stays_text() {
        assert_eq!(
            read("Limit=ten&DryRun=1").unwrap(),
            json!({"Limit": "ten", "DryRun": "1"})
        );
    }

    #[test]
    fn every_ambiguity_is_refused_with_its_name() {
        for (query, code, part) in [
            ("Keyname=a", Code::UnknownParameter, "`Keyname`"),
            ("Filters.0.Nam=a", Code::UnknownParameter, "`Filters.0.Nam`"),
            (
                "KeyName.0=a",
                Code::InvalidParameter,
                "`KeyName` is not valid, input type should be `string`",
            ),
            (
                "KeyName=a&KeyName=b",
                Code::InvalidParameter,
                "`KeyName` stands more than once",
            ),
            ("Filters=a", Code::InvalidParameter, "`Filters`"),
            (
                "Filters=a&Filters.0.Name=b",
                Code::InvalidParameter,
                "`Filters`",
            ),
            ("Filters.0=a", Code::InvalidParameter, "`Filters.0`"),
            (
                "Filters.1.Name=a",
                Code::InvalidParameter,
                "`Filters.0` is not there",
            ),
            (
                "Filters.0.Values.0=a&Filters.0.Values.9=b",
                Code::InvalidParameter,
                "`Filters.0.Values.1` is not there",
            ),
            (
                "Filters.18446744073709551615.Name=a",
                Code::InvalidParameter,
                "is not there",
            ),
            (
                "Filters.18446744073709551616.Name=a",
                Code::InvalidParameter,
                "index of an element",
            ),
            (
                "Filters.-1.Name=a",
                Code::InvalidParameter,
                "index of an element",
            ),
            (
                "Filters.00.Name=a",
                Code::InvalidParameter,
                "index of an element",
            ),
            (
                "Filters..Name=a",
                Code::InvalidParameter,
                "index of an element",
            ),
            (
                "Filters.0.Name=a&Filters.0.Name.x.y.z.0.1.2.3.4=b",
                Code::InvalidParameter,
                "`Filters.0.Name` is not valid, input type should be `string`",
            ),
        ] {
            let (refused, message) = read(query).unwrap_err();
            assert_eq!(refused, code, "{query}: {message}");
            assert!(message.contains(part), "{query}: {message}");
        }
    }
}

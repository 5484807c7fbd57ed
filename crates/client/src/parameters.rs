//! Parameters as people type them: `--KeyName demo --Tags.0.Key env --Tags.0.Value test`.

use pharos_api::error::ApiError;
use pharos_api::schema::{Structure, Type};
use pharos_protocol::flatten::unflatten;
use serde_json::{Map, Value};
use thiserror::Error;

/// Names and values that make no parameters.
#[derive(Debug, Error)]
pub enum BadParameters {
    /// A list or a structure that is no JSON.
    #[error(
        "the value of `{name}` is not JSON; write a {shape} like `{example}`, or `--{name}.0 …`"
    )]
    NotJson {
        /// Which one.
        name: String,
        /// What it should be.
        shape: &'static str,
        /// How that looks.
        example: &'static str,
    },
    /// Flattened names that do not fit together.
    #[error("{0}")]
    NotFlattened(String),
}

/// Puts parameters together from names and values.
///
/// With the schema of the action, text stays text where it has a string; lists and structures are
/// JSON, or flattened names. Without one, what reads as JSON is taken as such.
///
/// # Errors
/// See [`BadParameters`].
pub fn from_arguments(
    arguments: &[(String, String)],
    schema: Option<&'static Structure>,
) -> Result<Value, BadParameters> {
    let (flattened, whole): (Vec<_>, Vec<_>) = arguments
        .iter()
        .cloned()
        .partition(|(name, _)| schema.is_some() && name.contains('.'));
    let mut parameters = match schema {
        Some(schema) if !flattened.is_empty() => {
            match unflatten(&flattened, schema).map_err(not_flattened)? {
                Value::Object(parameters) => parameters,
                _ => Map::new(),
            }
        }
        _ => Map::new(),
    };
    for (name, text) in whole {
        let field = schema.and_then(|schema| schema.field(&name));
        let value = match (field.map(|field| field.value), serde_json::from_str(&text)) {
            (Some(Type::List(_)), Err(_)) => return Err(not_json(name, "list", r#"["a", "b"]"#)),
            (Some(Type::Structure(_)), Err(_)) => {
                return Err(not_json(name, "structure", r#"{"Key": "a"}"#));
            }
            // The server says which type it wants.
            (Some(Type::String), _) | (_, Err(_)) => Value::String(text),
            (_, Ok(value)) => value,
        };
        parameters.insert(name, value);
    }
    Ok(Value::Object(parameters))
}

fn not_json(name: String, shape: &'static str, example: &'static str) -> BadParameters {
    BadParameters::NotJson {
        name,
        shape,
        example,
    }
}

fn not_flattened(error: ApiError) -> BadParameters {
    BadParameters::NotFlattened(error.message.en.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::lighthouse::create_key_pair::Input;
    use serde_json::json;

    fn read(
        arguments: &[(&str, &str)],
        schema: Option<&'static Structure>,
    ) -> Result<Value, String> {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        from_arguments(&arguments, schema).map_err(|error| error.to_string())
    }

    #[test]
    fn the_schema_decides_what_text_is() {
        let tags = json!([{"Key": "env", "Value": "7"}]);
        let expected = json!({"KeyName": "7", "Tags": tags});
        let schema = Some(Input::STRUCTURE);
        let json = [
            ("KeyName", "7"),
            ("Tags", r#"[{"Key": "env", "Value": "7"}]"#),
        ];
        assert_eq!(read(&json, schema).unwrap(), expected);
        let flat = [
            ("Tags.0.Value", "7"),
            ("KeyName", "7"),
            ("Tags.0.Key", "env"),
        ];
        assert_eq!(read(&flat, schema).unwrap(), expected);
    }

    #[test]
    fn without_a_schema_json_is_json_and_the_rest_is_text() {
        let parameters = read(&[("Limit", "5"), ("Name", "five")], None).unwrap();
        assert_eq!(parameters, json!({"Limit": 5, "Name": "five"}));
    }

    #[test]
    fn what_cannot_be_read_says_how_to_write_it() {
        let schema = Some(Input::STRUCTURE);
        assert!(
            read(&[("Tags", "env=test")], schema)
                .unwrap_err()
                .contains("--Tags.0")
        );
        assert!(
            read(&[("Tags.1.Key", "a")], schema)
                .unwrap_err()
                .contains("`Tags.0`")
        );
    }
}

//! From a request's values to typed parameters, with the path of whatever does not fit.

use crate::error::{ApiError, quoted};
use crate::schema::{Structure, Typed};
use crate::text::Text;
use serde_json::{Map, Value};
use std::fmt;

/// Where a value stands, as messages name it: `Filters.0.Values`.
#[derive(Clone, Copy)]
pub enum Path<'a> {
    /// The request itself.
    Root,
    /// A named field of what stands at the first path.
    Field(&'a Path<'a>, &'a str),
    /// A list's element.
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parent, part) = match self {
            Self::Root => return Ok(()),
            Self::Field(parent, name) => (parent, quoted(name)),
            Self::Index(parent, index) => (parent, index.to_string().into()),
        };
        if !matches!(parent, Self::Root) {
            write!(formatter, "{parent}.")?;
        }
        formatter.write_str(&part)
    }
}

/// A type that can stand in a request.
pub trait Parameter: Typed + Sized {
    /// Reads it from a value.
    ///
    /// # Errors
    /// `InvalidParameter` for a value of another type, and what the type itself refuses.
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError>;

    /// What its absence means: an error, unless the type is an `Option`.
    ///
    /// # Errors
    /// `MissingParameter`.
    fn absent(path: &Path<'_>) -> Result<Self, ApiError> {
        Err(ApiError::missing_parameter(&path.to_string(), None))
    }
}

fn wrong_type<T: Typed>(path: &Path<'_>) -> ApiError {
    ApiError::wrong_type(&path.to_string(), T::TYPE.name())
}

impl Parameter for String {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(wrong_type::<Self>(path)),
        }
    }
}

impl Parameter for i64 {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        value.as_i64().ok_or_else(|| wrong_type::<Self>(path))
    }
}

impl Parameter for u64 {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        value.as_u64().ok_or_else(|| wrong_type::<Self>(path))
    }
}

impl Parameter for bool {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        value.as_bool().ok_or_else(|| wrong_type::<Self>(path))
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let Value::Array(values) = value else {
            return Err(wrong_type::<Self>(path));
        };
        values
            .into_iter()
            .enumerate()
            .map(|(index, value)| T::decode(value, &Path::Index(path, index)))
            .collect()
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        T::decode(value, path).map(Some)
    }

    fn absent(_: &Path<'_>) -> Result<Self, ApiError> {
        Ok(None)
    }
}

/// The fields of one structure in a request, taken one by one.
pub struct Fields<'a> {
    values: Map<String, Value>,
    path: &'a Path<'a>,
}

impl<'a> Fields<'a> {
    /// Opens a structure.
    ///
    /// # Errors
    /// `InvalidParameter` if the value is no object, `UnknownParameter` for the first name that the
    /// structure does not have.
    pub fn open(value: Value, structure: &Structure, path: &'a Path<'a>) -> Result<Self, ApiError> {
        let Value::Object(values) = value else {
            return Err(match path {
                Path::Root => no_object(),
                _ => ApiError::wrong_type(&path.to_string(), "object"),
            });
        };
        if let Some(unknown) = values.keys().find(|name| structure.field(name).is_none()) {
            let known = structure
                .fields
                .iter()
                .map(|field| field.name)
                .collect::<Vec<_>>();
            let path = Path::Field(path, unknown).to_string();
            return Err(ApiError::unknown_parameter(&path, &known));
        }
        Ok(Self { values, path })
    }

    /// Takes one field. `null` is as good as absent: SDKs send it for what the caller left out.
    ///
    /// # Errors
    /// `MissingParameter`, or what the type refuses.
    pub fn take<T: Parameter>(&mut self, name: &str) -> Result<T, ApiError> {
        let path = Path::Field(self.path, name);
        match self.values.remove(name) {
            None | Some(Value::Null) => T::absent(&path),
            Some(value) => T::decode(value, &path),
        }
    }
}

fn no_object() -> ApiError {
    ApiError::invalid_parameter(Text::fixed(
        "The parameters should be one JSON `object`, as in `{\"KeyName\": \"demo\"}`.",
        "参数应为一个 JSON `object`，例如 `{\"KeyName\": \"demo\"}`。",
    ))
}

#[cfg(test)]
mod tests {
    #![expect(unreachable_pub, reason = "`structure!` declares public types")]

    use super::*;
    use crate::code::Code;
    use serde_json::json;

    crate::structure! {
        /// A filter as several actions take it.
        parameters Filter = "Filter" {
            name: String = "Name", "Name.", "名称。";
            values: Vec<String> = "Values", "Values.", "值。";
        }
    }

    crate::structure! {
        /// Every kind of field.
        parameters Request = "Request" {
            filters: Option<Vec<Filter>> = "Filters", "Filters.", "过滤器。";
            limit: Option<i64> = "Limit", "Limit.", "数量。";
            uin: Option<u64> = "Uin", "Uin.", "账号。";
            dry_run: Option<bool> = "DryRun", "Dry run.", "演练。";
        }
    }

    fn refusal(value: Value) -> (Code, String) {
        match Request::decode(value, &Path::Root) {
            Ok(_) => panic!("should have been refused"),
            Err(error) => (error.code, error.message.en.into_owned()),
        }
    }

    #[test]
    fn values_of_the_right_shape_are_read() {
        let value = json!({"Filters": [{"Name": "a", "Values": ["b", "c"]}], "Limit": 5, "Uin": u64::MAX, "DryRun": null});
        let request = Request::decode(value, &Path::Root).ok().unwrap();
        let filters = request.filters.unwrap();
        assert_eq!(
            (filters[0].name.as_str(), filters[0].values.len()),
            ("a", 2)
        );
        assert_eq!((request.limit, request.dry_run), (Some(5), None));
        assert_eq!(request.uin, Some(u64::MAX));
    }

    #[test]
    fn each_fault_names_its_code_and_its_path() {
        let cases = [
            (json!({"Filter": []}), Code::UnknownParameter, "`Filter`"),
            (
                json!({"Filters": [{"Nam": "a"}]}),
                Code::UnknownParameter,
                "`Filters.0.Nam`",
            ),
            (
                json!({"Filters": [{"Name": "a"}]}),
                Code::MissingParameter,
                "`Filters.0.Values`",
            ),
            (
                json!({"Filters": [{"Name": null}]}),
                Code::MissingParameter,
                "`Filters.0.Name`",
            ),
            (
                json!({"Filters": {}}),
                Code::InvalidParameter,
                "`Filters`, input type should be `list`",
            ),
            (
                json!({"Filters": ["a"]}),
                Code::InvalidParameter,
                "`Filters.0` is not valid, input type should be `object`",
            ),
            (
                json!({"Filters": [{"Name": "a", "Values": ["b", 7]}]}),
                Code::InvalidParameter,
                "`Filters.0.Values.1` is not valid, input type should be `string`",
            ),
            (
                json!({"Limit": "5"}),
                Code::InvalidParameter,
                "`Limit` is not valid, input type should be `int64`",
            ),
            (json!({"Limit": 5.0}), Code::InvalidParameter, "`Limit`"),
            (
                json!({"Limit": 9_223_372_036_854_775_808_u64}),
                Code::InvalidParameter,
                "`Limit`",
            ),
            (
                json!({"Uin": -1}),
                Code::InvalidParameter,
                "`Uin` is not valid, input type should be `uint64`",
            ),
            (
                json!({"DryRun": 1}),
                Code::InvalidParameter,
                "`DryRun` is not valid, input type should be `bool`",
            ),
        ];
        for (value, code, part) in cases {
            let (refused, message) = refusal(value.clone());
            assert_eq!(refused, code, "{value}");
            let part = part.replace("`Filters`, input", "`Filters` is not valid, input");
            assert!(message.contains(&part), "{value}: {message}");
        }
    }
}

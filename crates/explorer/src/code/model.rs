//! A call as a tree of typed values.

use pharos_api::action::Action;
use pharos_api::region::Region;
use pharos_api::schema::{self, Type};
use serde_json::{Map, Value as Json};

use super::Call;
use crate::endpoint::Endpoint;

/// What a printer prints.
pub(super) struct Snippet<'a> {
    pub(super) action: &'static Action,
    pub(super) request: Structure<'a>,
    pub(super) region: Option<Region>,
    pub(super) endpoint: &'a Endpoint,
}

/// A structure with the SDK's name of its class, and the fields that are given, in the schema's order.
pub(super) struct Structure<'a> {
    pub(super) class: &'static str,
    pub(super) fields: Vec<(&'static str, Value<'a>)>,
}

/// A value of the type that the schema gives it.
pub(super) enum Value<'a> {
    Text(&'a str),
    Int64(i64),
    Uint64(u64),
    Bool(bool),
    List(&'static Type, Vec<Value<'a>>),
    Structure(Structure<'a>),
}

impl<'a> Snippet<'a> {
    pub(super) fn of(call: &Call<'a>) -> Self {
        Self {
            action: call.action,
            request: Structure::read(call.action.input, call.parameters),
            region: call.region,
            endpoint: call.endpoint,
        }
    }

    /// The region as most SDKs want it: an empty text says none.
    pub(super) fn region(&self) -> &'static str {
        self.region.map(Region::wire).unwrap_or_default()
    }

    /// The product as it is part of class names: `Lighthouse`.
    pub(super) fn product(&self) -> String {
        let name = self.action.product.name;
        let mut letters = name.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    }

    /// The version as it is part of package names: `v20200324`.
    pub(super) fn version(&self) -> String {
        format!("v{}", self.action.product.version.replace('-', ""))
    }

    /// Whether the reply has a private key, which is shown this once and belongs into a file.
    pub(super) fn has_private_key(&self) -> bool {
        self.action.name == "CreateKeyPair"
    }

    /// What to know about the reply, if it has a secret.
    pub(super) fn secret(&self) -> Option<&'static str> {
        match self.action.name {
            "CreateKeyPair" => {
                Some("The private key goes to the standard output: it is shown this once.")
            }
            "AddUser" | "CreateAccessKey" => {
                Some("The reply has the SecretKey, which is shown this once: keep it safe.")
            }
            "AssumeRole" | "GetFederationToken" => Some(
                "The reply has a temporary SecretKey and its token: keep them safe while they last.",
            ),
            _ => None,
        }
    }
}

impl<'a> Structure<'a> {
    fn read(of: &'static schema::Structure, values: &'a Map<String, Json>) -> Self {
        let fields = of.fields.iter().filter_map(|field| {
            let value = Value::read(&field.value, values.get(field.name)?)?;
            Some((field.name, value))
        });
        Self {
            class: of.name,
            fields: fields.collect(),
        }
    }

    /// As it is on the wire.
    pub(super) fn json(&self) -> Json {
        let fields = self.fields.iter();
        let fields = fields.map(|(name, value)| ((*name).to_owned(), value.json()));
        Json::Object(fields.collect())
    }
}

impl<'a> Value<'a> {
    /// A value that is not of the type is none, and neither is a list with one that is not of its own.
    fn read(of: &'static Type, value: &'a Json) -> Option<Self> {
        Some(match of {
            Type::String => Self::Text(value.as_str()?),
            Type::Int64 => Self::Int64(value.as_i64()?),
            Type::Uint64 => Self::Uint64(value.as_u64()?),
            Type::Bool => Self::Bool(value.as_bool()?),
            Type::List(element) => {
                let values = value.as_array()?.iter();
                let values = values.map(|value| Self::read(element, value));
                Self::List(element, values.collect::<Option<_>>()?)
            }
            Type::Structure(structure) => {
                Self::Structure(Structure::read(structure, value.as_object()?))
            }
        })
    }

    /// As it is on the wire.
    pub(super) fn json(&self) -> Json {
        match self {
            Self::Text(text) => (*text).into(),
            Self::Int64(number) => (*number).into(),
            Self::Uint64(number) => (*number).into(),
            Self::Bool(truth) => (*truth).into(),
            Self::List(_, values) => values.iter().map(Self::json).collect(),
            Self::Structure(structure) => structure.json(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::action::ACTIONS;

    /// Whether a reply has a field with a name that ends so.
    fn has(structure: &schema::Structure, end: &str) -> bool {
        structure.fields.iter().any(|field| {
            let inner = crate::catalogue::inner(&field.value);
            field.name.ends_with(end) || inner.is_some_and(|inner| has(inner, end))
        })
    }

    #[test]
    fn every_secret_in_a_reply_is_told_of() {
        let (endpoint, parameters) = (Endpoint::parse("http://localhost").unwrap(), Map::new());
        for action in ACTIONS {
            let snippet = Snippet::of(&Call {
                action,
                parameters: &parameters,
                region: None,
                endpoint: &endpoint,
            });
            // Whoever lists key pairs gets none of their private keys.
            let is_private_key =
                has(action.output, "PrivateKey") && action.name != "DescribeKeyPairs";
            let mut secrets = ["SecretKey", "SecretAccessKey"].iter();
            let is_secret = is_private_key || secrets.any(|end| has(action.output, end));
            assert_eq!(snippet.secret().is_some(), is_secret, "{}", action.name);
            assert_eq!(snippet.has_private_key(), is_private_key, "{}", action.name);
        }
    }
}

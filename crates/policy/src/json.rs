//! JSON with nothing lost: an object keeps every member in its order, a number every digit.
//!
//! `serde_json::Value` keeps the last of two members of one name. In a policy that would let
//! `"effect": "deny"` vanish behind a second `effect`, so here both arrive and the reader refuses.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The deepest that lists and objects stand in each other, which is what a list of values in a
/// condition needs: the document, its statements, one of them, its condition, an operator, a key.
/// It bounds what reading takes of the stack.
pub const DEPTH_MAX: usize = 6;

/// A JSON value, as far as policies are made of it.
#[derive(Debug)]
pub(crate) enum Json {
    Array(Vec<Json>),
    Boolean(bool),
    /// A whole number of at most 64 bits, in digits.
    Integer(String),
    Object(Vec<(String, Json)>),
    String(String),
    /// What no policy element is: named, for the message.
    Other(&'static str),
}

impl Json {
    /// What it is, as a message calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Array(_) => "a list",
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) => "a number",
            Self::Object(_) => "an object",
            Self::String(_) => "a string",
            Self::Other(kind) => kind,
        }
    }

    /// Whether nothing in it stands deeper than this.
    pub(crate) fn is_within(&self, depth: usize) -> bool {
        let mut inner: Box<dyn Iterator<Item = &Self>> = match self {
            Self::Array(items) => Box::new(items.iter()),
            Self::Object(members) => Box::new(members.iter().map(|(_, value)| value)),
            _ => return true,
        };
        depth
            .checked_sub(1)
            .is_some_and(|left| inner.all(|value| value.is_within(left)))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Integer(value.to_string()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Json, E> {
        // Its digits are lost; a policy writes them in quotes.
        Ok(Json::Other("a number with a fraction, or a very large one"))
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Other("null"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

//! The shapes of parameters and replies, as data: what decoding, flattening and documents read.

use crate::text::Text;
use std::borrow::Cow;

/// The type of a value. Names in messages follow the vendor's vocabulary (protocol.md section 4.2).
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Text.
    String,
    /// A signed 64-bit number.
    Int64,
    /// An unsigned 64-bit number.
    Uint64,
    /// `true` or `false`.
    Bool,
    /// Zero-based list.
    List(&'static Type),
    /// Named fields.
    Structure(&'static Structure),
}

impl Type {
    /// How messages name it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int64 => "int64",
            Self::Uint64 => "uint64",
            Self::Bool => "bool",
            Self::List(_) => "list",
            Self::Structure(_) => "object",
        }
    }
}

/// A type that has a shape on the wire.
pub trait Typed {
    /// The shape.
    const TYPE: Type;
    /// Whether a field of this type has to be there.
    const REQUIRED: bool = true;
    /// The texts that it, or each item of it, can be, where there is a fixed number of them.
    const VALUES: &'static [&'static str] = &[];
}

impl Typed for String {
    const TYPE: Type = Type::String;
}

impl Typed for Cow<'static, str> {
    const TYPE: Type = Type::String;
}

impl Typed for i64 {
    const TYPE: Type = Type::Int64;
}

impl Typed for u64 {
    const TYPE: Type = Type::Uint64;
}

impl Typed for bool {
    const TYPE: Type = Type::Bool;
}

impl<T: Typed> Typed for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
    const VALUES: &'static [&'static str] = T::VALUES;
}

impl<T: Typed> Typed for Option<T> {
    const TYPE: Type = T::TYPE;
    const REQUIRED: bool = false;
    const VALUES: &'static [&'static str] = T::VALUES;
}

macro_rules! typed_as_string {
    ($($name:ty),*) => { $(impl Typed for $name { const TYPE: Type = Type::String; })* };
}

typed_as_string!(
    std::net::IpAddr,
    crate::private_key::PrivateKey,
    crate::public_key_text::PublicKeyText,
    crate::region::Region,
    crate::secret_text::SecretText,
    crate::time::Timestamp
);

/// Named fields.
#[derive(Debug)]
pub struct Structure {
    /// The vendor's name of it.
    pub name: &'static str,
    /// Its fields, in the vendor's order.
    pub fields: &'static [Field],
}

impl Structure {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One named field.
#[derive(Debug)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// The type of its value.
    pub value: Type,
    /// Whether it has to be there.
    pub required: bool,
    /// The texts that it, or each item of it, can be, where there is a fixed number of them; else none.
    pub values: &'static [&'static str],
    /// What it means, with its limits.
    pub documentation: Text,
}

/// Declares a structure of the wire once: the Rust type, its [`Structure`], and how it is written.
/// In the role of `parameters` it can also be decoded from a request; a `reply` derives
/// `Deserialize` where it is declared, so that a client can read it.
#[macro_export]
macro_rules! structure {
    ($(#[$meta:meta])* $role:ident $type:ident = $wire:literal {
        $($(#[$field_meta:meta])* $field:ident: $value:ty = $name:literal, $en:literal, $zh:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        pub struct $type {
            $($(#[$field_meta])* #[serde(rename = $name)] #[doc = $en] pub $field: $value,)*
        }

        impl $type {
            /// The shape on the wire.
            pub const STRUCTURE: &'static $crate::schema::Structure = &$crate::schema::Structure {
                name: $wire,
                fields: &[$($crate::schema::Field {
                    name: $name,
                    value: <$value as $crate::schema::Typed>::TYPE,
                    required: <$value as $crate::schema::Typed>::REQUIRED,
                    values: <$value as $crate::schema::Typed>::VALUES,
                    documentation: $crate::text::Text::fixed($en, $zh),
                },)*],
            };
        }

        impl $crate::schema::Typed for $type {
            const TYPE: $crate::schema::Type = $crate::schema::Type::Structure(Self::STRUCTURE);
        }

        $crate::structure!(@$role $type { $($field: $value = $name;)* });
    };
    (@parameters $type:ident { $($field:ident: $value:ty = $name:literal;)* }) => {
        impl $crate::parameter::Parameter for $type {
            #[allow(unused_mut, unused_variables, reason = "an action may take nothing")]
            fn decode(
                value: serde_json::Value,
                path: &$crate::parameter::Path<'_>,
            ) -> Result<Self, $crate::error::ApiError> {
                let mut fields = $crate::parameter::Fields::open(value, Self::STRUCTURE, path)?;
                Ok(Self { $($field: fields.take::<$value>($name)?,)* })
            }
        }
    };
    (@reply $type:ident { $($rest:tt)* }) => {};
}

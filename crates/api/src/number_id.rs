//! Ids that are numbers: those of CAM's policies and groups.

/// Declares a kind of number that names something in an account.
macro_rules! number_id {
    ($(#[$meta:meta])* $type:ident, $digits:literal digits) => {
        $(#[$meta])*
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            Hash,
            PartialOrd,
            Ord,
            serde::Serialize,
            serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $type(pub u64);

        impl $type {
            /// A new one. A clash inside one account is rare, and the store decides: the caller draws
            /// again.
            pub fn generate(random: &dyn $crate::random::Random) -> Self {
                Self($crate::random::number(random, $digits))
            }
        }

        impl $crate::schema::Typed for $type {
            const TYPE: $crate::schema::Type = $crate::schema::Type::Uint64;
        }

        impl $crate::parameter::Parameter for $type {
            fn decode(
                value: serde_json::Value,
                path: &$crate::parameter::Path<'_>,
            ) -> Result<Self, $crate::error::ApiError> {
                u64::decode(value, path).map(Self)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

pub(crate) use number_id;

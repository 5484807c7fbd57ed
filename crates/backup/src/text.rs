//! Values that stand as texts: each value as one text only, and each text read as what it means.

use std::net::IpAddr;

use base64ct::{Base64, Encoding};
use pharos_api::account::{AppId, Uin};
use pharos_api::blueprint_id::BlueprintId;
use pharos_api::bundle_id::BundleId;
use pharos_api::client_token::ClientToken;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::policy_id::PolicyId;
use pharos_api::region::Region;
use pharos_api::role_id::RoleId;
use pharos_api::time::Timestamp;
use pharos_store::audit::AuditHash;
use pharos_store::record::MasterKeyId;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{Error, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Characters of a wrong text that are shown: enough to find it.
const SHOWN_CHARS_MAX: usize = 40;

/// A value that has a text.
pub(crate) trait Text: Sized {
    /// What a text should be, for who wrote another.
    const WHAT: &'static str;

    fn write(&self) -> String;

    /// `None` for what it never writes; a text that means the same may pass.
    fn read(text: &str) -> Option<Self>;
}

/// For `#[serde(with = "text")]`.
pub(crate) fn serialize<T: Text, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.write())
}

/// The other way round: only the text that would be written.
pub(crate) fn deserialize<'de, T: Text, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    let value = T::read(&text).filter(|value| value.write() == text);
    value.ok_or_else(|| {
        let shown: String = text.chars().take(SHOWN_CHARS_MAX).collect();
        D::Error::custom(format!("`{}` is not {}", shown.escape_debug(), T::WHAT))
    })
}

/// For `#[serde(with = "text::optional")]`: a text or `null`, but not nothing.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Text};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Wrapped<T: Text>(#[serde(with = "crate::text")] T);

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<T: Text + Clone, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.clone().map(Wrapped).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: Text, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let wrapped = Option::<Wrapped<T>>::deserialize(deserializer)?;
        Ok(wrapped.map(|wrapped| wrapped.0))
    }
}

/// For `#[serde(with = "text::list")]`: a list of texts.
pub(crate) mod list {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Text};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Wrapped<T: Text>(#[serde(with = "crate::text")] T);

    pub(crate) fn serialize<T: Text + Clone, S: Serializer>(
        values: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().cloned().map(Wrapped))
    }

    pub(crate) fn deserialize<'de, T: Text, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        let wrapped = Vec::<Wrapped<T>>::deserialize(deserializer)?;
        Ok(wrapped.into_iter().map(|wrapped| wrapped.0).collect())
    }
}

/// Numbers up to 2^64 stand as texts: JSON's tools are exact up to 2^53 only.
macro_rules! numbers {
    ($($number:ident, $what:literal;)*) => {$(
        impl Text for $number {
            const WHAT: &'static str = $what;

            fn write(&self) -> String {
                self.0.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok().map(Self)
            }
        }
    )*};
}

numbers! {
    Uin, "the number of an account or user";
    AppId, "the AppId of an account";
    GroupId, "the id of a group";
    PolicyId, "the id of a policy";
    RoleId, "the id of a role";
}

impl Text for Timestamp {
    const WHAT: &'static str = "a time like `2026-11-25T08:00:00Z`";

    fn write(&self) -> String {
        self.rfc3339()
    }

    fn read(text: &str) -> Option<Self> {
        let text: StrDeserializer<'_, ValueError> = text.into_deserializer();
        Self::deserialize(text).ok()
    }
}

impl Text for KeyName {
    const WHAT: &'static str = "the name of a key pair";

    fn write(&self) -> String {
        self.as_str().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::try_from(text.to_owned()).ok()
    }
}

/// What has a `parse` of its own.
macro_rules! parsed {
    ($($type:ident, $what:literal;)*) => {$(
        impl Text for $type {
            const WHAT: &'static str = $what;

            fn write(&self) -> String {
                self.as_str().to_owned()
            }

            fn read(text: &str) -> Option<Self> {
                Self::parse(text)
            }
        }
    )*};
}

parsed! {
    SecretId, "a SecretId";
    KeyId, "the id of a key pair";
    InstanceId, "the id of an instance";
    BlueprintId, "the id of a blueprint";
    BundleId, "the id of a bundle";
    ClientToken, "a client token";
}

impl Text for Region {
    const WHAT: &'static str = "a region";

    fn write(&self) -> String {
        self.wire().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::from_wire(text).ok()
    }
}

impl Text for IpAddr {
    const WHAT: &'static str = "an IP address";

    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// In hexadecimal digits, as messages show it.
impl Text for MasterKeyId {
    const WHAT: &'static str = "the id of a master key";

    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        let mut id = [0; Self::BYTES];
        let read = base16ct::lower::decode(text, &mut id).ok()?;
        (read.len() == Self::BYTES).then_some(Self(id))
    }
}

impl Text for Vec<u8> {
    const WHAT: &'static str = "base64";

    fn write(&self) -> String {
        Base64::encode_string(self)
    }

    fn read(text: &str) -> Option<Self> {
        Base64::decode_vec(text).ok()
    }
}

impl Text for [u8; 32] {
    const WHAT: &'static str = "32 bytes in base64";

    fn write(&self) -> String {
        Base64::encode_string(self)
    }

    fn read(text: &str) -> Option<Self> {
        Base64::decode_vec(text).ok()?.try_into().ok()
    }
}

impl Text for AuditHash {
    const WHAT: &'static str = <[u8; 32]>::WHAT;

    fn write(&self) -> String {
        self.0.write()
    }

    fn read(text: &str) -> Option<Self> {
        Text::read(text).map(Self)
    }
}

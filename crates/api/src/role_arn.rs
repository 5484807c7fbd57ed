//! The name of a role that says whose it is.

use crate::account::Uin;
use crate::code::Code;
use crate::error::ApiError;
use crate::id_or_name::IdOrName;
use crate::parameter::{Parameter, Path};
use crate::role_id::RoleId;
use crate::role_name::RoleName;
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::fmt;

/// `qcs::cam::uin/<account>:roleName/<name>` or `qcs::cam::uin/<account>:role/<RoleId>` (the
/// documentation of AssumeRole).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleArn {
    /// The account that the role is in.
    pub account: Uin,
    /// Which role.
    pub role: IdOrName<RoleId, RoleName>,
}

impl RoleArn {
    /// `None` for a text of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let (account, role) = text.strip_prefix("qcs::cam::uin/")?.split_once(':')?;
        let is_number = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
        let account = is_number.then(|| account.parse().ok().map(Uin))??;
        let role = match role.split_once('/')? {
            ("roleName", name) => IdOrName::Name(RoleName::try_from(name.to_owned()).ok()?),
            ("role", id) => IdOrName::Id(RoleId::parse(id)?),
            _ => return None,
        };
        Some(Self { account, role })
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "qcs::cam::uin/{}:", self.account)?;
        match &self.role {
            IdOrName::Id(id) => write!(formatter, "role/{id}"),
            IdOrName::Name(name) => write!(formatter, "roleName/{name}"),
        }
    }
}

impl Typed for RoleArn {
    const TYPE: Type = Type::String;
}

impl Parameter for RoleArn {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let text = String::decode(value, path)?;
        Self::parse(&text).ok_or_else(|| {
            let help = Text::fixed(
                "Write `qcs::cam::uin/<account>:roleName/<name>` or \
                 `qcs::cam::uin/<account>:role/<RoleId>`.",
                "应为 `qcs::cam::uin/<主账号>:roleName/<角色名称>` 或 `qcs::cam::uin/<主账号>:role/<角色 ID>`。",
            );
            let refused = ApiError::invalid_parameter_value(&path.to_string(), &text, &help);
            ApiError { code: Code::ParamError, ..refused }
        })
    }
}

impl Serialize for RoleArn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RoleArn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not the name of a role"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_vendors_examples_are_read_and_written_alike() {
        for text in [
            "qcs::cam::uin/12345678:role/4611686018427397919",
            "qcs::cam::uin/100015158414:roleName/readOnlyRole",
        ] {
            let arn = RoleArn::decode(json!(text), &Path::Root).unwrap();
            assert_eq!(arn.to_string(), text);
            assert_eq!(serde_json::from_value::<RoleArn>(json!(arn)).unwrap(), arn);
        }
    }

    #[test]
    fn a_role_of_no_account_or_of_a_product_is_none() {
        for text in [
            "",
            "readOnlyRole",
            "qcs::cam::uin/:roleName/a",
            "qcs::cam::uin/+1:roleName/a",
            "qcs::cam::uin/1:roleName/",
            "qcs::cam::uin/1:roleName/a/b",
            "qcs::cam::uin/1:role/a",
            "qcs::cam::uin/1:role/tencentcloudServiceRole/4611686018427397920",
            "qcs::cam::uin/1:uin/2",
            "qcs::cam::uin/18446744073709551616:role/1",
        ] {
            let error = RoleArn::decode(json!(text), &Path::Root).unwrap_err();
            assert_eq!(error.code, Code::ParamError, "{text}");
        }
    }
}

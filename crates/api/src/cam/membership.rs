//! Which users belong to which groups.

use crate::account::Uin;
use crate::code::Code;
use crate::error::ApiError;
use crate::group_id::GroupId;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::Serialize;
use serde_json::Value;

/// How many memberships one call may name: bounds one transaction.
pub const MEMBERSHIPS_MAX: usize = 100;

crate::structure! {
    /// A user and a group.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    parameters Membership = "GroupIdOfUidInfo" {
        group_id: GroupId = "GroupId", "Id of the group.", "用户组 ID。";
        uid: Option<Uin> = "Uid",
            "The user; or give `Uin`, which is the same.", "子用户，与 `Uin` 相同，至少指定一个。";
        uin: Option<Uin> = "Uin",
            "The user; or give `Uid`, which is the same.", "子用户，与 `Uid` 相同，至少指定一个。";
    }
}

impl Membership {
    /// Which user is meant.
    ///
    /// # Errors
    /// `InvalidParameter.UserUinAndUinNotAllNull` if nobody is, `InvalidParameterValue` if two are.
    pub fn user(&self) -> Result<Uin, ApiError> {
        match (self.uin, self.uid) {
            (Some(uin), Some(uid)) if uin != uid => {
                let help = Text::fixed(
                    "It should be the same as `Uin`, or be left out.",
                    "应与 `Uin` 相同，或不指定。",
                );
                let refused = ApiError::invalid_parameter_value;
                Err(refused("Info.Uid", &uid.to_string(), &help))
            }
            (Some(user), _) | (None, Some(user)) => Ok(user),
            (None, None) => Err(ApiError::new(
                Code::UserUinAndUinNotAllNull,
                Text::fixed(
                    "Give `Uin` or `Uid` with each group: which user is meant.",
                    "每个用户组须同时指定 `Uin` 或 `Uid`。",
                ),
            )),
        }
    }
}

/// 1 to [`MEMBERSHIPS_MAX`] users and groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Memberships(Vec<Membership>);

impl Memberships {
    /// These; `None` if there is none or too many.
    pub fn new(memberships: Vec<Membership>) -> Option<Self> {
        let fits = (1..=MEMBERSHIPS_MAX).contains(&memberships.len());
        fits.then_some(Self(memberships))
    }

    /// The users and groups, in the order they were given.
    pub fn as_slice(&self) -> &[Membership] {
        &self.0
    }
}

impl Typed for Memberships {
    const TYPE: Type = Type::List(&Membership::TYPE);
}

impl Parameter for Memberships {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let memberships = Vec::decode(value, path)?;
        let count = memberships.len();
        Self::new(memberships).ok_or_else(|| {
            ApiError::new(
                Code::InvalidParameterValue,
                Text::new(
                    format!(
                        "`{path}` has {count} elements; it should have 1 to {MEMBERSHIPS_MAX}."
                    ),
                    format!("`{path}` 有 {count} 个元素，应为 1 至 {MEMBERSHIPS_MAX} 个。"),
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_user_is_named_by_either_number_or_by_both_alike() {
        let user = |value| Membership::decode(value, &Path::Root).unwrap().user();
        for value in [
            json!({"GroupId": 1, "Uin": 2}),
            json!({"GroupId": 1, "Uid": 2}),
            json!({"GroupId": 1, "Uin": 2, "Uid": 2}),
        ] {
            assert_eq!(user(value).unwrap(), Uin(2));
        }
        let nobody = user(json!({"GroupId": 1})).unwrap_err();
        assert_eq!(nobody.code, Code::UserUinAndUinNotAllNull);
        let two = user(json!({"GroupId": 1, "Uin": 2, "Uid": 3})).unwrap_err();
        assert_eq!(two.code, Code::InvalidParameterValue);
    }

    #[test]
    fn a_call_names_somebody_and_is_bounded() {
        let decode = |count: usize| {
            let one = json!({"GroupId": 1, "Uin": 2});
            Memberships::decode(json!(vec![one; count]), &Path::Root)
        };
        assert_eq!(decode(100).unwrap().as_slice().len(), 100);
        for count in [0, 101] {
            assert_eq!(decode(count).unwrap_err().code, Code::InvalidParameterValue);
        }
    }
}

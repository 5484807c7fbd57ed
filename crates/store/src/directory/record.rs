//! What is kept of each.

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::group_name::GroupName;
use pharos_api::policy_id::PolicyId;
use pharos_api::policy_name::PolicyName;
use pharos_api::role_id::RoleId;
use pharos_api::role_name::RoleName;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::NewAccessKey;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    /// Its number, which no other user and no account has.
    pub user: Uin,
    /// Its name, which no other user of the account has.
    pub name: String,
    /// What is written down about it.
    pub profile: UserProfile,
    /// When it was made.
    pub created_time: Timestamp,
}

/// What is written down about a user, and means nothing to Pharos. Adapters keep it as one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UserProfile {
    /// A remark.
    pub remark: String,
    /// Whether it would be let into the vendor's console.
    pub console_login: bool,
    /// Its telephone number.
    pub phone_number: String,
    /// The country code of that.
    pub country_code: String,
    /// Its mail address.
    pub email: String,
}

impl UserProfile {
    /// Reads the document of [`UserProfile::to_document`].
    ///
    /// # Errors
    /// For any other text.
    pub fn from_document(document: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(document)
    }

    /// As one document of JSON.
    pub fn to_document(&self) -> String {
        // Its types have no value that JSON does not.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An access key without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKeyRecord {
    /// Its public half.
    pub secret_id: SecretId,
    /// Whose; the account's own number for its root user.
    pub user: Uin,
    /// Whether it may sign.
    pub is_active: bool,
    /// What it is for.
    pub description: Option<String>,
    /// When it was made.
    pub created_time: Timestamp,
    /// When it was last used, to the day; `None`: never since that is noted.
    pub last_used_time: Option<Timestamp>,
}

impl AccessKeyRecord {
    /// What is kept of a new one.
    pub fn of_new(user: Uin, new: NewAccessKey) -> Self {
        Self {
            secret_id: new.access_key.secret_id,
            user,
            is_active: true,
            description: new.description,
            created_time: new.created_time,
            last_used_time: None,
        }
    }
}

/// A group of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRecord {
    /// Its id.
    pub group_id: GroupId,
    /// Its name, which no other group of the account has.
    pub name: GroupName,
    /// A remark.
    pub remark: String,
    /// When it was made.
    pub created_time: Timestamp,
}

/// Behind the ids of preset policies, and before those that are drawn, which have nine digits.
const FIRST_OF_USERS: u64 = 1_000_000;

/// A policy that somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRecord {
    /// Its id, which no preset policy has.
    pub policy_id: PolicyId,
    /// Its name, which no other policy that the account sees has.
    pub name: PolicyName,
    /// The document, in CAM's JSON, as it was written.
    pub document: String,
    /// What it is for.
    pub description: String,
    /// Its tags.
    pub tags: Tags,
    /// When it was made.
    pub created_time: Timestamp,
    /// When it was last changed.
    pub updated_time: Timestamp,
}

impl PolicyRecord {
    /// The policy that the `of_user`-th document of a user becomes, where users had documents of their own: in
    /// stores and backups of versions that knew no policies. It is the `of_account`-th of its account; both
    /// count from 1.
    #[expect(clippy::expect_used, reason = "it is not made of what somebody sent")]
    pub fn of_user(
        user: Uin,
        of_account: u64,
        of_user: u64,
        document: String,
        created_time: Timestamp,
    ) -> Self {
        Self {
            policy_id: PolicyId(FIRST_OF_USERS + of_account),
            name: PolicyName::try_from(format!("user-{user}-{of_user}"))
                .expect("letters, digits and hyphens are a name"),
            document,
            description: String::new(),
            tags: Tags::default(),
            created_time,
            updated_time: created_time,
        }
    }
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRecord {
    /// Its id.
    pub role_id: RoleId,
    /// Its name, which no other role of the account has.
    pub name: RoleName,
    /// The document that says who may assume it, in CAM's JSON, as it was written.
    pub trust_policy: String,
    /// What it is for.
    pub description: String,
    /// Whether it would be let into the vendor's console.
    pub console_login: bool,
    /// The longest that somebody may have it, in seconds; 0: as long as an action allows.
    pub session_seconds_max: u32,
    /// Its tags.
    pub tags: Tags,
    /// When it was made.
    pub created_time: Timestamp,
    /// When it was last changed.
    pub updated_time: Timestamp,
}

/// Which role of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleKey {
    /// The one of this id.
    Id(RoleId),
    /// The one of this name.
    Name(RoleName),
}

/// What adapters keep as one document beside its kind and its id: nothing else is looked for in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A group.
    Group(GroupRecord),
    /// A policy.
    Policy(PolicyRecord),
    /// A role.
    Role(RoleRecord),
}

/// Which kind of [`Item`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// A group.
    Group,
    /// A policy.
    Policy,
    /// A role.
    Role,
}

impl ItemKind {
    /// Every kind, in the order of their names.
    pub const ALL: [Self; 3] = [Self::Group, Self::Policy, Self::Role];

    /// How adapters name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Policy => "policy",
            Self::Role => "role",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Item {
    /// Which kind it is.
    pub fn kind(&self) -> ItemKind {
        match self {
            Self::Group(_) => ItemKind::Group,
            Self::Policy(_) => ItemKind::Policy,
            Self::Role(_) => ItemKind::Role,
        }
    }

    /// Its id.
    pub fn id(&self) -> u64 {
        match self {
            Self::Group(group) => group.group_id.0,
            Self::Policy(policy) => policy.policy_id.0,
            Self::Role(role) => role.role_id.0,
        }
    }

    /// Reads an item that is kept: its document, and what stands beside it.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn kept(kind: &str, id: u64, document: &str) -> Result<Self, String> {
        let kind = ItemKind::from_name(kind).ok_or_else(|| format!("`{kind}` is no kind"))?;
        let item = match kind {
            ItemKind::Group => serde_json::from_str(document).map(Self::Group),
            ItemKind::Policy => serde_json::from_str(document).map(Self::Policy),
            ItemKind::Role => serde_json::from_str(document).map(Self::Role),
        };
        let item = item.map_err(|error| error.to_string())?;
        if item.id() == id {
            Ok(item)
        } else {
            Err("its document is another's".to_owned())
        }
    }

    /// As one document of JSON.
    pub fn to_document(&self) -> String {
        let document = match self {
            Self::Group(group) => serde_json::to_string(group),
            Self::Policy(policy) => serde_json::to_string(policy),
            Self::Role(role) => serde_json::to_string(role),
        };
        // Its types have no value that JSON does not.
        document.unwrap_or_default()
    }
}

/// Whom a policy can be attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalId {
    /// A group: each user in it.
    Group(GroupId),
    /// A role.
    Role(RoleId),
    /// A user.
    User(Uin),
}

impl PrincipalId {
    /// How adapters name its kind.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Group(_) => "group",
            Self::Role(_) => "role",
            Self::User(_) => "user",
        }
    }

    /// Its number, whatever its kind.
    pub const fn id(self) -> u64 {
        match self {
            Self::Group(GroupId(id)) | Self::Role(RoleId(id)) | Self::User(Uin(id)) => id,
        }
    }

    /// The other way round; `None`: there is no such kind.
    pub fn of_kind(kind: &str, id: u64) -> Option<Self> {
        match kind {
            "group" => Some(Self::Group(GroupId(id))),
            "role" => Some(Self::Role(RoleId(id))),
            "user" => Some(Self::User(Uin(id))),
            _ => None,
        }
    }
}

/// A policy that is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// To whom.
    pub principal: PrincipalId,
    /// Which one.
    pub policy_id: PolicyId,
    /// Since when.
    pub attached_time: Timestamp,
}

/// A user in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which group.
    pub group_id: GroupId,
    /// Who.
    pub user: Uin,
    /// Since when.
    pub joined_time: Timestamp,
}

//! The lines of an account's directory.

use pharos_api::account::Uin;
use pharos_api::group_id::GroupId;
use pharos_api::group_name::GroupName;
use pharos_api::policy_id::PolicyId;
use pharos_api::policy_name::PolicyName;
use pharos_api::role_id::RoleId;
use pharos_api::role_name::RoleName;
use pharos_api::time::Timestamp;
use pharos_store::archive::{AttachmentEntry, ItemEntry, MembershipEntry, UserEntry};
use pharos_store::directory::{
    Attachment, GroupRecord, Item, Membership, PolicyRecord, PrincipalId, RoleRecord, UserProfile,
    UserRecord,
};
use serde::{Deserialize, Serialize};

use super::{TagLine, lines_of, of_versions, present, tags_of};
use crate::text;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserLine {
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text")]
    user: Uin,
    name: String,
    /// Until version 2: documents.
    #[serde(default, skip_serializing, deserialize_with = "present")]
    pub(super) policies: Option<Vec<String>>,
    /// Since version 3, as the four behind it.
    #[serde(default, deserialize_with = "present")]
    remark: Option<String>,
    #[serde(default, deserialize_with = "present")]
    console_login: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    phone_number: Option<String>,
    #[serde(default, deserialize_with = "present")]
    country_code: Option<String>,
    #[serde(default, deserialize_with = "present")]
    email: Option<String>,
    #[serde(with = "text")]
    created_time: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupLine {
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text")]
    group_id: GroupId,
    name: GroupName,
    remark: String,
    #[serde(with = "text")]
    created_time: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyLine {
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text")]
    policy_id: PolicyId,
    name: PolicyName,
    document: String,
    description: String,
    tags: Vec<TagLine>,
    #[serde(with = "text")]
    created_time: Timestamp,
    #[serde(with = "text")]
    updated_time: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleLine {
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text")]
    role_id: RoleId,
    name: RoleName,
    trust_policy: String,
    description: String,
    console_login: bool,
    session_seconds_max: u32,
    tags: Vec<TagLine>,
    #[serde(with = "text")]
    created_time: Timestamp,
    #[serde(with = "text")]
    updated_time: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttachmentLine {
    #[serde(with = "text")]
    account: Uin,
    principal: PrincipalLine,
    #[serde(with = "text")]
    policy_id: PolicyId,
    #[serde(with = "text")]
    attached_time: Timestamp,
}

/// One field, whose name is the kind of the principal.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PrincipalLine {
    Group(#[serde(with = "text")] GroupId),
    Role(#[serde(with = "text")] RoleId),
    User(#[serde(with = "text")] Uin),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MembershipLine {
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text")]
    user: Uin,
    #[serde(with = "text")]
    group_id: GroupId,
    #[serde(with = "text")]
    joined_time: Timestamp,
}

impl From<UserEntry> for UserLine {
    fn from(UserEntry { account, record }: UserEntry) -> Self {
        let profile = record.profile;
        Self {
            account,
            user: record.user,
            name: record.name,
            policies: None,
            remark: Some(profile.remark),
            console_login: Some(profile.console_login),
            phone_number: Some(profile.phone_number),
            country_code: Some(profile.country_code),
            email: Some(profile.email),
            created_time: record.created_time,
        }
    }
}

impl UserLine {
    /// The user of a line of a file of this version, without its documents.
    pub(super) fn entry(self, version: u32) -> Result<UserEntry, String> {
        of_versions(..3, "policies", self.policies, version)?;
        Ok(UserEntry {
            account: self.account,
            record: UserRecord {
                user: self.user,
                name: self.name,
                profile: UserProfile {
                    remark: of_versions(3.., "remark", self.remark, version)?,
                    console_login: of_versions(3.., "console_login", self.console_login, version)?,
                    phone_number: of_versions(3.., "phone_number", self.phone_number, version)?,
                    country_code: of_versions(3.., "country_code", self.country_code, version)?,
                    email: of_versions(3.., "email", self.email, version)?,
                },
                created_time: self.created_time,
            },
        })
    }
}

impl GroupLine {
    pub(super) fn of(account: Uin, group: GroupRecord) -> Self {
        Self {
            account,
            group_id: group.group_id,
            name: group.name,
            remark: group.remark,
            created_time: group.created_time,
        }
    }
}

impl From<GroupLine> for ItemEntry {
    fn from(line: GroupLine) -> Self {
        Self {
            account: line.account,
            item: Item::Group(GroupRecord {
                group_id: line.group_id,
                name: line.name,
                remark: line.remark,
                created_time: line.created_time,
            }),
        }
    }
}

impl PolicyLine {
    pub(super) fn of(account: Uin, policy: PolicyRecord) -> Self {
        Self {
            account,
            policy_id: policy.policy_id,
            name: policy.name,
            document: policy.document,
            description: policy.description,
            tags: lines_of(&policy.tags),
            created_time: policy.created_time,
            updated_time: policy.updated_time,
        }
    }
}

impl TryFrom<PolicyLine> for ItemEntry {
    /// What is wrong.
    type Error = String;

    fn try_from(line: PolicyLine) -> Result<Self, String> {
        Ok(Self {
            account: line.account,
            item: Item::Policy(PolicyRecord {
                policy_id: line.policy_id,
                name: line.name,
                document: line.document,
                description: line.description,
                tags: tags_of(&line.tags)?,
                created_time: line.created_time,
                updated_time: line.updated_time,
            }),
        })
    }
}

impl RoleLine {
    pub(super) fn of(account: Uin, role: RoleRecord) -> Self {
        Self {
            account,
            role_id: role.role_id,
            name: role.name,
            trust_policy: role.trust_policy,
            description: role.description,
            console_login: role.console_login,
            session_seconds_max: role.session_seconds_max,
            tags: lines_of(&role.tags),
            created_time: role.created_time,
            updated_time: role.updated_time,
        }
    }
}

impl TryFrom<RoleLine> for ItemEntry {
    /// What is wrong.
    type Error = String;

    fn try_from(line: RoleLine) -> Result<Self, String> {
        Ok(Self {
            account: line.account,
            item: Item::Role(RoleRecord {
                role_id: line.role_id,
                name: line.name,
                trust_policy: line.trust_policy,
                description: line.description,
                console_login: line.console_login,
                session_seconds_max: line.session_seconds_max,
                tags: tags_of(&line.tags)?,
                created_time: line.created_time,
                updated_time: line.updated_time,
            }),
        })
    }
}

impl From<AttachmentEntry> for AttachmentLine {
    fn from(entry: AttachmentEntry) -> Self {
        let attachment = entry.attachment;
        Self {
            account: entry.account,
            principal: match attachment.principal {
                PrincipalId::Group(group_id) => PrincipalLine::Group(group_id),
                PrincipalId::Role(role_id) => PrincipalLine::Role(role_id),
                PrincipalId::User(user) => PrincipalLine::User(user),
            },
            policy_id: attachment.policy_id,
            attached_time: attachment.attached_time,
        }
    }
}

impl From<AttachmentLine> for AttachmentEntry {
    fn from(line: AttachmentLine) -> Self {
        Self {
            account: line.account,
            attachment: Attachment {
                principal: match line.principal {
                    PrincipalLine::Group(group_id) => PrincipalId::Group(group_id),
                    PrincipalLine::Role(role_id) => PrincipalId::Role(role_id),
                    PrincipalLine::User(user) => PrincipalId::User(user),
                },
                policy_id: line.policy_id,
                attached_time: line.attached_time,
            },
        }
    }
}

impl From<MembershipEntry> for MembershipLine {
    fn from(entry: MembershipEntry) -> Self {
        Self {
            account: entry.account,
            user: entry.membership.user,
            group_id: entry.membership.group_id,
            joined_time: entry.membership.joined_time,
        }
    }
}

impl From<MembershipLine> for MembershipEntry {
    fn from(line: MembershipLine) -> Self {
        Self {
            account: line.account,
            membership: Membership {
                group_id: line.group_id,
                user: line.user,
                joined_time: line.joined_time,
            },
        }
    }
}

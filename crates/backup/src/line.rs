//! The line of an entry. These types are the format's own, so that the records of the store may change
//! while the versions stay readable.

mod directory;

use std::mem;
use std::net::IpAddr;
use std::ops::RangeBounds;

use pharos_api::account::{AppId, Uin};
use pharos_api::blueprint_id::BlueprintId;
use pharos_api::bundle_id::BundleId;
use pharos_api::client_token::ClientToken;
use pharos_api::credential::SecretId;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::instance_state::InstanceState;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::parameter::{Parameter, Path};
use pharos_api::platform_type::PlatformType;
use pharos_api::region::Region;
use pharos_api::renew_flag::RenewFlag;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_api::zone::Zone;
use pharos_store::archive::{
    AccessKeyEntry, AccountEntry, Entry, InstanceEntry, ItemEntry, KeyPairEntry, StoreEntry,
};
use pharos_store::audit::{AuditHash, AuditRow};
use pharos_store::directory::Item;
use pharos_store::instance::{Addresses, Binding, InstanceRecord, LatestOperation};
use pharos_store::record::{AccessKey, KeyPairRecord, MasterKeyId, SealedSecretKey};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use self::directory::{AttachmentLine, GroupLine, MembershipLine, PolicyLine, RoleLine, UserLine};
use crate::text;

/// A line: one field, whose name is the kind of the entry.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    Store(StoreLine),
    Account(AccountLine),
    User(UserLine),
    Group(GroupLine),
    Policy(PolicyLine),
    Role(RoleLine),
    Attachment(AttachmentLine),
    Membership(MembershipLine),
    AccessKey(AccessKeyLine),
    KeyPair(KeyPairLine),
    Instance(Box<InstanceLine>),
    AuditRow(AuditRowLine),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreLine {
    #[serde(with = "text::optional")]
    master_key: Option<MasterKeyId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountLine {
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text")]
    app_id: AppId,
    is_root: bool,
    #[serde(deserialize_with = "required")]
    key_pair_quota: Option<u32>,
    /// Since version 2.
    #[serde(default, deserialize_with = "present")]
    instance_quota: Option<Nullable<u32>>,
    /// Since version 3.
    #[serde(default, deserialize_with = "present")]
    is_disabled: Option<bool>,
    #[serde(with = "text")]
    created_time: Timestamp,
}

/// A value, or `null`, where older versions have nothing.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Nullable<T>(Option<T>);

impl<T> Default for Nullable<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// The same of a time.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct NullableTime(#[serde(with = "text::optional")] Option<Timestamp>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessKeyLine {
    #[serde(with = "text")]
    secret_id: SecretId,
    sealed_secret_key: SealedSecretKeyLine,
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text::optional")]
    user: Option<Uin>,
    is_start_key: bool,
    is_active: bool,
    /// Since version 3.
    #[serde(default, deserialize_with = "present")]
    description: Option<Nullable<String>>,
    #[serde(with = "text")]
    created_time: Timestamp,
    /// Since version 3.
    #[serde(default, deserialize_with = "present")]
    last_used_time: Option<NullableTime>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SealedSecretKeyLine {
    #[serde(with = "text")]
    master_key: MasterKeyId,
    #[serde(with = "text")]
    sealed: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyPairLine {
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text")]
    region: Region,
    #[serde(with = "text")]
    key_id: KeyId,
    #[serde(with = "text")]
    key_name: KeyName,
    public_key: String,
    #[serde(with = "text")]
    fingerprint: [u8; 32],
    tags: Vec<TagLine>,
    #[serde(with = "text")]
    created_time: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TagLine {
    key: String,
    value: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstanceLine {
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text")]
    region: Region,
    #[serde(with = "text")]
    instance_id: InstanceId,
    instance_name: InstanceName,
    uuid: String,
    zone: Zone,
    platform_type: PlatformType,
    default_user: Username,
    #[serde(with = "text::list")]
    private_addresses: Vec<IpAddr>,
    #[serde(with = "text::list")]
    public_addresses: Vec<IpAddr>,
    #[serde(with = "text")]
    bundle_id: BundleId,
    #[serde(with = "text")]
    blueprint_id: BlueprintId,
    renew_flag: RenewFlag,
    settled_state: InstanceState,
    latest_operation: LatestOperationLine,
    tags: Vec<TagLine>,
    #[serde(with = "text::optional")]
    client_token: Option<ClientToken>,
    #[serde(with = "text")]
    created_time: Timestamp,
    #[serde(with = "text::optional")]
    expired_time: Option<Timestamp>,
    #[serde(with = "text::optional")]
    isolated_time: Option<Timestamp>,
    bindings: Vec<BindingLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LatestOperationLine {
    operation: InstanceOperation,
    request_id: String,
    #[serde(with = "text")]
    started_time: Timestamp,
    #[serde(with = "text")]
    settled_time: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BindingLine {
    #[serde(with = "text")]
    key_id: KeyId,
    username: Username,
    #[serde(with = "text")]
    bound_from: Timestamp,
    #[serde(with = "text::optional")]
    bound_until: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditRowLine {
    #[serde(with = "text")]
    account: Uin,
    sequence: u64,
    #[serde(with = "text")]
    time: Timestamp,
    request_id: String,
    #[serde(with = "text")]
    user: Uin,
    #[serde(with = "text")]
    secret_id: SecretId,
    #[serde(with = "text")]
    source: IpAddr,
    operation: String,
    resources: Vec<String>,
    #[serde(deserialize_with = "required")]
    code: Option<String>,
    #[serde(with = "text")]
    hash: AuditHash,
}

/// A value or `null`, but not nothing.
fn required<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// A value that is in some versions only: `null` is not nothing.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Store(StoreEntry { master_key }) => Self::Store(StoreLine { master_key }),
            Entry::Account(entry) => Self::Account(AccountLine {
                account: entry.account,
                app_id: entry.app_id,
                is_root: entry.is_root,
                key_pair_quota: entry.key_pair_quota,
                instance_quota: Some(Nullable(entry.instance_quota)),
                is_disabled: Some(entry.is_disabled),
                created_time: entry.created_time,
            }),
            Entry::User(entry) => Self::User(entry.into()),
            Entry::Item(ItemEntry { account, item }) => match item {
                Item::Group(group) => Self::Group(GroupLine::of(account, group)),
                Item::Policy(policy) => Self::Policy(PolicyLine::of(account, policy)),
                Item::Role(role) => Self::Role(RoleLine::of(account, role)),
            },
            Entry::Attachment(entry) => Self::Attachment(entry.into()),
            Entry::Membership(entry) => Self::Membership(entry.into()),
            Entry::AccessKey(entry) => Self::AccessKey(AccessKeyLine {
                secret_id: entry.access_key.secret_id,
                sealed_secret_key: SealedSecretKeyLine {
                    master_key: entry.access_key.sealed_secret_key.master_key,
                    sealed: entry.access_key.sealed_secret_key.sealed,
                },
                account: entry.account,
                user: entry.user,
                is_start_key: entry.is_start_key,
                is_active: entry.is_active,
                description: Some(Nullable(entry.description)),
                created_time: entry.created_time,
                last_used_time: Some(NullableTime(entry.last_used_time)),
            }),
            Entry::KeyPair(entry) => Self::KeyPair(KeyPairLine {
                account: entry.account,
                region: entry.region,
                key_id: entry.record.key_id,
                key_name: entry.record.key_name,
                public_key: entry.record.public_key,
                fingerprint: entry.record.fingerprint,
                tags: lines_of(&entry.record.tags),
                created_time: entry.record.created_time,
            }),
            Entry::Instance(entry) => Self::Instance(Box::new(entry.into())),
            Entry::AuditRow(row) => Self::AuditRow(AuditRowLine {
                account: row.account,
                sequence: row.sequence,
                time: row.time,
                request_id: row.request_id,
                user: row.user,
                secret_id: row.secret_id,
                source: row.source,
                operation: row.operation,
                resources: row.resources,
                code: row.code,
                hash: row.hash,
            }),
        }
    }
}

impl From<InstanceEntry> for InstanceLine {
    fn from(entry: InstanceEntry) -> Self {
        let record = entry.record;
        let bindings = entry.bindings.into_iter().map(|binding| BindingLine {
            key_id: binding.key_id,
            username: binding.username,
            bound_from: binding.bound_from,
            bound_until: binding.bound_until,
        });
        Self {
            account: entry.account,
            region: entry.region,
            instance_id: record.instance_id,
            instance_name: record.instance_name,
            uuid: record.uuid,
            zone: record.zone,
            platform_type: record.platform_type,
            default_user: record.default_user,
            private_addresses: record.addresses.private,
            public_addresses: record.addresses.public,
            bundle_id: record.bundle_id,
            blueprint_id: record.blueprint_id,
            renew_flag: record.renew_flag,
            settled_state: record.settled_state,
            latest_operation: LatestOperationLine {
                operation: record.latest_operation.operation,
                request_id: record.latest_operation.request_id,
                started_time: record.latest_operation.started_time,
                settled_time: record.latest_operation.settled_time,
            },
            tags: lines_of(&record.tags),
            client_token: record.client_token,
            created_time: record.created_time,
            expired_time: record.expired_time,
            isolated_time: record.isolated_time,
            bindings: bindings.collect(),
        }
    }
}

impl TryFrom<InstanceLine> for InstanceEntry {
    /// What is wrong.
    type Error = String;

    fn try_from(line: InstanceLine) -> Result<Self, String> {
        let bindings = line.bindings.into_iter().map(|binding| Binding {
            instance_id: line.instance_id.clone(),
            key_id: binding.key_id,
            username: binding.username,
            bound_from: binding.bound_from,
            bound_until: binding.bound_until,
        });
        Ok(Self {
            account: line.account,
            region: line.region,
            bindings: bindings.collect(),
            record: InstanceRecord {
                instance_id: line.instance_id,
                instance_name: line.instance_name,
                uuid: line.uuid,
                zone: line.zone,
                platform_type: line.platform_type,
                default_user: line.default_user,
                addresses: Addresses {
                    private: line.private_addresses,
                    public: line.public_addresses,
                },
                bundle_id: line.bundle_id,
                blueprint_id: line.blueprint_id,
                renew_flag: line.renew_flag,
                settled_state: line.settled_state,
                latest_operation: LatestOperation {
                    operation: line.latest_operation.operation,
                    request_id: line.latest_operation.request_id,
                    started_time: line.latest_operation.started_time,
                    settled_time: line.latest_operation.settled_time,
                },
                tags: tags_of(&line.tags)?,
                client_token: line.client_token,
                created_time: line.created_time,
                expired_time: line.expired_time,
                isolated_time: line.isolated_time,
            },
        })
    }
}

impl Line {
    /// The first version that has lines of its kind, if not every one does, and how that is called.
    fn since(&self) -> Option<(u32, &'static str)> {
        match self {
            Self::Instance(_) => Some((2, "instance")),
            Self::Group(_) => Some((3, "group")),
            Self::Policy(_) => Some((3, "policy")),
            Self::Role(_) => Some((3, "role")),
            Self::Attachment(_) => Some((3, "attachment")),
            Self::Membership(_) => Some((3, "membership")),
            Self::Store(_)
            | Self::Account(_)
            | Self::User(_)
            | Self::AccessKey(_)
            | Self::KeyPair(_)
            | Self::AuditRow(_) => None,
        }
    }

    /// Takes the documents that a user has of its own in versions 1 and 2.
    pub(crate) fn take_documents(&mut self) -> Vec<String> {
        match self {
            Self::User(user) => user.policies.as_mut().map(mem::take).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The entry of a line of a file of this version.
    ///
    /// # Errors
    /// What is wrong.
    pub(crate) fn entry(self, version: u32) -> Result<Entry, String> {
        if let Some((first, kind)) = self.since() {
            of_versions(first.., kind, Some(()), version)?;
        }
        let entry = match self {
            Self::Store(StoreLine { master_key }) => Entry::Store(StoreEntry { master_key }),
            Self::Account(line) => Entry::Account(line.entry(version)?),
            Self::User(line) => Entry::User(line.entry(version)?),
            Self::Group(line) => Entry::Item(line.into()),
            Self::Policy(line) => Entry::Item(line.try_into()?),
            Self::Role(line) => Entry::Item(line.try_into()?),
            Self::Attachment(line) => Entry::Attachment(line.into()),
            Self::Membership(line) => Entry::Membership(line.into()),
            Self::AccessKey(line) => Entry::AccessKey(line.entry(version)?),
            Self::KeyPair(line) => Entry::KeyPair(KeyPairEntry {
                account: line.account,
                region: line.region,
                record: KeyPairRecord {
                    key_id: line.key_id,
                    key_name: line.key_name,
                    public_key: line.public_key,
                    fingerprint: line.fingerprint,
                    tags: tags_of(&line.tags)?,
                    created_time: line.created_time,
                },
            }),
            Self::Instance(line) => Entry::Instance((*line).try_into()?),
            Self::AuditRow(line) => Entry::AuditRow(AuditRow {
                account: line.account,
                sequence: line.sequence,
                time: line.time,
                request_id: line.request_id,
                user: line.user,
                secret_id: line.secret_id,
                source: line.source,
                operation: line.operation,
                resources: line.resources,
                code: line.code,
                hash: line.hash,
            }),
        };
        Ok(entry)
    }
}

impl AccountLine {
    fn entry(self, version: u32) -> Result<AccountEntry, String> {
        let Nullable(instance_quota) =
            of_versions(2.., "instance_quota", self.instance_quota, version)?;
        Ok(AccountEntry {
            account: self.account,
            app_id: self.app_id,
            is_root: self.is_root,
            key_pair_quota: self.key_pair_quota,
            instance_quota,
            is_disabled: of_versions(3.., "is_disabled", self.is_disabled, version)?,
            created_time: self.created_time,
        })
    }
}

impl AccessKeyLine {
    fn entry(self, version: u32) -> Result<AccessKeyEntry, String> {
        let Nullable(description) = of_versions(3.., "description", self.description, version)?;
        let NullableTime(last_used_time) =
            of_versions(3.., "last_used_time", self.last_used_time, version)?;
        Ok(AccessKeyEntry {
            access_key: AccessKey {
                secret_id: self.secret_id,
                sealed_secret_key: SealedSecretKey {
                    master_key: self.sealed_secret_key.master_key,
                    sealed: self.sealed_secret_key.sealed,
                },
            },
            account: self.account,
            user: self.user,
            is_start_key: self.is_start_key,
            is_active: self.is_active,
            description,
            created_time: self.created_time,
            last_used_time,
        })
    }
}

/// What is in every file of these versions, and in no other.
pub(crate) fn of_versions<T: Default>(
    versions: impl RangeBounds<u32>,
    field: &str,
    value: Option<T>,
    version: u32,
) -> Result<T, String> {
    match (value, versions.contains(&version)) {
        (Some(value), true) => Ok(value),
        (None, false) => Ok(T::default()),
        (Some(_), false) => Err(format!("version {version} has no `{field}`")),
        (None, true) => Err(format!("missing field `{field}`")),
    }
}

fn lines_of(tags: &Tags) -> Vec<TagLine> {
    let tags = tags.as_slice().iter().map(|tag| TagLine {
        key: tag.key.clone(),
        value: tag.value.clone(),
    });
    tags.collect()
}

/// Through the same door as those of a request, so that the same limits hold.
fn tags_of(lines: &[TagLine]) -> Result<Tags, String> {
    let tags = lines
        .iter()
        .map(|tag| json!({"Key": tag.key, "Value": tag.value}));
    Tags::decode(tags.collect(), &Path::Field(&Path::Root, "tags"))
        .map_err(|error| error.message.en.into_owned())
}

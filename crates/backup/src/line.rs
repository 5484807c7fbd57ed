//! The line of an entry. These types are the format's own, so that the records of the store may change
//! while the versions stay readable.

use std::net::IpAddr;

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
    AccessKeyEntry, AccountEntry, Entry, InstanceEntry, KeyPairEntry, StoreEntry, UserEntry,
};
use pharos_store::audit::{AuditHash, AuditRow};
use pharos_store::instance::{Addresses, Binding, InstanceRecord, LatestOperation};
use pharos_store::record::{AccessKey, KeyPairRecord, MasterKeyId, SealedSecretKey};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use crate::text;

/// A line: one field, whose name is the kind of the entry.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    Store(StoreLine),
    Account(AccountLine),
    User(UserLine),
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
    /// From version 2 on, and then always.
    #[serde(default, deserialize_with = "present")]
    instance_quota: Option<QuotaLine>,
    #[serde(with = "text")]
    created_time: Timestamp,
}

/// A quota, or `null`.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct QuotaLine(Option<u32>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserLine {
    #[serde(with = "text")]
    account: Uin,
    #[serde(with = "text")]
    user: Uin,
    name: String,
    policies: Vec<String>,
    #[serde(with = "text")]
    created_time: Timestamp,
}

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
    #[serde(with = "text")]
    created_time: Timestamp,
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

/// A value that may be `null`, told from nothing.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
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
                instance_quota: Some(QuotaLine(entry.instance_quota)),
                created_time: entry.created_time,
            }),
            Entry::User(entry) => Self::User(UserLine {
                account: entry.account,
                user: entry.user,
                name: entry.name,
                policies: entry.policies,
                created_time: entry.created_time,
            }),
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
                created_time: entry.created_time,
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
    /// The entry of a line of a file of this version.
    ///
    /// # Errors
    /// What is wrong.
    pub(crate) fn entry(self, version: u32) -> Result<Entry, String> {
        Ok(match self {
            Self::Store(StoreLine { master_key }) => Entry::Store(StoreEntry { master_key }),
            Self::Account(line) => Entry::Account(AccountEntry {
                account: line.account,
                app_id: line.app_id,
                is_root: line.is_root,
                key_pair_quota: line.key_pair_quota,
                instance_quota: since_version_2("instance_quota", line.instance_quota, version)?
                    .and_then(|QuotaLine(quota)| quota),
                created_time: line.created_time,
            }),
            Self::User(line) => Entry::User(UserEntry {
                account: line.account,
                user: line.user,
                name: line.name,
                policies: line.policies,
                created_time: line.created_time,
            }),
            Self::AccessKey(line) => Entry::AccessKey(AccessKeyEntry {
                access_key: AccessKey {
                    secret_id: line.secret_id,
                    sealed_secret_key: SealedSecretKey {
                        master_key: line.sealed_secret_key.master_key,
                        sealed: line.sealed_secret_key.sealed,
                    },
                },
                account: line.account,
                user: line.user,
                is_start_key: line.is_start_key,
                is_active: line.is_active,
                created_time: line.created_time,
            }),
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
            Self::Instance(line) => {
                since_version_2("instance", Some(()), version)?;
                Entry::Instance(InstanceEntry::try_from(*line)?)
            }
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
        })
    }
}

/// What came with version 2 is in every file of it, and in no older one.
pub(crate) fn since_version_2<T>(
    field: &str,
    value: Option<T>,
    version: u32,
) -> Result<Option<T>, String> {
    match (&value, version) {
        (Some(_), 1) => Err(format!("version 1 has no `{field}`")),
        (None, 2..) => Err(format!("missing field `{field}`")),
        _ => Ok(value),
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

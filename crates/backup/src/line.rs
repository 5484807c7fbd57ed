//! The line of an entry in version 1. These types are the format's own, so that the records of the
//! store may change while the version stays readable.

use std::net::IpAddr;

use pharos_api::account::{AppId, Uin};
use pharos_api::credential::SecretId;
use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::parameter::{Parameter, Path};
use pharos_api::region::Region;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_store::archive::{
    AccessKeyEntry, AccountEntry, Entry, KeyPairEntry, StoreEntry, UserEntry,
};
use pharos_store::audit::{AuditHash, AuditRow};
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
    #[serde(with = "text")]
    created_time: Timestamp,
}

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

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Store(StoreEntry { master_key }) => Self::Store(StoreLine { master_key }),
            Entry::Account(entry) => Self::Account(AccountLine {
                account: entry.account,
                app_id: entry.app_id,
                is_root: entry.is_root,
                key_pair_quota: entry.key_pair_quota,
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

impl TryFrom<Line> for Entry {
    /// What is wrong.
    type Error = String;

    fn try_from(line: Line) -> Result<Self, String> {
        Ok(match line {
            Line::Store(StoreLine { master_key }) => Self::Store(StoreEntry { master_key }),
            Line::Account(line) => Self::Account(AccountEntry {
                account: line.account,
                app_id: line.app_id,
                is_root: line.is_root,
                key_pair_quota: line.key_pair_quota,
                created_time: line.created_time,
            }),
            Line::User(line) => Self::User(UserEntry {
                account: line.account,
                user: line.user,
                name: line.name,
                policies: line.policies,
                created_time: line.created_time,
            }),
            Line::AccessKey(line) => Self::AccessKey(AccessKeyEntry {
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
            Line::KeyPair(line) => Self::KeyPair(KeyPairEntry {
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
            Line::AuditRow(line) => Self::AuditRow(AuditRow {
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

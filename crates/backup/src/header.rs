//! The first line.

use pharos_api::time::Timestamp;
use pharos_store::archive::Counts;
use serde::de::Error;
use serde::{Deserialize, Serialize};

use crate::line::{of_versions, present};
use crate::text;

/// The version of the format that is written, and the newest that is read.
pub const VERSION: u32 = 3;

/// What the first line calls the format.
const FORMAT: &str = "pharos-backup";

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The version of the Pharos that wrote it.
    pub pharos: String,
    /// When it was written.
    pub created_time: Timestamp,
    /// What is in it.
    pub counts: Counts,
}

/// Why a first line is none.
#[derive(Debug)]
pub(crate) enum BadHeader {
    OtherFormat,
    NewerVersion(u64),
    Malformed(serde_json::Error),
}

/// What every version of the format begins with.
#[derive(Deserialize)]
struct Beginning {
    format: String,
    version: u64,
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    format: String,
    version: u32,
    pharos: String,
    #[serde(with = "text")]
    created_time: Timestamp,
    counts: LineCounts,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineCounts {
    accounts: u64,
    users: u64,
    /// Since version 3, as the four behind it.
    #[serde(default, deserialize_with = "present")]
    groups: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    policies: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    roles: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    attachments: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    memberships: Option<u64>,
    access_keys: u64,
    key_pairs: u64,
    /// Since version 2.
    #[serde(default, deserialize_with = "present")]
    instances: Option<u64>,
    audit_rows: u64,
}

impl From<Counts> for LineCounts {
    fn from(counts: Counts) -> Self {
        Self {
            accounts: counts.accounts,
            users: counts.users,
            groups: Some(counts.groups),
            policies: Some(counts.policies),
            roles: Some(counts.roles),
            attachments: Some(counts.attachments),
            memberships: Some(counts.memberships),
            access_keys: counts.access_keys,
            key_pairs: counts.key_pairs,
            instances: Some(counts.instances),
            audit_rows: counts.audit_rows,
        }
    }
}

impl LineCounts {
    /// What a file of this version says.
    fn counts(self, version: u32) -> Result<Counts, String> {
        Ok(Counts {
            accounts: self.accounts,
            users: self.users,
            groups: of_versions(3.., "groups", self.groups, version)?,
            policies: of_versions(3.., "policies", self.policies, version)?,
            roles: of_versions(3.., "roles", self.roles, version)?,
            attachments: of_versions(3.., "attachments", self.attachments, version)?,
            memberships: of_versions(3.., "memberships", self.memberships, version)?,
            access_keys: self.access_keys,
            key_pairs: self.key_pairs,
            instances: of_versions(2.., "instances", self.instances, version)?,
            audit_rows: self.audit_rows,
        })
    }
}

impl Header {
    /// As the first line, without its end.
    pub(crate) fn to_line(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Line {
            format: FORMAT.to_owned(),
            version: VERSION,
            pharos: self.pharos.clone(),
            created_time: self.created_time,
            counts: self.counts.into(),
        })
    }

    /// Reads the first line: what it is, then which version, and only then the rest. Answers the version too.
    pub(crate) fn from_line(line: &[u8]) -> Result<(Self, u32), BadHeader> {
        let beginning: Beginning =
            serde_json::from_slice(line).map_err(|_| BadHeader::OtherFormat)?;
        if beginning.format != FORMAT {
            return Err(BadHeader::OtherFormat);
        }
        if beginning.version > u64::from(VERSION) {
            return Err(BadHeader::NewerVersion(beginning.version));
        }
        let line: Line = serde_json::from_slice(line).map_err(BadHeader::Malformed)?;
        let version = line.version;
        if version == 0 {
            return Err(BadHeader::OtherFormat);
        }
        let counts = line.counts.counts(version);
        let header = Self {
            pharos: line.pharos,
            created_time: line.created_time,
            counts: counts.map_err(|cause| BadHeader::Malformed(Error::custom(cause)))?,
        };
        Ok((header, version))
    }
}

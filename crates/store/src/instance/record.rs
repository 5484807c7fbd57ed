//! An instance as it is kept.

use std::net::IpAddr;

use pharos_api::blueprint_id::BlueprintId;
use pharos_api::bundle_id::BundleId;
use pharos_api::client_token::ClientToken;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::instance_operation::{InstanceOperation, InstanceOperationState};
use pharos_api::instance_state::InstanceState;
use pharos_api::platform_type::PlatformType;
use pharos_api::renew_flag::RenewFlag;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_api::zone::Zone;
use serde::{Deserialize, Serialize};

/// An instance. Adapters keep it as one document beside its key: they look for nothing else in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceRecord {
    /// Its id.
    pub instance_id: InstanceId,
    /// Its name.
    pub instance_name: InstanceName,
    /// Another id of it.
    pub uuid: String,
    /// Where it is.
    pub zone: Zone,
    /// What kind of system it runs.
    pub platform_type: PlatformType,
    /// The user that key pairs open when nothing is said.
    pub default_user: Username,
    /// Where it can be reached.
    pub addresses: Addresses,
    /// The bundle it was made with.
    pub bundle_id: BundleId,
    /// The image it was made from.
    pub blueprint_id: BlueprintId,
    /// What is to happen when it expires.
    pub renew_flag: RenewFlag,
    /// What it is doing once the latest operation is over.
    pub settled_state: InstanceState,
    /// What was last done to it.
    pub latest_operation: LatestOperation,
    /// Its tags.
    pub tags: Tags,
    /// What its maker gave, so that it is not made twice.
    pub client_token: Option<ClientToken>,
    /// When it was made.
    pub created_time: Timestamp,
    /// Until when it was ordered; `None` for one that was registered.
    pub expired_time: Option<Timestamp>,
    /// When it was given back.
    pub isolated_time: Option<Timestamp>,
}

/// Where an instance can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addresses {
    /// In its own network.
    pub private: Vec<IpAddr>,
    /// From everywhere.
    pub public: Vec<IpAddr>,
}

impl FromIterator<IpAddr> for Addresses {
    /// Puts each where it belongs: private is what RFC 1918 and RFC 4193 reserve, and what stays on one link
    /// or machine.
    fn from_iter<I: IntoIterator<Item = IpAddr>>(addresses: I) -> Self {
        let (private, public) =
            addresses
                .into_iter()
                .partition(|address| match address.to_canonical() {
                    IpAddr::V4(ip) => ip.is_private() || ip.is_link_local() || ip.is_loopback(),
                    IpAddr::V6(ip) => {
                        ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback()
                    }
                });
        Self { private, public }
    }
}

/// What was last done to an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatestOperation {
    /// What.
    pub operation: InstanceOperation,
    /// By which request.
    pub request_id: String,
    /// When it began.
    pub started_time: Timestamp,
    /// From when on it is over.
    pub settled_time: Timestamp,
}

impl LatestOperation {
    /// How it stands.
    pub fn state(&self, now: Timestamp) -> InstanceOperationState {
        if now < self.settled_time {
            InstanceOperationState::Operating
        } else {
            InstanceOperationState::Success
        }
    }
}

impl InstanceRecord {
    /// What it is doing.
    pub fn state(&self, now: Timestamp) -> InstanceState {
        if self.latest_operation.state(now) == InstanceOperationState::Success {
            return self.settled_state;
        }
        match self.latest_operation.operation {
            InstanceOperation::Create => InstanceState::Pending,
            InstanceOperation::Start => InstanceState::Starting,
            InstanceOperation::Stop | InstanceOperation::Isolate => InstanceState::Stopping,
            InstanceOperation::Reboot => InstanceState::Rebooting,
            InstanceOperation::Modify
            | InstanceOperation::Associate
            | InstanceOperation::Disassociate => self.settled_state,
        }
    }

    /// Reads an instance that is kept: its document, and what stands beside it.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn kept(
        document: &str,
        instance_id: &str,
        client_token: Option<&str>,
    ) -> Result<Self, String> {
        let record = Self::from_document(document).map_err(|error| error.to_string())?;
        if record.instance_id.as_str() != instance_id {
            return Err("its document is another instance's".to_owned());
        }
        if record.client_token.as_ref().map(ClientToken::as_str) != client_token {
            return Err("its document has another client token".to_owned());
        }
        Ok(record)
    }

    /// Reads the document of [`InstanceRecord::to_document`].
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_private_or_public_by_themselves() {
        let parse = |texts: &[&str]| -> Vec<IpAddr> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        let private = parse(&[
            "10.1.2.3",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.0.1",
            "127.0.0.1",
            "fd00::1",
            "fe80::1",
            "::1",
            "::ffff:10.0.0.1",
        ]);
        let public = parse(&[
            "203.0.113.7",
            "172.32.0.1",
            "11.0.0.1",
            "2001:db8::1",
            "::ffff:8.8.8.8",
        ]);
        let all = private.iter().chain(&public).copied();
        assert_eq!(all.collect::<Addresses>(), Addresses { private, public });
    }
}

//! Instances as a test needs them, below the wire.

use pharos_api::blueprint_id::BlueprintId;
use pharos_api::bundle_id::BundleId;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::instance_state::InstanceState;
use pharos_api::platform_type::PlatformType;
use pharos_api::region::Region;
use pharos_api::renew_flag::RenewFlag;
use pharos_api::resource::Instances;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_api::zone::Zone;
use pharos_policy::authorize_root;
use pharos_service::root::ROOT_ACCOUNT;
use pharos_store::instance::{Addresses, InstanceRecord, LatestOperation};
use pharos_store::record::NewInstances;
use pharos_store::{InstanceQuota, Store};

use crate::TestServer;

/// An instance in Guangzhou that was made at this time, and runs.
pub fn running(instance_id: &str, time: Timestamp) -> InstanceRecord {
    let instance_id = InstanceId::parse(instance_id).unwrap();
    InstanceRecord {
        instance_name: InstanceName::of(&instance_id),
        instance_id,
        uuid: "d0b3a7a9-7a3c-4c5b-9a63-5f1f0f3f7c11".to_owned(),
        zone: Zone::first(Region::Guangzhou),
        platform_type: PlatformType::LinuxUnix,
        default_user: Username::root(),
        addresses: Addresses::default(),
        bundle_id: BundleId::registered(),
        blueprint_id: BlueprintId::parse("lhbp-1l4ptuvm").unwrap(),
        renew_flag: RenewFlag::NotifyAndManualRenew,
        settled_state: InstanceState::Running,
        latest_operation: LatestOperation {
            operation: InstanceOperation::Create,
            request_id: "f9a2f3e0-2a6e-4f6d-8f3c-6b1f7c9d2e10".to_owned(),
            started_time: time,
            settled_time: time,
        },
        tags: Tags::default(),
        client_token: None,
        created_time: time,
        expired_time: None,
        isolated_time: None,
    }
}

impl TestServer {
    /// Adds the root account's instance to the store; answers its id.
    pub fn add_instance(&self, record: InstanceRecord) -> String {
        let place = Instances {
            account: ROOT_ACCOUNT,
            region: Region::Guangzhou,
        };
        let granted = authorize_root(ROOT_ACCOUNT, "lighthouse:CreateInstances", place).unwrap();
        let new = NewInstances {
            records: vec![record],
            key_pairs: Vec::new(),
            is_dry_run: false,
        };
        let quota = InstanceQuota(u32::MAX);
        let added = self
            .store
            .insert_instances(&granted, new, quota, self.audit(ROOT_ACCOUNT));
        let ids = self.block_on(added).unwrap();
        ids.first().unwrap().to_string()
    }
}

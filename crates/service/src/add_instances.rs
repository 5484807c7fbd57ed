//! Adding instances: what CreateInstances and the operator's registration have in common.

use pharos_api::blueprint_id::BlueprintId;
use pharos_api::bundle_id::BundleId;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::instance_state::InstanceState;
use pharos_api::platform_type::PlatformType;
use pharos_api::random::Random;
use pharos_api::renew_flag::RenewFlag;
use pharos_api::request_id::RequestId;
use pharos_api::resource::{Instance, Instances};
use pharos_api::tag::Tags;
use pharos_api::username::Username;
use pharos_api::zone::Zone;
use pharos_policy::Granted;
use pharos_store::audit::AuditEntry;
use pharos_store::error::InsertInstancesError;
use pharos_store::instance::{Addresses, InstanceRecord, LatestOperation};
use pharos_store::record::NewInstances;
use pharos_store::{InstanceQuota, Store};

/// How often ids are drawn before the fault must be elsewhere.
const INSTANCE_ID_DRAWS_MAX: usize = 4;

/// A machine that runs Linux, of which nothing else is known; its name is its id.
pub(crate) fn new_instance(
    random: &dyn Random,
    zone: Zone,
    creation: LatestOperation,
) -> InstanceRecord {
    let instance_id = InstanceId::generate(random);
    InstanceRecord {
        instance_name: InstanceName::of(&instance_id),
        instance_id,
        uuid: RequestId::generate(random).to_string(),
        zone,
        platform_type: PlatformType::LinuxUnix,
        default_user: Username::root(),
        addresses: Addresses::default(),
        bundle_id: BundleId::registered(),
        blueprint_id: BlueprintId::registered(),
        renew_flag: RenewFlag::NotifyAndManualRenew,
        settled_state: InstanceState::Running,
        created_time: creation.started_time,
        latest_operation: creation,
        tags: Tags::default(),
        client_token: None,
        expired_time: None,
        isolated_time: None,
    }
}

/// Adds instances under ids that are free. `draw` makes them anew each time, `audit` the row for resources of
/// these names.
pub(crate) async fn add_instances(
    store: &dyn Store,
    collection: &Granted<Instances>,
    quota: InstanceQuota,
    draw: impl Fn() -> NewInstances,
    audit: impl Fn(Vec<String>) -> AuditEntry,
) -> Result<Vec<InstanceId>, InsertInstancesError> {
    let name = |instance_id| {
        let collection = **collection;
        Instance {
            collection,
            instance_id,
        }
        .to_string()
    };
    let mut draws = 1;
    loop {
        let new = draw();
        let audit = audit(new.instance_ids().into_iter().map(name).collect());
        match store.insert_instances(collection, new, quota, audit).await {
            Err(InsertInstancesError::InstanceIdTaken) if draws < INSTANCE_ID_DRAWS_MAX => {
                draws += 1;
            }
            ended => return ended,
        }
    }
}
